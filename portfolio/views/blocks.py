"""The parts of a project's page, in the order they are shown. Each one is read, changed in place
and shown again by itself; without a script, its forms are pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.models import Project, User
from portfolio.permissions import parts_of
from portfolio.queries import changes, quality
from portfolio.queries.calendar import milestones_of
from portfolio.queries.moves import moves_of
from portfolio.roles import Part
from portfolio.views.costs import costs_block
from portfolio.views.dependencies import dependencies_block
from portfolio.views.documents import documents_block
from portfolio.views.green import green_block
from portfolio.views.milestones import calendar_block, milestones_block
from portfolio.views.money import money_block
from portfolio.views.places import place_block
from portfolio.views.procedures import procedures_block
from portfolio.views.reviews import review_block
from portfolio.views.risks import risks_block
from portfolio.views.running import running_block
from portfolio.views.stakeholders import people_block

Context = dict[str, object]
# Shown again with a block that was changed: what any change touches, then what shows the same facts.
ALWAYS_ECHOED = ("facts", "changed", "history")
ECHOED = {
    "facts": ("calendar", "milestones"), "milestones": ("calendar",), "calendar": ("milestones",),
    "procedures": ("calendar",), "costs": ("money",), "money": ("costs",),
}  # fmt: skip
MOVES_SHOWN = 4
CHANGES_SHOWN = 5


@dataclass(frozen=True)
class Block:
    """`name` is its anchor and address; `context` gives its template what it shows, besides
    `project`, `may_edit` (the right to change its `part`) and `today`; `for_reader` adds what
    depends on who reads."""

    name: str
    title: Promise
    template: str
    context: Callable[[Project, date], Context]
    part: Part = Part.FACTS
    for_reader: Callable[[Project, User | AnonymousUser], Context] | None = None


@dataclass(frozen=True)
class Shown:
    name: str
    title: str
    body: SafeString


def _facts(project: Project, today: date) -> Context:
    dated = milestones_of(project, today=today)
    return {
        "phases": project.phase_set.phases.order_by("rank"),
        "commissioning": next((one for one in dated if one.milestone.is_commissioning), None),
    }


def _changed(project: Project, today: date) -> Context:
    moves = moves_of(project, estimates=project.cost_estimates.order_by("version"))
    return {"moves": moves[:MOVES_SHOWN], "more": len(moves[MOVES_SHOWN:])}


def _nothing(project: Project, today: date) -> Context:
    return {}


def _review(project: Project, today: date) -> Context:
    return {"reviews": review_block(project, today=today)}


def _costs(project: Project, today: date) -> Context:
    return {"costs": costs_block(project, today=today)}


def _money(project: Project, today: date) -> Context:
    return {"money": money_block(project, today=today)}


def _running(project: Project, today: date) -> Context:
    return {"running": running_block(project, today=today)}


def _green(project: Project, today: date) -> Context:
    return {"green": green_block(project, today=today)}


def _place(project: Project, today: date) -> Context:
    return place_block(project)


def _risks(project: Project, today: date) -> Context:
    return risks_block(project)


def _people(project: Project, today: date) -> Context:
    return people_block(project, today=today)


def _documents(project: Project, today: date) -> Context:
    return documents_block(project)


def _history(project: Project, reader: User | AnonymousUser) -> Context:
    last = changes.of_project(project, limit=CHANGES_SHOWN, reader=reader)
    held = parts_of(reader, project)
    return {
        "changes": last,
        "may_undo": {change.key for change in last if held and change.parts <= held},
    }


BLOCKS = (
    Block("facts", _("Facts"), "portfolio/blocks/facts.html", _facts),
    Block("changed", _("What has changed"), "portfolio/blocks/changed.html", _changed),
    Block("review", _("Monthly review"), "portfolio/blocks/review.html", _review, Part.REVIEW),
    Block(
        "evidence", _("Expected and measured effects"), "portfolio/blocks/effects.html", _nothing
    ),
    Block(
        "calendar", _("Calendar"), "portfolio/blocks/calendar.html", calendar_block, Part.SCHEDULE
    ),
    Block(
        "milestones",
        _("Milestones"),
        "portfolio/blocks/milestones.html",
        milestones_block,
        Part.SCHEDULE,
    ),
    Block(
        "procedures",
        _("Procedures"),
        "portfolio/blocks/procedures.html",
        procedures_block,
        Part.SCHEDULE,
    ),
    Block(
        "dependencies",
        _("Dependencies"),
        "portfolio/blocks/dependencies.html",
        _nothing,
        Part.DEPENDENCIES,
        dependencies_block,
    ),
    Block("costs", _("Cost estimates"), "portfolio/blocks/costs.html", _costs, Part.MONEY),
    Block("money", _("Money"), "portfolio/blocks/money.html", _money, Part.MONEY),
    Block(
        "running", _("Yearly running costs"), "portfolio/blocks/running.html", _running, Part.MONEY
    ),
    Block("green", _("Green budget"), "portfolio/blocks/green.html", _green, Part.MONEY),
    Block("risks", _("Risks"), "portfolio/blocks/risks.html", _risks, Part.RISKS),
    Block("people", _("Who takes part"), "portfolio/blocks/people.html", _people, Part.PEOPLE),
    Block("place", _("Place"), "portfolio/blocks/place.html", _place, Part.PLACE),
    Block(
        "documents", _("Documents"), "portfolio/blocks/documents.html", _documents, Part.DOCUMENTS
    ),
    Block(
        "history",
        _("History of the record"),
        "portfolio/blocks/history.html",
        _nothing,
        for_reader=_history,
    ),
)


def shown(request: HttpRequest, project: Project, block: Block, *, parts: frozenset[str]) -> Shown:
    """`project` comes with its costs (`with_costs`); `parts` are those its reader may change."""
    today = timezone.localdate()
    context: Context = {"project": project, "may_edit": block.part in parts, "today": today}
    context |= block.context(project, today)
    if block.for_reader is not None:
        context |= block.for_reader(project, request.user)
    body = render_to_string(block.template, context, request)
    return Shown(block.name, str(block.title), body)


@login_required
def block_part(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One block, to stand again where its form was, and those that its change concerns."""
    visible = Project.objects.visible_to(request.user).with_costs()
    project = get_object_or_404(visible, code=code)
    block = next((block for block in BLOCKS if block.name == name), None)
    if block is None:
        raise Http404
    parts = parts_of(request.user, project)
    echoed = {*ALWAYS_ECHOED, *ECHOED.get(name, ())} - {name}
    context = {
        "block": shown(request, project, block, parts=parts),
        "echoes": [
            shown(request, project, other, parts=parts) for other in BLOCKS if other.name in echoed
        ],
        "is_part": True,
        "project": project,
        "may_edit": Part.FACTS in parts,
        "completeness": quality.completeness(project, timezone.localdate()),
    }
    return render(request, "portfolio/blocks/block.html", context)
