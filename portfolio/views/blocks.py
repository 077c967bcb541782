"""The parts of a project's page, in the order they are shown. Each one is read, changed in place
and shown again by itself; without a script, its forms are pages of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portfolio.charts.maps.project import project_map
from portfolio.models import Project
from portfolio.queries import changes, quality
from portfolio.queries import projects as project_queries
from portfolio.views.money import money_block

Context = dict[str, object]


@dataclass(frozen=True)
class Block:
    """`name` is its anchor and address; `context` gives its template what it shows, besides
    `project`, `may_edit` and `today`."""

    name: str
    title: Promise
    template: str
    context: Callable[[Project, date], Context]


@dataclass(frozen=True)
class Shown:
    name: str
    title: str
    body: SafeString


def _facts(project: Project, today: date) -> Context:
    return {"phases": project.phase_set.phases.order_by("rank")}


def _effects(project: Project, today: date) -> Context:
    return {}


def _milestones(project: Project, today: date) -> Context:
    return {"milestones": project_queries.milestones(project)}


def _costs(project: Project, today: date) -> Context:
    versions = project.cost_estimates.select_related("author", "phase")
    return {"costs": versions.order_by("version")}


def _money(project: Project, today: date) -> Context:
    return {"money": money_block(project, today=today)}


def _place(project: Project, today: date) -> Context:
    zones = project.project_zones.select_related("zone").order_by("zone__kind", "zone__name")
    return {"map": project_map(project), "zones": zones}


def _history(project: Project, today: date) -> Context:
    return {"changes": changes.of_project(project)}


BLOCKS = (
    Block("facts", _("Facts"), "portfolio/blocks/facts.html", _facts),
    Block(
        "evidence", _("Expected and measured effects"), "portfolio/blocks/effects.html", _effects
    ),
    Block("milestones", _("Milestones"), "portfolio/blocks/milestones.html", _milestones),
    Block("costs", _("Cost estimates"), "portfolio/blocks/costs.html", _costs),
    Block("money", _("Money"), "portfolio/blocks/money.html", _money),
    Block("place", _("Place"), "portfolio/blocks/place.html", _place),
    Block("history", _("History of the record"), "portfolio/blocks/history.html", _history),
)


def shown(request: HttpRequest, project: Project, block: Block, *, may_edit: bool) -> Shown:
    """`project` comes with its costs (`with_costs`)."""
    today = timezone.localdate()
    context = {"project": project, "may_edit": may_edit, "today": today}
    body = render_to_string(block.template, context | block.context(project, today), request)
    return Shown(block.name, str(block.title), body)


@login_required
def block_part(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """One block alone, to stand again where its form was."""
    visible = Project.objects.visible_to(request.user).with_costs()
    project = get_object_or_404(visible, code=code)
    block = next((block for block in BLOCKS if block.name == name), None)
    if block is None:
        raise Http404
    may_edit = Project.objects.editable_by(request.user).filter(pk=project.pk).exists()
    context = {
        "block": shown(request, project, block, may_edit=may_edit),
        "is_part": True,
        "project": project,
        "may_edit": may_edit,
        "completeness": quality.completeness(project, timezone.localdate()),
    }
    return render(request, "portfolio/blocks/block.html", context)
