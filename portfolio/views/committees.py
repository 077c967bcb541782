"""Committees and who sits in them."""

from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.governance import CommitteeForm, MeetingForm, SeatForm
from portfolio.models import AgendaProposal, Committee, CommitteeMember, Decision, Meeting
from portfolio.permissions import may, require
from portfolio.queries import changes
from portfolio.roles import Part
from portfolio.views.acts import form_page, person
from portfolio.views.editing import sent


@login_required
def committee_list(request: HttpRequest) -> HttpResponse:
    """Those that I read, my meetings to come, the last decisions."""
    user = person(request)
    coming = Meeting.objects.visible_to(user).exclude(state="CLOSED").select_related("committee")
    read = Committee.objects.visible_to(user).annotate(last_at=Max("meetings__closed_at"))
    decided = Decision.objects.visible_to(user).select_related("project")
    context = {
        "committees": read.select_related("chair").order_by("kind", "name_fr"),
        "coming": coming.order_by("starts_at"),
        "decided": decided.order_by("-number")[:5],
        "proposed": AgendaProposal.objects.open().visible_to(user).count(),
        "may_add": may(user, Part.COMMITTEES),
    }
    return render(request, "portfolio/committees/list.html", context)


@login_required
def committee_page(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    visible = Committee.objects.visible_to(user).select_related("chair", "secretary")
    committee = get_object_or_404(visible, pk=pk)
    members = committee.members.select_related("user").order_by("user__last_name", "user__username")
    context = {
        "committee": committee,
        "members": members,
        "meetings": committee.meetings.order_by("-starts_at"),
        "may_edit": Committee.objects.editable_by(user).filter(pk=pk).exists(),
        "today": timezone.localdate(),
        "changes": changes.of_record(committee, reader=user),
    }
    return render(request, "portfolio/committees/page.html", context)


@login_required
def committee_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.COMMITTEES)
    return form_page(
        request, CommitteeForm(sent(request)), title=_("Set up a committee"),
        back=reverse("portfolio:committees"), back_label=_("Committees"),
        news=_("The committee is set up."),
    )  # fmt: skip


@login_required
def committee_edit(request: HttpRequest, pk: int) -> HttpResponse:
    committee = editable(request, pk)
    form = CommitteeForm(sent(request), committee=committee)
    return _of(request, committee, form, title=_("Change the committee"))


@login_required
def seat_add(request: HttpRequest, pk: int) -> HttpResponse:
    committee = editable(request, pk)
    form = SeatForm(sent(request), committee=committee)
    return _of(request, committee, form, title=_("Give somebody a seat"))


@login_required
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    own = CommitteeMember.objects.filter(committee__in=Committee.objects.editable_by(request.user))
    seat = get_object_or_404(own.select_related("committee", "user"), pk=pk)
    committee = seat.committee
    form = SeatForm(sent(request), committee=committee, member=seat)
    return _of(request, committee, form, title=_("Change the seat of %(name)s") % {"name": seat})


@login_required
def meeting_add(request: HttpRequest, pk: int) -> HttpResponse:
    committee = editable(request, pk)
    form = MeetingForm(sent(request), committee=committee)
    return _of(request, committee, form, title=_("Convene a meeting"))


def editable(request: HttpRequest, pk: int) -> Committee:
    """A committee that its reader leads or prepares, or 404."""
    return get_object_or_404(Committee.objects.editable_by(request.user), pk=pk)


def _of(request: HttpRequest, committee: Committee, form: object, *, title: str) -> HttpResponse:
    return form_page(
        request, form, title=title, back=reverse("portfolio:committee", args=[committee.pk]),
        back_label=committee.name, news=_("Changes saved."),
    )  # fmt: skip
