"""What a decision yielded: what was expected when it was taken, frozen, beside what was measured
one, two and three years later, and today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from indicators.analysis.progress import expected_on
from indicators.models import Indicator
from indicators.queries.hindsight import value_at
from indicators.queries.series import measured
from indicators.results import Measured
from portfolio.models import CostEstimate, Decision, Milestone, MilestoneRevision, Project, Zone
from portfolio.results import Unknown

YEARS = (1, 2, 3)


@dataclass(frozen=True)
class Moment:
    """A column: a number of years after the decision, or today (`years` None)."""

    years: int | None
    on: date
    is_past: bool


@dataclass(frozen=True)
class Cell:
    """What was expected for that day and what was found; `found` is Unknown with its reason:
    TOO_EARLY, NOT_MEASURED, NOT_KNOWN, GONE (the measure or the zone)."""

    moment: Moment
    expected: float | None
    found: float | Unknown


@dataclass(frozen=True)
class Effect:
    """A target that the decision rested on; `indicator` is None where it is there no more."""

    frozen: Mapping[str, Any]
    indicator: Indicator | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Money:
    """The cost known at each moment; `then` is the frozen one, None: none was known."""

    then: Decimal | None
    cells: tuple[tuple[Moment, Decimal | Unknown], ...]


@dataclass(frozen=True)
class Opening:
    """The day of commissioning as it was known at each moment."""

    then: date | None
    cells: tuple[tuple[Moment, date | Unknown], ...]
    serves_since: date | None


@dataclass(frozen=True)
class Yield:
    decision: Decision
    moments: tuple[Moment, ...]
    money: Money
    opening: Opening
    effects: tuple[Effect, ...]


def yield_of(decision: Decision, project: Project, *, today: date) -> Yield:
    """In a constant number of queries."""
    moments = moments_of(timezone.localdate(decision.decided_at), today)
    frozen = decision.rested_on
    return Yield(
        decision,
        moments,
        _money(project, frozen, moments),
        _opening(project, frozen, moments),
        tuple(_effects(frozen.get("targets") or [], moments)),
    )


def moments_of(decided_on: date, today: date) -> tuple[Moment, ...]:
    """Each anniversary, then today."""
    later = [(years, _years_after(decided_on, years)) for years in YEARS]
    return (*(Moment(n, on, on <= today) for n, on in later), Moment(None, today, is_past=True))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


# ---------------------------------------------------------------- costs and dates


def _money(project: Project, frozen: Mapping[str, Any], moments: Sequence[Moment]) -> Money:
    then = (frozen.get("cost") or {}).get("amount_eur")
    versions = list(project.cost_estimates.order_by("version"))
    cells = tuple((one, _cost_at(versions, one)) for one in moments)
    return Money(Decimal(then) if then else None, cells)


def _cost_at(versions: Iterable[CostEstimate], moment: Moment) -> Decimal | Unknown:
    if not moment.is_past:
        return Unknown("TOO_EARLY")
    end = _end_of(moment.on)
    known = [version.amount_eur for version in versions if version.recorded_at <= end]
    return known[-1] if known else Unknown("NOT_KNOWN")


def _opening(project: Project, frozen: Mapping[str, Any], moments: Sequence[Moment]) -> Opening:
    then = parse_date((frozen.get("commissioning") or {}).get("current_on") or "")
    milestone = project.milestones.filter(is_commissioning=True, withdrawn_at=None).first()
    moves = list(milestone.revisions.order_by("revised_at", "pk")) if milestone else []
    cells = tuple((one, _opening_at(milestone, moves, one)) for one in moments)
    return Opening(then, cells, milestone.actual_on if milestone else None)


def _opening_at(
    milestone: Milestone | None, moves: Iterable[MilestoneRevision], moment: Moment
) -> date | Unknown:
    if not moment.is_past:
        return Unknown("TOO_EARLY")
    if milestone is None:
        return Unknown("NOT_KNOWN")
    if milestone.actual_on is not None and milestone.actual_on <= moment.on:
        return milestone.actual_on
    made = [move for move in moves if move.revised_at <= _end_of(moment.on)]
    return made[-1].after_on if made else milestone.original_on


# ---------------------------------------------------------------- effects


def _effects(targets: Sequence[Mapping[str, Any]], moments: Sequence[Moment]) -> Iterable[Effect]:
    codes = Q(code__in={one["indicator"] for one in targets})
    indicators = {one.code: one for one in Indicator.objects.filter(codes)}
    zones = Zone.objects.in_bulk({one["zone"] for one in targets}, field_name="code")
    pairs = [
        (indicators[one["indicator"]], zones[one["zone"]])
        for one in targets
        if one["indicator"] in indicators and one["zone"] in zones
    ]
    held = measured(pairs)
    for frozen in targets:
        indicator, zone = indicators.get(frozen["indicator"]), zones.get(frozen["zone"])
        found = held[indicator.pk, zone.pk] if indicator and zone else None
        cells = tuple(_cell(frozen, indicator, found, moment) for moment in moments)
        yield Effect(frozen, indicator, cells)


def _cell(
    frozen: Mapping[str, Any], indicator: Indicator | None, held: Measured | None, moment: Moment
) -> Cell:
    expected = _expected(frozen, moment.on)
    if indicator is None or held is None:
        return Cell(moment, expected, Unknown("GONE"))
    if not moment.is_past:
        return Cell(moment, expected, Unknown("TOO_EARLY"))
    if moment.years is None:
        last = held.last_known
        value = last.value if last else None
    else:
        value = value_at(
            [one for one in held.observations if one.until <= moment.on], indicator, moment.on
        )
    return Cell(moment, expected, Unknown("NOT_MEASURED") if value is None else value)


def _expected(frozen: Mapping[str, Any], day: date) -> float | None:
    """On the path that was promised; None where nothing was, or a band alone."""
    base, since = frozen["baseline_value"], parse_date(frozen["baseline_on"] or "")
    points = [(parse_date(one["due_on"]), one["value"]) for one in frozen["points"]]
    if base is None or since is None or any(value is None for _day, value in points):
        return None
    kept = [(on, value) for on, value in points if on is not None]
    return expected_on(
        day, baseline=base, baseline_on=since, points=kept, path=frozen.get("path", "LINEAR")
    )
