"""What was known of a measure at an instant, beside what is known now: plain frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from indicators.models import Run, Target
from indicators.results import Measured, Observation, Point, TargetView
from portfolio.models import Zone


@dataclass(frozen=True)
class Change:
    """A period of a series, as it was said before a revision and after it."""

    zone: Zone | None
    label: str
    before: Observation
    after: Observation

    @property
    def is_of_value(self) -> bool:
        """False where the value stayed, and only became final (or provisional again)."""
        return (self.before.value, self.before.absence) != (self.after.value, self.after.absence)


@dataclass(frozen=True)
class Revision:
    """Everything that one run said otherwise, the earliest period first."""

    at: datetime
    run: Run
    changes: tuple[Change, ...]

    @property
    def corrected(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.is_of_value)

    @property
    def settled(self) -> int:
        """How many kept their value and changed their status."""
        return len(self.changes) - len(self.corrected)


@dataclass(frozen=True)
class Compared:
    """A period as it was known then (None: not known yet) and as it is known now."""

    then: Observation | None
    now: Observation | None

    @property
    def period(self) -> Observation:
        told = self.now or self.then
        assert told is not None
        return told

    @property
    def difference(self) -> float | None:
        """None where one of the two has no value."""
        if self.then is None or self.now is None:
            return None
        if self.then.value is None or self.now.value is None:
            return None
        return self.now.value - self.then.value

    @property
    def is_revised(self) -> bool:
        if self.then is None:
            return False
        if self.now is None:
            return True
        return (self.then.value, self.then.absence) != (self.now.value, self.now.absence)

    @property
    def is_later(self) -> bool:
        """Published after that instant."""
        return self.then is None


@dataclass(frozen=True)
class Promise:
    """What a target promised: start, points, path."""

    target: Target
    points: tuple[Point, ...]

    def same_as(self, other: Promise) -> bool:
        terms = [
            (p.target.baseline_value, p.target.baseline_on, p.target.path, p.points)
            for p in (self, other)
        ]
        return terms[0] == terms[1]


@dataclass(frozen=True)
class Known:
    """A target's measure as it is known now, beside what was known at an instant (`at`; None where
    the page compares nothing). `promised_then` is None where nothing was promised yet; `promise`
    what is promised now."""

    view: TargetView
    at: datetime | None
    then: Measured | None
    rows: tuple[Compared, ...]
    revisions: tuple[Revision, ...]
    promise: Promise
    promised_then: Promise | None

    @property
    def revised(self) -> int:
        return sum(row.is_revised for row in self.rows)

    @property
    def later(self) -> int:
        return sum(row.is_later for row in self.rows)

    @property
    def has_other_terms(self) -> bool:
        """The target has been revised since."""
        then = self.promised_then
        return self.at is not None and then is not None and not self.promise.same_as(then)
