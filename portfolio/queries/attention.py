"""What needs somebody: dates that have slipped, costs that have grown."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from portfolio.models import CostEstimate, Milestone, MilestoneRevision
from portfolio.querysets import ProjectQuerySet


@dataclass(frozen=True)
class LateMilestone:
    """A milestone ahead that was announced earlier, or whose day has passed (`is_overdue`)."""

    project_code: str
    project_name: str
    name: str
    original_on: date
    current_on: date
    is_overdue: bool
    reason: str


@dataclass(frozen=True)
class Overrun:
    """A cost above the first estimate; `percent` of growth, None where the first was zero."""

    project_code: str
    project_name: str
    original_eur: Decimal
    current_eur: Decimal
    percent: Decimal | None
    reason: str


def late_milestones(projects: ProjectQuerySet, today: date) -> list[LateMilestone]:
    """Milestones of active `projects` not reached yet, later than announced; oldest first."""
    revisions = MilestoneRevision.objects.filter(milestone=OuterRef("pk"))
    late: Any = (
        Milestone.objects.ahead()
        .filter(project__in=projects.filter(state="ACTIVE"))
        .filter(Q(current_on__lt=today) | Q(current_on__gt=F("original_on")))
        .select_related("project")
        .annotate(
            last_reason=Subquery(revisions.order_by("-revised_at", "-pk").values("reason")[:1])
        )
        .order_by("current_on", "pk")
    )
    return [
        LateMilestone(
            project_code=milestone.project.code,
            project_name=milestone.project.name,
            name=milestone.name,
            original_on=milestone.original_on,
            current_on=milestone.current_on,
            is_overdue=milestone.current_on < today,
            reason=milestone.last_reason or "",
        )
        for milestone in late
    ]


def overruns(projects: ProjectQuerySet) -> list[Overrun]:
    """Active `projects` whose current estimate is above the first one; the largest first."""
    versions = CostEstimate.objects.filter(project=OuterRef("pk")).order_by("-version")
    costed: Any = projects.filter(state="ACTIVE").once().with_costs()
    grown = (
        costed.filter(current_cost_eur__gt=F("original_cost_eur"))
        .annotate(cost_reason=Subquery(versions.values("reason")[:1]))
        .order_by(F("original_cost_eur") - F("current_cost_eur"), "code")
    )
    return [
        Overrun(
            project_code=project.code,
            project_name=project.name,
            original_eur=project.original_cost_eur,
            current_eur=project.current_cost_eur,
            percent=_growth(project.original_cost_eur, project.current_cost_eur),
            reason=project.cost_reason or "",
        )
        for project in grown
    ]


def _growth(original: Decimal, current: Decimal) -> Decimal | None:
    return (current - original) / original * 100 if original else None
