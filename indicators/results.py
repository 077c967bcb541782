"""What the reads of the evidence return: plain frozen records, ready for a page, a PDF, the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from indicators.analysis.progress import Band, Status
from indicators.models import CausalLink, Indicator, Target
from indicators.models.compared_place import name_of, purpose_of
from portfolio.models import Zone

WHOLE = 0.9995  # a share that is shown as 100 %


@dataclass(frozen=True)
class Coverage:
    """How many zones the last period rests on: "27 of 28 communes"."""

    measured: int
    expected: int

    @property
    def complete(self) -> bool:
        return self.measured == self.expected


@dataclass(frozen=True)
class Observation:
    """A value over the days from `on` to `until`, both included.

    `value` is None where it is missing, and `absence` says why (UPPERCASE code). `coverage` is the
    share of the period that was measured, known where the value was gathered from finer measures;
    of a value made of several series, that of the least measured one. `by_area`: the value was
    shared out from polygons, and it is the share of the zone that these cover.
    """

    on: date
    until: date
    value: float | None
    absence: str
    status: str
    coverage: float | None = None
    by_area: bool = False

    @property
    def provisional(self) -> bool:
        return self.status == "PROVISIONAL"

    @property
    def is_partial(self) -> bool:
        """Less than the whole of the period, or of the zone, was measured."""
        return self.coverage is not None and self.coverage < WHOLE


@dataclass(frozen=True)
class Measured:
    """The observations of an indicator in a zone, oldest first, and the feed they come from."""

    observations: tuple[Observation, ...] = ()
    coverage: Coverage | None = None
    feed_id: int | None = None

    @property
    def values(self) -> pd.Series[float]:
        """Indexed by the first day of each period, NaN where the value is missing."""
        days = pd.DatetimeIndex([observation.on for observation in self.observations])
        values = [observation.value for observation in self.observations]
        return pd.Series(values, index=days, dtype=float)

    @property
    def last_known(self) -> Observation | None:
        known = (o for o in reversed(self.observations) if o.value is not None)
        return next(known, None)


@dataclass(frozen=True)
class Freshness:
    """The age of a figure. `data_on` is the last day of the last period that has a value: the
    source's date, never the pull's; None where nothing was ever measured."""

    data_on: date | None
    age_days: int | None
    overdue: bool
    overdue_since: date | None


@dataclass(frozen=True)
class Origin:
    """Where a figure comes from, and how its last pull went.

    `run_state` is "" before the first closed run; `run_reason` is the code of its error.
    """

    feed_code: str
    source_code: str
    source_name: str
    producer: str
    licence: str
    run_id: int | None
    run_state: str
    run_reason: str
    run_finished_at: datetime | None
    formula: str = ""  # in words, where the figure is computed from others


@dataclass(frozen=True)
class Comparator:
    """The same measure outside the territory. It enters neither a status nor a total."""

    zone: Zone
    measured: Measured
    origin: Origin | None

    @property
    def name(self) -> str:
        return name_of(self.zone)

    @property
    def purpose(self) -> str:
        """What it is compared for, where somebody said it."""
        return purpose_of(self.zone)


@dataclass(frozen=True)
class Point:
    """A value to reach, or a band to be within, by a date."""

    due_on: date
    value: float | Band


@dataclass(frozen=True)
class TargetView:
    """All that a page, a PDF or the API says about one target on `today`.

    `as_of` is the instant whose knowledge is shown; None means now. `comparators`: by their codes.
    """

    target: Target
    indicator: Indicator
    zone: Zone
    today: date
    as_of: datetime | None
    points: tuple[Point, ...]
    measured: Measured
    status: Status
    freshness: Freshness
    origin: Origin | None
    comparators: tuple[Comparator, ...] = ()

    @property
    def place(self) -> str:
        """Where, and of whom if not of everyone."""
        return self.target.place

    @property
    def observations(self) -> tuple[Observation, ...]:
        return self.measured.observations

    @property
    def coverage(self) -> Coverage | None:
        return self.measured.coverage


# The worst first: what a project shows is the worst of its effects.
WORST_FIRST = ("OFF_TRACK", "AT_RISK", "ON_TRACK", "ACHIEVED", "TOO_EARLY")
# What is spent, what is built, what that changes, what it is for; what the project does not rule.
LEVELS = ("INPUT", "OUTPUT", "OUTCOME", "IMPACT", "CONTEXT")


@dataclass(frozen=True)
class Step:
    """A measure of the chain, with the targets that the project has on it: none where the chain
    only passes through it."""

    indicator: Indicator
    views: tuple[TargetView, ...]

    @property
    def status(self) -> str:
        """The worst of those known; "" without a target."""
        codes = [view.status.code for view in self.views]
        known = [code for code in codes if code in WORST_FIRST]
        return min(known, key=WORST_FIRST.index) if known else "UNKNOWN" if codes else ""


@dataclass(frozen=True)
class Fact:
    """What the register says of the project: what it costs, when it serves; `value` in words."""

    name: str
    value: str


@dataclass(frozen=True)
class Level:
    """`family`: one of `LEVELS`; `facts` are of the register."""

    family: str
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def name(self) -> str:
        return str(Indicator.Family(self.family).label)


@dataclass(frozen=True)
class ResultsChain:
    """Levels from what is spent to what it is for, and links in the order of the causes."""

    levels: tuple[Level, ...]
    links: tuple[CausalLink, ...]

    @property
    def unexplained(self) -> tuple[Indicator, ...]:
        """Measures with a target that nothing in the chain moves, below the first level told."""
        moved = {link.effect_id for link in self.links}
        steps = [step for level in self.levels[1:] for step in level.steps if step.views]
        return tuple(step.indicator for step in steps if step.indicator.pk not in moved)
