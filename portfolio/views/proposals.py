"""What proposes itself for an agenda: read, accepted, dismissed."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.governance import AcceptForm, DismissForm
from portfolio.models import AgendaProposal, Committee, Meeting
from portfolio.queries.proposals import sentence
from portfolio.querysets.governance import looks_after_committees
from portfolio.views.acts import form_page, person
from portfolio.views.editing import sent


@login_required
def proposal_list(request: HttpRequest) -> HttpResponse:
    """For who prepares a meeting; the others have nothing here."""
    user, today = person(request), timezone.localdate()
    if not (Committee.objects.editable_by(user).exists() or looks_after_committees(user)):
        raise Http404
    seen = AgendaProposal.objects.visible_to(user).select_related("project", "handled_by", "item")
    dealt = seen.filter(state__in=["ACCEPTED", "DISMISSED"]).order_by("-handled_at")[:20]
    context = {
        "open": [(one, sentence(one, today=today)) for one in seen.open().order_by("-opened_at")],
        "dealt": [(one, sentence(one, today=today)) for one in dealt],
    }
    return render(request, "portfolio/committees/proposals.html", context)


@login_required
def proposal_accept(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _open(request, pk)
    coming = Meeting.objects.editable_by(request.user).exclude(state="CLOSED")
    words = {
        "reason": sentence(proposal, today=timezone.localdate()),
        "question": _("What is decided about “%s” now?") % proposal.project.name,
    }
    meetings = coming.select_related("committee").order_by("starts_at")
    form = AcceptForm(sent(request), proposal=proposal, meetings=meetings, **words)
    return _of(request, form, title=_("Put on an agenda"), news=_("The item is on the agenda."))


@login_required
def proposal_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    form = DismissForm(sent(request), proposal=_open(request, pk))
    return _of(request, form, title=_("Dismiss the proposal"), news=_("The proposal is dismissed."))


def _open(request: HttpRequest, pk: int) -> AgendaProposal:
    seen = AgendaProposal.objects.visible_to(request.user).select_related("project")
    return get_object_or_404(seen, pk=pk)


def _of(request: HttpRequest, form: object, *, title: str, news: str) -> HttpResponse:
    return form_page(
        request, form, title=title, back=reverse("portfolio:proposals"),
        back_label=_("Proposed for an agenda"), news=news,
    )  # fmt: skip
