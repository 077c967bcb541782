"""Rows and totals of a list of projects, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from portfolio.models import Milestone
from portfolio.queries.calendar import commissioning_of
from portfolio.querysets import ProjectQuerySet


@dataclass(frozen=True)
class NextMilestone:
    name: str
    original_on: date
    current_on: date


@dataclass(frozen=True)
class MilestoneStep:
    """A milestone and why its date last changed (empty: it never did)."""

    name: str
    original_on: date
    current_on: date
    actual_on: date | None
    reason: str


@dataclass(frozen=True)
class ProjectRow:
    """One line of the list; None where the register does not say."""

    code: str
    name: str
    programme: str
    lead: str
    manager: str
    phase: str
    starts_on: date | None
    ends_on: date | None
    state: str
    visibility: str
    milestone: NextMilestone | None
    original_eur: Decimal | None
    current_eur: Decimal | None
    updated_at: datetime
    commissioning: Milestone | None = None


@dataclass(frozen=True)
class ProjectTotals:
    """Sums over the projects that have an estimate: `costed` of `count` (rule 2)."""

    count: int
    costed: int
    original_eur: Decimal | None
    current_eur: Decimal | None


def rows(projects: ProjectQuerySet) -> list[ProjectRow]:
    """One row a project, in the order of `projects`."""
    found = list(projects.with_costs().select_related("programme", "lead", "manager", "phase"))
    milestones = next_milestones(project.pk for project in found)
    serves = commissioning_of(project.pk for project in found)
    return [_row(one, milestones.get(one.pk), serves.get(one.pk)) for one in found]


def totals(projects: ProjectQuerySet) -> ProjectTotals:
    """Each project once, whatever joins the filter made."""
    once: Any = projects.once().with_costs()
    sums = once.aggregate(
        count=Count("pk"),
        costed=Count("current_cost_eur"),
        original_eur=Sum("original_cost_eur"),
        current_eur=Sum("current_cost_eur"),
    )
    return ProjectTotals(**sums)


def next_milestones(project_ids: Iterable[int]) -> dict[int, NextMilestone]:
    """The first milestone not reached yet of each project that has one."""
    ahead = (
        Milestone.objects.ahead()
        .filter(project__among=project_ids)
        .order_by("project_id", "current_on", "pk")
        .distinct("project_id")
    )
    return {m.project_id: NextMilestone(m.name, m.original_on, m.current_on) for m in ahead}


def _row(
    project: Any, milestone: NextMilestone | None, commissioning: Milestone | None
) -> ProjectRow:
    return ProjectRow(
        code=project.code,
        name=project.name,
        programme=project.programme.name if project.programme else "",
        lead=project.lead.name if project.lead else "",
        manager=str(project.manager or ""),
        phase=project.phase.name if project.phase else "",
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        state=project.state,
        visibility=project.get_visibility_display(),
        milestone=milestone,
        original_eur=project.original_cost_eur,
        current_eur=project.current_cost_eur,
        updated_at=project.updated_at,
        commissioning=commissioning,
    )
