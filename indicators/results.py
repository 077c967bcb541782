"""What the reads of the evidence return: plain frozen records, ready for a page, a PDF, the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from indicators.analysis.progress import Band, Status
from indicators.models import Indicator, Target
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
    of a value made of several series, that of the least measured one.
    """

    on: date
    until: date
    value: float | None
    absence: str
    status: str
    coverage: float | None = None

    @property
    def provisional(self) -> bool:
        return self.status == "PROVISIONAL"

    @property
    def is_partial(self) -> bool:
        """Less than the whole of the period was measured."""
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
    def observations(self) -> tuple[Observation, ...]:
        return self.measured.observations

    @property
    def coverage(self) -> Coverage | None:
        return self.measured.coverage
