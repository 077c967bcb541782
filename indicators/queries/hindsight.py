"""Bilan ex post: what was promised first beside what was measured, by project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from indicators.analysis.hindsight import ReferenceClass, reference_class, share
from indicators.models import Indicator, Target, TargetPoint
from indicators.queries.kept import events, made
from indicators.queries.series import measured_of
from indicators.queries.target_history import EVERYONE_FIRST
from indicators.results import Measured, Observation
from portfolio.models import Milestone, Organisation, Project, Zone
from portfolio.results import Unknown

A_YEAR = timedelta(days=365)
ENOUGH = 0.75  # of the periods of a year must be known
DAYS_A_MONTH = 30.44


@dataclass(frozen=True)
class Outcome:
    """One effect, at the last date promised first that has passed (the first one ahead otherwise).

    `promised` and `measured` are changes since the starting value that was stated first, in the
    unit of the indicator; the measured one of the year that ends on `due_on`, or of the period that
    holds it, once it has ended, where values are yearly. `expected` is what the project alone
    should change (low, central, high), as promised first. `share` is Unknown with its reason:
    NOT_DUE, NO_BASELINE, NO_TARGET, RANGE, NOT_MEASURED, NO_CHANGE_PROMISED.
    """

    project: Project
    target: Target
    indicator: Indicator
    zone: Zone
    due_on: date | None
    promised: float | None
    measured: float | None
    expected: tuple[float, float, float] | None
    share: float | Unknown


@dataclass(frozen=True)
class Delivery:
    """What a project costs and when it serves, beside what was announced first. `overrun`: the
    latest cost less the first, as a share of the first; `delay`: months, of one that serves, or
    announced. None: not known."""

    project: Project
    original_cost: Decimal | None
    current_cost: Decimal | None
    original_on: date | None
    current_on: date | None
    serves: bool

    @property
    def overrun(self) -> float | None:
        if not self.original_cost or self.current_cost is None:
            return None
        return float(self.current_cost / self.original_cost) - 1

    @property
    def delay(self) -> float | None:
        if self.original_on is None or self.current_on is None:
            return None
        return (self.current_on - self.original_on).days / DAYS_A_MONTH


@dataclass(frozen=True)
class Class:
    """A row of the board. `about`: an indicator or a department; classes are Unknown (TOO_FEW) below
    three outcomes. `due`: how many promises came due, `known` how many of them were measured."""

    about: Indicator | Organisation
    due: int
    known: int
    shares: ReferenceClass | Unknown


@dataclass(frozen=True)
class Optimism:
    """All that the board shows: outcomes by measure and by department, costs and delays."""

    by_indicator: tuple[Class, ...]
    by_department: tuple[Class, ...]
    overall: ReferenceClass | Unknown
    overruns: ReferenceClass | Unknown
    delays: ReferenceClass | Unknown
    outcomes: tuple[Outcome, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def due(self) -> list[Outcome]:
        """Those that have a share."""
        return [one for one in self.outcomes if not isinstance(one.share, Unknown)]

    @property
    def others(self) -> list[Outcome]:
        return [one for one in self.outcomes if isinstance(one.share, Unknown)]


def optimism(projects: QuerySet[Project], *, today: date) -> Optimism:
    """Of these projects, in a number of queries that does not grow with them."""
    found = outcomes(projects, today=today)
    delivered = deliveries(projects)
    # Groups overlap: a promise for everyone and those for some of them are no several cases.
    cases = [one for one in found if one.target.group_id is None]
    shares = [one.share for one in cases if not isinstance(one.share, Unknown)]
    return Optimism(
        tuple(_classes(cases, lambda one: one.indicator)),
        tuple(_classes(cases, lambda one: one.project.lead)),
        reference_class(shares),
        reference_class([one.overrun for one in delivered if one.overrun is not None]),
        reference_class([one.delay for one in delivered if one.delay is not None]),
        tuple(found),
        tuple(delivered),
    )


def class_of(indicator: Indicator, projects: QuerySet[Project], *, today: date) -> Class:
    """How promises on one measure were kept: for whoever writes the next one."""
    found = list(outcomes(projects, today=today, indicator=indicator))
    return next(_classes(found, lambda _: indicator), Class(indicator, 0, 0, Unknown("TOO_FEW")))


def outcomes(
    projects: QuerySet[Project], *, today: date, indicator: Indicator | None = None
) -> list[Outcome]:
    """Every target of the projects, in the order of their names and of the measures."""
    chosen = Target.objects.standing().filter(
        project__in=list(projects.values_list("pk", flat=True))
    )
    if indicator is not None:
        # Groups overlap: a promise for everyone and those for some of them are no several cases.
        chosen = chosen.filter(indicator=indicator, group=None)
    joined = chosen.select_related("project__lead", "indicator", "zone", "group")
    targets = list(
        joined.order_by("project__name_fr", "indicator__code", "zone__code", EVERYONE_FIRST)
    )
    first, points = first_promises(targets)
    held = measured_of([(target.indicator, target.zone, target.group) for target in targets])
    return [
        _outcome(
            target, first.get(target.pk, target), points.get(target.pk, []),
            held[target.indicator_id, target.zone_id, target.group_id], today,
        )
        for target in targets
    ]  # fmt: skip


def first_promises(
    targets: Sequence[Target],
) -> tuple[dict[int, Target], dict[int, list[TargetPoint]]]:
    """Each target as it was set, and the dated values set with it; two queries."""
    ids = [target.pk for target in targets]
    rows = events(Target).filter(pgh_obj__in=ids, pgh_label="insert").order_by("pgh_id")
    first = {row.pgh_obj_id: (row.pgh_created_at, made(Target, row)) for row in rows}
    points: dict[int, list[TargetPoint]] = defaultdict(list)
    for row in events(TargetPoint).filter(target__in=ids, pgh_label="insert").order_by("due_on"):
        if row.target_id in first and row.pgh_created_at <= first[row.target_id][0]:
            points[row.target_id].append(made(TargetPoint, row))
    return {key: target for key, (_at, target) in first.items()}, points


def deliveries(projects: QuerySet[Project]) -> list[Delivery]:
    """Of the projects that serve: a cost still to be spent teaches nothing yet."""
    opened = Milestone.objects.filter(
        project__in=list(projects.values_list("pk", flat=True)), is_commissioning=True,
        withdrawn_at=None, actual_on__isnull=False,
    )  # fmt: skip
    served = {one.project_id: one for one in opened}
    costed = Project.objects.filter(pk__in=served).with_costs().select_related("lead")
    return [_delivery(project, served[project.pk]) for project in costed.order_by("name_fr")]


def delivery_of(project: Project) -> Delivery:
    """Of one project, whether it serves or not."""
    costed = Project.objects.with_costs().get(pk=project.pk)
    opened = project.milestones.filter(is_commissioning=True, withdrawn_at=None).first()
    return _delivery(costed, opened)


def _delivery(project: Any, opened: Milestone | None) -> Delivery:
    """`project` with its costs."""
    costs = project.original_cost_eur, project.current_cost_eur
    if opened is None:
        return Delivery(project, *costs, None, None, serves=False)
    on = opened.actual_on or opened.current_on
    return Delivery(project, *costs, opened.original_on, on, serves=opened.actual_on is not None)


def _outcome(
    target: Target, first: Target, points: Sequence[TargetPoint], held: Measured, today: date
) -> Outcome:
    assert target.project is not None  # chosen by project
    point = _looked_at(points, today)
    base = first.baseline_value
    promised = (
        point.value - base if point and point.value is not None and base is not None else None
    )
    ended = [one for one in held.observations if one.until < today]
    value = value_at(ended, target.indicator, point.due_on) if point else None
    change = value - base if value is not None and base is not None else None
    return Outcome(
        project=target.project, target=target, indicator=target.indicator, zone=target.zone,
        due_on=point.due_on if point else None, promised=promised, measured=change,
        expected=_expected(first), share=_share(first, point, promised, change, today),
    )  # fmt: skip


def _expected(first: Target) -> tuple[float, float, float] | None:
    low, central, high = first.effect_low, first.effect_central, first.effect_high
    if low is None or central is None or high is None:
        return None
    return low, central, high


def _looked_at(points: Sequence[TargetPoint], today: date) -> TargetPoint | None:
    passed = [point for point in points if point.due_on <= today]
    return passed[-1] if passed else next(iter(points), None)


def _share(
    first: Target,
    point: TargetPoint | None,
    promised: float | None,
    change: float | None,
    today: date,
) -> float | Unknown:
    if point is None:
        return Unknown("NO_TARGET")
    if point.value is None:
        return Unknown("RANGE")
    if point.due_on > today:
        return Unknown("NOT_DUE")
    if first.baseline_value is None or promised is None:
        return Unknown("NO_BASELINE")
    return Unknown("NOT_MEASURED") if change is None else share(promised=promised, measured=change)


def value_at(ended: Sequence[Observation], indicator: Indicator, day: date) -> float | None:
    """Of the year that ends on the day: one value of a month says as much of its season."""
    if indicator.frequency == Indicator.Frequency.YEAR:
        told = [o for o in ended if o.on <= day and o.until > day - A_YEAR]
        known = [o.value for o in told[-1:] if o.value is not None]
        return known[0] if known else None
    told = [o for o in ended if day - A_YEAR < o.until <= day]
    values = [o.value for o in told if o.value is not None]
    expected = {"DAY": 365, "MONTH": 12, "QUARTER": 4}[indicator.frequency]
    return sum(values) / len(values) if len(values) >= ENOUGH * expected else None


def _classes(found: Iterable[Outcome], about: object) -> Iterator[Class]:
    grouped: dict[Indicator | Organisation, list[Outcome]] = defaultdict(list)
    for one in found:
        key = about(one)  # type: ignore[operator]
        if key is not None:
            grouped[key].append(one)
    for key, outcomes_of in sorted(grouped.items(), key=lambda pair: pair[0].name):
        due = [one for one in outcomes_of if _came_due(one)]
        shares = [one.share for one in due if not isinstance(one.share, Unknown)]
        if due:
            yield Class(key, len(due), len(shares), reference_class(shares))


def _came_due(one: Outcome) -> bool:
    return not isinstance(one.share, Unknown) or one.share.reason in {"NO_BASELINE", "NOT_MEASURED"}
