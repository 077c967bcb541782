"""The register of decisions, one of them, and what follows from it."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.governance import RegisterFilterForm, WordForm
from portfolio.models import Committee, Condition, Decision, FollowUpAction, Meeting
from portfolio.queries import decisions as queries
from portfolio.queries.decision_grounds import Reading
from portfolio.querysets import DecisionQuerySet
from portfolio.services import decisions
from portfolio.views.acts import form_page, person
from portfolio.views.editing import sent
from portfolio.views.filtering import chips_of
from portfolio.views.project_export import spreadsheet

PER_PAGE = 50
COLUMNS = ("number", "decided_on", "committee", "project", "subject", "kind", "text", "reason",
           "conditions_open", "actions_open", "seal")  # fmt: skip


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """Those that I may read, the last one first."""
    form = _filter(request)
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "chips": chips_of(request, form),
        "page": Paginator(_chosen(request, form), PER_PAGE).get_page(request.GET.get("page")),
        "address": kept.urlencode(),
    }
    return render(request, "portfolio/committees/register.html", context)


@login_required
def register_csv(request: HttpRequest) -> HttpResponse:
    """The same decisions, for a spreadsheet."""
    found = _chosen(request, _filter(request)).prefetch_related("conditions", "actions")
    rows = [
        (
            one.number, timezone.localdate(one.decided_at), one.item.meeting.committee.name_fr,
            one.project.code if one.project else "", one.sealed["title"], one.kind, one.text,
            one.reason, sum(c.met_at is None for c in one.conditions.all()),
            sum(a.done_at is None for a in one.actions.all()), one.seal,
        )
        for one in found
    ]  # fmt: skip
    return spreadsheet("decisions.csv", COLUMNS, rows)


@login_required
def decision_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What was decided, by whom, on what it rested, what follows."""
    visible = Decision.objects.visible_to(request.user)
    decision = get_object_or_404(
        visible.select_related("project", "item__meeting__committee", "author"), pk=pk
    )
    meetings = Meeting.objects.visible_to(request.user)
    editable = Meeting.objects.editable_by(request.user).filter(pk=decision.item.meeting_id)
    context = {
        "decision": decision,
        "sealed": decision.sealed,
        "rested_on": Reading(request.user).of(decision.rested_on),
        "conditions": decision.conditions.select_related("met_by").order_by("due_on", "pk"),
        "actions": decision.actions.select_related("owner", "done_by").order_by("due_on", "pk"),
        "reads_meeting": meetings.filter(pk=decision.item.meeting_id).exists(),
        "may_edit": editable.exists(),
        "today": timezone.localdate(),
    }
    return render(request, "portfolio/committees/decision.html", context)


@login_required
def condition_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Said by who leads or prepares the committee."""
    editable = Meeting.objects.editable_by(request.user)
    own = Condition.objects.filter(
        decision__item__meeting__in=editable,
        decision__in=Decision.objects.visible_to(request.user),
    )
    condition = get_object_or_404(own, pk=pk)
    form = WordForm(sent(request), verb=partial(decisions.meet, condition=condition))
    return _of(request, condition.decision_id, form, title=_("This condition is met"))


@login_required
def action_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Said by its owner, or by who leads or prepares the committee."""
    led = Committee.objects.editable_by(request.user)
    visible = FollowUpAction.objects.visible_to(request.user)
    own = visible.filter(Q(owner=person(request)) | Q(decision__item__meeting__committee__in=led))
    action = get_object_or_404(own, pk=pk)
    form = WordForm(sent(request), verb=partial(decisions.complete, action=action))
    return _of(request, action.decision_id, form, title=_("This action is done"))


def _filter(request: HttpRequest) -> RegisterFilterForm:
    committees = Committee.objects.visible_to(request.user).order_by("name_fr")
    return RegisterFilterForm(request.GET, committees=committees)


def _chosen(request: HttpRequest, form: RegisterFilterForm) -> DecisionQuerySet:
    if not form.is_valid():
        return Decision.objects.none()
    return queries.chosen(person(request), form.cleaned_data, today=timezone.localdate())


def _of(request: HttpRequest, key: int, form: WordForm, *, title: str) -> HttpResponse:
    return form_page(
        request, form, title=title, back=reverse("portfolio:decision", args=[key]),
        back_label=_("Decision"), news=_("Changes saved."),
    )  # fmt: skip
