"""Zones that a plan compares with, where works began since: they no longer say what would have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indicators.models import Evaluation, EvaluationZone, Target
from portfolio.models import PhasePeriod, Project, ProjectZone


@dataclass(frozen=True)
class Touched:
    """A zone compared with: `on`, the first day of works there, as an ISO date ("" where it is not
    known); `by_itself`: of the very project that is evaluated."""

    code: str
    name: str
    on: str
    by_itself: bool


def donors_touched(plan: Evaluation, *, today: date) -> tuple[Touched, ...]:
    """By the project itself, whatever its dates; or by works, begun within the window and by
    `today`, of another project that promises to move the same measure. In the order of the codes,
    the first works of each zone. Drafts are left out: their works are not decided."""
    held = plan.evaluation_zones.filter(role=EvaluationZone.Role.COMPARISON)
    donors = dict(held.values_list("zone_id", "zone__code"))
    if not donors or plan.before_from is None or plan.after_until is None:
        return ()
    others = _others(plan)
    begun = _begun([*others, plan.project_id])
    first: dict[int, Touched] = {}
    found = ProjectZone.objects.filter(zone__in=donors, project__in=[*others, plan.project_id])
    for one in found.select_related("zone").order_by("zone__code", "project_id"):
        on, own = begun.get(one.project_id), one.project_id == plan.project_id
        within = on is not None and plan.before_from <= on <= min(today, plan.after_until)
        if not own and not within:
            continue
        told = Touched(one.zone.code, one.zone.name, on.isoformat() if on else "", own)
        first[one.zone_id] = _weightier(first.get(one.zone_id), told)
    return tuple(sorted(first.values(), key=lambda one: one.code))


def _others(plan: Evaluation) -> list[int]:
    """Projects that promise to move the measure of the plan."""
    aimed = Target.objects.standing().filter(indicator=plan.indicator_id, project__isnull=False)
    keys = set(aimed.values_list("project_id", flat=True)) - {plan.project_id}
    decided = Project.objects.filter(pk__in=keys).exclude(visibility=Project.Visibility.DRAFT)
    return list(decided.order_by("pk").values_list("pk", flat=True))


def _begun(projects: Iterable[int]) -> dict[int, date]:
    """By project, the first day of its works: as it was, else as it is planned."""
    periods = PhasePeriod.objects.filter(
        project__in=list(projects), phase__is_works=True, withdrawn_at=None
    )
    found: dict[int, date] = {}
    for one in periods:
        on = one.actual_starts_on or one.current_starts_on
        found[one.project_id] = min(on, found.get(one.project_id, on))
    return found


def _weightier(known: Touched | None, told: Touched) -> Touched:
    """The project's own works first, then the earliest."""
    if known is None:
        return told
    return min(known, told, key=lambda one: (not one.by_itself, one.on))
