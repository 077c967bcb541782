"""What a formula gives, period by period, with the inputs beside the result: for the computation,
the preview, and nothing else. Nothing is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Q

from indicators.analysis import formula as formulas
from indicators.analysis import formula_units, units
from indicators.analysis.formula import Node
from indicators.models import Formula, FormulaInput, Indicator
from indicators.queries.series import measured
from indicators.results import Measured, Observation
from portfolio.models import Zone
from portfolio.results import Unknown

A_DAY = timedelta(days=1)
MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
Time = FormulaInput.Time
GATHERED = (Time.SUM, Time.MEAN, Time.LAST)
Period = tuple[date, date]  # first and last day


@dataclass(frozen=True)
class Input:
    """What a name stands for; `zone` None: the zone that is computed."""

    name: str
    indicator: Indicator
    zone: Zone | None
    time: str


@dataclass(frozen=True)
class Recipe:
    """A formula ready to be computed: the factors between units are in `node`, `factor` makes the
    unit of the indicator of the result. `formula` is None for what is not saved."""

    node: Node
    factor: float
    inputs: tuple[Input, ...]
    frequency: str
    valid_from: date | None = None
    formula: Formula | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from is None or self.valid_from <= day


@dataclass(frozen=True)
class Cell:
    """An input of one period: `used` is None where nothing was there to be used."""

    input: Input
    zone: Zone
    used: Observation | None

    @property
    def value(self) -> float | None:
        return self.used.value if self.used else None


@dataclass(frozen=True)
class Line:
    """A period of a zone: the inputs, and what they give."""

    on: date
    until: date
    cells: tuple[Cell, ...]
    value: float | Unknown
    recipe: Recipe

    @property
    def is_provisional(self) -> bool:
        return any(cell.used is not None and cell.used.provisional for cell in self.cells)

    @property
    def coverage(self) -> float | None:
        """The least of the inputs', of those that say."""
        told = (cell.used.coverage for cell in self.cells if cell.used is not None)
        return min((one for one in told if one is not None), default=None)


def recipe_of(formula: Formula) -> Recipe:
    """Of a version as it was saved, its inputs joined (`inputs__indicator`, `inputs__zone`)."""
    node, told = formulas.parse(formula.expression), list(formula.inputs.all())
    if formula.are_units_checked:
        known = {one.name: units.unit_of(one.unit) for one in told}
        node = formula_units.check(node, known, units.unit_of(formula.unit)).node
    inputs = tuple(Input(one.name, one.indicator, one.zone, one.time) for one in told)
    return Recipe(
        node, formula.factor, inputs, formula.indicator.frequency, formula.valid_from, formula
    )


def zones_of(recipes: Iterable[Recipe]) -> list[Zone]:
    """Where the inputs that follow the zone have values; a metropolis may be put together from
    its communes."""
    followed = {one.indicator.pk for r in recipes for one in r.inputs if one.zone is None}
    named = Q(series__feed__indicator__in=followed)
    return list(
        Zone.objects.filter(named | Q(kind=Zone.Kind.METROPOLIS)).distinct().order_by("code")
    )


def lines(
    recipes: Sequence[Recipe],
    zones: Sequence[Zone],
    *,
    since: date | None = None,
    as_of: datetime | None = None,
) -> dict[int, list[Line]]:
    """By zone, the periods that begin on `since` or later, oldest first. `recipes`: the last
    version first; each period is computed by the first that holds on its first day. A zone where an
    input has never had a value is left out."""
    pairs = {
        (one.indicator.pk, (one.zone or zone).pk): (one.indicator, one.zone or zone)
        for recipe in recipes for one in recipe.inputs for zone in zones
    }  # fmt: skip
    held = measured(pairs.values(), as_of=as_of)
    shelves = {key: _Shelf(found) for key, found in held.items()}
    found = {zone.pk: _of_zone(recipes, zone, shelves, since) for zone in zones}
    return {pk: several for pk, several in found.items() if several}


class _Shelf:
    """The observations of one indicator in one zone, ready to be looked for."""

    def __init__(self, held: Measured) -> None:
        self.observations = held.observations

    @cached_property
    def _exact(self) -> dict[Period, Observation]:
        return {(one.on, one.until): one for one in self.observations}

    @cached_property
    def _known(self) -> list[Observation]:
        return [one for one in self.observations if one.value is not None]

    @cached_property
    def _starts(self) -> list[date]:
        return [one.on for one in self.observations]

    def same(self, period: Period) -> Observation | None:
        return self._exact.get(period)

    def last_known(self, on: date) -> Observation | None:
        """Of a period that begins on that day or before it."""
        place = bisect_right(self._known, on, key=lambda one: one.on)
        return self._known[place - 1] if place else None

    def gathered(self, period: Period, how: str) -> Observation | None:
        """One value of the shorter periods; no value (INCOMPLETE) where one of them has none."""
        first = bisect_right(self._starts, period[0] - A_DAY)
        parts = self.observations[first : bisect_right(self._starts, period[1])]
        if not parts:
            return None
        known = [(one, one.value) for one in parts if one.value is not None]
        status = "PROVISIONAL" if any(one.provisional for one in parts) else "FINAL"
        told = (one.coverage for one in parts if one.coverage is not None)
        least = min(told, default=None)
        if not _covers([one for one, _ in known], period, how):
            return Observation(*period, None, "INCOMPLETE", status, least)
        values = [value for _, value in known]
        value = {"SUM": sum(values), "MEAN": sum(values) / len(values), "LAST": values[-1]}[how]
        return Observation(*period, value, "", status, least)

    def periods(self, one: Input, frequency: str) -> set[Period]:
        """Those that this input gives a value for, or could: a longer period that is still under
        way is not there yet."""
        if one.time == Time.SAME:
            return set(self._exact)
        if one.time not in GATHERED or not self.observations:
            return set()
        last = self.observations[-1].until
        found = {bounds(o.on, frequency) for o in self.observations}
        return {period for period in found if period[1] <= last}


def _covers(known: Sequence[Observation], period: Period, how: str) -> bool:
    if not known or known[-1].until != period[1]:
        return False
    days = sum((one.until - one.on).days + 1 for one in known)
    return how == Time.LAST or days == (period[1] - period[0]).days + 1


def bounds(day: date, frequency: str) -> Period:
    """First and last day of the DAY, MONTH, QUARTER or YEAR that holds `day`."""
    if frequency == Indicator.Frequency.DAY:
        return day, day
    size = MONTHS[frequency]
    first = day.replace(month=(day.month - 1) // size * size + 1, day=1)
    months = first.year * 12 + first.month - 1 + size
    return first, date(months // 12, months % 12 + 1, 1) - A_DAY


def _of_zone(
    recipes: Sequence[Recipe],
    zone: Zone,
    shelves: Mapping[tuple[int, int], _Shelf],
    since: date | None,
) -> list[Line]:
    found: dict[Period, Line] = {}
    for place, recipe in enumerate(recipes):
        own = [(one, shelves[one.indicator.pk, (one.zone or zone).pk]) for one in recipe.inputs]
        if not all(shelf.observations for _, shelf in own):
            continue
        periods = set().union(*(shelf.periods(one, recipe.frequency) for one, shelf in own))
        for period in periods:
            later = any(other.holds_on(period[0]) for other in recipes[:place])
            if recipe.holds_on(period[0]) and not later and (since is None or period[0] >= since):
                found[period] = _line(recipe, period, zone, own)
    return [line for _, line in sorted(found.items())]


def _line(recipe: Recipe, period: Period, zone: Zone, own: Sequence[tuple[Input, _Shelf]]) -> Line:
    cells = tuple(Cell(one, one.zone or zone, _used(one, shelf, period)) for one, shelf in own)
    values: dict[str, float | Unknown] = {
        cell.input.name: Unknown("INPUT_MISSING") if cell.value is None else cell.value
        for cell in cells
    }
    value = formulas.compute(recipe.node, values)
    if not isinstance(value, Unknown):
        value *= recipe.factor
    return Line(*period, cells, value, recipe)


def _used(one: Input, shelf: _Shelf, period: Period) -> Observation | None:
    if one.time == Time.SAME:
        return shelf.same(period)
    if one.time == Time.LAST_KNOWN:
        return shelf.last_known(period[0])
    return shelf.gathered(period, one.time)
