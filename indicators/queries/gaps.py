"""What we do not know: every question that the evidence leaves open, and what would close it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from indicators.models import Evaluation, Indicator
from indicators.queries.evaluations import Judged, judged
from indicators.queries.target_history import targets_of
from indicators.queries.targets import target_views
from indicators.results import TargetView
from portfolio.models import Milestone, Project

# The gravest first: what can no longer be known once a day has passed.
KINDS = (
    "NO_PLAN_BEFORE_OPENING", "NO_EFFECT_PROMISED", "STATUS_UNKNOWN", "FIGURES_LATE",
    "CANNOT_BE_JUDGED", "NO_EXPECTED_EFFECT",
)  # fmt: skip
SOON = timedelta(days=365)
FIRST = 8


@dataclass(frozen=True)
class Gap:
    """`kind`: one of `KINDS`; `reasons`: codes that say more (of a status, of an evaluation);
    `on`: the day from which it can no longer be closed, or since which it is open."""

    kind: str
    project: Project
    indicator: Indicator | None = None
    reasons: tuple[str, ...] = ()
    on: date | None = None
    evaluation: Evaluation | None = None


@dataclass(frozen=True)
class Group:
    """The open questions of one kind; `first`: those that a page of all kinds shows."""

    kind: str
    gaps: tuple[Gap, ...]

    @property
    def first(self) -> tuple[Gap, ...]:
        return self.gaps[:FIRST]

    @property
    def others(self) -> int:
        return max(len(self.gaps) - FIRST, 0)


@dataclass(frozen=True)
class Gaps:
    """`projects`: how many were looked at; `counts`: of every kind, whatever is shown; `groups`: of
    the kind asked for, or all."""

    projects: int
    counts: tuple[tuple[str, int], ...]
    groups: tuple[Group, ...]

    @property
    def shown(self) -> list[Gap]:
        return [gap for group in self.groups for gap in group.gaps]


def gaps(projects: QuerySet[Project], *, today: date, kind: str = "") -> Gaps:
    """Of these projects, those under way; in a number of queries that does not grow with them."""
    running = {one.pk: one for one in projects.filter(state="ACTIVE").select_related("lead")}
    views = target_views(targets_of(Q(project__in=list(running))), today=today)
    plans = list(judged(Evaluation.objects.standing().filter(project__in=list(running))))
    found = [
        *_unplanned(running, {one.plan.project_id for one in plans}, today),
        *_of_targets(running, views),
        *_unjudged(running, plans),
    ]  # fmt: skip
    found.sort(key=lambda gap: (KINDS.index(gap.kind), gap.on or date.max, gap.project.name))
    counted = Counter(gap.kind for gap in found)
    counts = tuple((one, counted[one]) for one in KINDS if counted[one])
    kinds = [one for one, _ in counts if kind in {"", one}]
    groups = (Group(one, tuple(gap for gap in found if gap.kind == one)) for one in kinds)
    return Gaps(len(running), counts, tuple(groups))


def _unplanned(running: dict[int, Project], planned: set[int], today: date) -> Iterator[Gap]:
    """A plan that is written after the opening is exploratory for ever."""
    soon = Milestone.objects.filter(
        project__in=set(running) - planned, is_commissioning=True, withdrawn_at=None,
        actual_on=None, current_on__gt=today, current_on__lte=today + SOON,
    )  # fmt: skip
    for one in soon:
        yield Gap("NO_PLAN_BEFORE_OPENING", running[one.project_id], on=one.current_on)


def _of_targets(running: dict[int, Project], views: Iterable[TargetView]) -> Iterator[Gap]:
    promised: set[int | None] = set()
    for view in views:
        project = running[view.target.project_id]  # type: ignore[index]  # chosen by project
        promised.add(project.pk)
        if view.status.code == "UNKNOWN":
            yield Gap("STATUS_UNKNOWN", project, view.indicator, (view.status.reason,))
        elif view.freshness.overdue:
            yield Gap("FIGURES_LATE", project, view.indicator, on=view.freshness.overdue_since)
        if view.target.effect_central is None:
            yield Gap("NO_EXPECTED_EFFECT", project, view.indicator)
    for key, project in running.items():
        if key not in promised:
            yield Gap("NO_EFFECT_PROMISED", project)


def _unjudged(running: dict[int, Project], plans: Iterable[Judged]) -> Iterator[Gap]:
    for one in plans:
        result, plan = one.result, one.plan
        if result is not None and result.verdict == "CANNOT_BE_JUDGED":
            reasons = tuple(result.reasons)
            yield Gap("CANNOT_BE_JUDGED", running[plan.project_id], plan.indicator, reasons,
                      evaluation=plan)  # fmt: skip
