"""Committee mode: full screen, before the room, step by step by arrow keys; a decision ends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portfolio.forms.governance import DecisionForm
from portfolio.models import AgendaItem, Decision, Meeting, Project, SelectionResult, User
from portfolio.queries import projects as project_queries
from portfolio.queries.decision_grounds import last_answer
from portfolio.queries.meetings import agenda, beside, standing
from portfolio.services import meetings
from portfolio.views.acts import act, act_now, person
from portfolio.views.editing import is_saved, sent
from portfolio.views.meetings import editable_item, readable, readable_item
from portfolio.views.what_if import tried


@dataclass(frozen=True)
class Step:
    slug: str
    label: Promise
    template: str
    about_project: bool = False
    about_scenario: bool = False


STEPS = (
    Step("projet", _("Project"), "project", about_project=True),
    Step("preuves", pgettext_lazy("step of a meeting", "Evidence"), "evidence", about_project=True),
    Step("programme", _("Programme"), "programme", about_scenario=True),
    Step("debat", _("Debate"), "debate"),
    Step("decision", _("Decision"), "decision"),
)


@login_required
def agenda_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The first screen: the agenda."""
    meeting = readable(request, pk)
    lines = agenda(meeting, person(request))
    shown = next((line.item for line in lines if not line.is_hidden), None)
    context = {
        "meeting": meeting,
        "lines": lines,
        "next": address(shown, steps_of(shown)[0]) if shown else "",
    }
    return render(request, "portfolio/committees/screen_agenda.html", context)


@login_required
def item_screen(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step of one item; the decision is entered on the last one."""
    item = readable_item(request, pk)
    steps = steps_of(item)
    here = next((one for one in steps if one.slug == step), None)
    if here is None:
        raise Http404
    may_lead = Meeting.objects.editable_by(request.user).filter(pk=item.meeting_id).exists()
    context = _frame(item, steps, here, person(request)) | {
        "may_lead": may_lead and item.meeting.is_open
    }
    if here.slug == "decision":
        return _decision(request, item, context)
    if here.slug == "programme":
        return _programme(request, item, context)
    context |= _shown(item, here)
    return render(request, f"portfolio/committees/screen_{here.template}.html", context)


@login_required
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has spoken, asked again and again during the debate; what they said once it is shown."""
    item = readable_item(request, pk)
    return render(request, "portfolio/committees/voices.html", {"stands": standing(item)})


@login_required
@require_POST
def present(request: HttpRequest, pk: int) -> HttpResponse:
    """The phones of the members follow the screen."""
    item = editable_item(request, pk)
    done = act(request, meetings.present, meeting=item.meeting, item=item)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(address(item, steps_of(item)[0]) if done else f"{_meeting(item)}")


@login_required
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    item = editable_item(request, pk)
    act_now(request, meetings.reveal, item=item)
    return redirect("portfolio:item-screen", pk=pk, step="debat")


def steps_of(item: AgendaItem) -> list[Step]:
    """Those of an item: one that is about no project has neither project nor evidence, and only one
    that rests on a scenario has a programme to try."""
    return [
        step for step in STEPS
        if (item.project_id is not None or not step.about_project)
        and (item.scenario_id is not None or not step.about_scenario)
    ]  # fmt: skip


def address(item: AgendaItem, step: Step) -> str:
    return reverse("portfolio:item-screen", args=[item.pk, step.slug])


def _meeting(item: AgendaItem) -> str:
    return reverse("portfolio:meeting", args=[item.meeting_id])


def _frame(item: AgendaItem, steps: list[Step], here: Step, reader: User) -> dict[str, Any]:
    """Where the arrows lead: step by step, then to the next item."""
    before, after = beside(item, reader)
    place = steps.index(here)
    agenda_address = reverse("portfolio:agenda-screen", args=[item.meeting_id])
    back = address(before, STEPS[-1]) if before else agenda_address
    on = address(after, steps_of(after)[0]) if after else agenda_address
    return {
        "item": item,
        "meeting": item.meeting,
        "total": item.meeting.items.count(),
        "steps": [(one.label, address(item, one), one is here) for one in steps],
        "here": here,
        "previous": address(item, steps[place - 1]) if place else back,
        "next": address(item, steps[place + 1]) if place + 1 < len(steps) else on,
    }


def _shown(item: AgendaItem, step: Step) -> dict[str, Any]:
    if step.slug == "debat":
        return {"stands": standing(item)}
    if step.slug != "projet" or item.project is None:
        return {}
    found = Project.objects.filter(pk=item.project.pk)
    earlier = Decision.objects.filter(project=item.project).exclude(item=item)
    return {
        "row": project_queries.rows(found)[0],
        "earlier": earlier.order_by("-number")[:3],
    }


def _programme(request: HttpRequest, item: AgendaItem, context: dict[str, Any]) -> HttpResponse:
    """What is tried is in the address of this screen; a script asks for the part that changes."""
    answers = SelectionResult.objects.visible_to(request.user)
    result = last_answer(item, among=answers)
    context |= (tried(request, result) if result else {}) | {"is_staged": True}
    in_place = result is not None and bool(request.headers.get("HX-Request"))
    template = "portfolio/scenarios/what_if_part.html" if in_place else (
        "portfolio/committees/screen_programme.html"
    )  # fmt: skip
    return render(request, template, context)


def _decision(request: HttpRequest, item: AgendaItem, context: dict[str, Any]) -> HttpResponse:
    form = None
    if context["may_lead"]:
        form = DecisionForm(sent(request), item=item)
        if form.is_bound and form.is_valid() and is_saved(request, form):
            messages.success(request, gettext("The decision is in the register."))
            return redirect("portfolio:item-screen", pk=item.pk, step="decision")
    elif request.method == "POST":
        raise Http404
    decision = Decision.objects.filter(item=item).first()
    context |= {"form": form, "decision": decision, "stands": standing(item)}
    status = 422 if form is not None and form.errors else 200
    return render(request, "portfolio/committees/screen_decision.html", context, status=status)
