"""How far a measure has come towards its target, and whether that is what was expected by then.

The rule (DOMAIN.md, rule 1), in full:

- progress = (actual − baseline) / (target − baseline). It is never clamped: past the target it
  exceeds 1, a move away from the target is negative. The baseline is the stated one, never the
  first value found.
- Only observations after the baseline's date and not after `as_of` are looked at; the last one
  that has a value is compared with the path's expected value **on its own date**. LINEAR
  interpolates from the baseline through the points; STEP expects the earlier point's value (the
  baseline before the first) until a point's date.
- gap = expected progress − achieved progress. Up to `tolerance`: ON_TRACK; up to twice: AT_RISK;
  beyond: OFF_TRACK.
- ACHIEVED as soon as the final target is reached in the direction.
- Once the last date has passed without that: AT_RISK within the tolerance, else OFF_TRACK;
  never ON_TRACK.
- TOO_EARLY while less progress than `tolerance` was expected (unless the measure has moved away
  by more than `tolerance`), or while nothing was observed since the baseline and the first date
  is ahead.
- UNKNOWN with a reason: NO_BASELINE, NO_TARGET, TARGET_EQUALS_BASELINE, NO_OBSERVATION,
  NO_OBSERVATION_SINCE_BASELINE, LAST_VALUE_MISSING (only nulls since the baseline), STALE (the
  last value is more than `stale_after_days` old at `as_of`).

A RANGE target is a band (low, high); a bare number v stands for v ± tolerance·|v|. Inside the
band progress is 1; outside it is 1 − distance(actual)/distance(baseline), distances being to the
band. Where the baseline is itself inside, half the width of the band is the unit instead, and
staying inside is expected throughout. Inside the band is ON_TRACK before the last date and
ACHIEVED from it on. Before that date the expected value is the edge of the band on the
baseline's side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pandas as pd

from indicators.analysis.series import checked
from portfolio.results import Unknown

Band = tuple[float, float]
DIRECTIONS = ("UP", "DOWN", "RANGE")
PATHS = ("LINEAR", "STEP")
# Two ways of writing the same decimal differ by less than this; a rule must not hang on it.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Status:
    """The verdict and what it rests on.

    `code`: ON_TRACK, AT_RISK, OFF_TRACK, ACHIEVED, TOO_EARLY or UNKNOWN; `reason` says why it is
    UNKNOWN, or why it is too early ("" otherwise). `actual`, `actual_on`, `expected_value`, … are
    None only where `reason` explains it. `target_value` is a pair for a RANGE indicator.
    """

    code: str
    reason: str
    progress: float | Unknown
    expected_progress: float | Unknown
    actual: float | None = None
    actual_on: date | None = None
    expected_value: float | None = None
    target_value: float | Band | None = None
    target_on: date | None = None


@dataclass(frozen=True)
class _Course:
    """From the baseline to the last point, with all that progress is measured by."""

    baseline: float
    baseline_on: date
    points: list[tuple[date, float | Band]]
    path: str
    direction: str

    @property
    def target(self) -> float | Band:
        return self.points[-1][1]

    @property
    def last_on(self) -> date:
        return self.points[-1][0]

    def progress(self, value: float) -> float | Unknown:
        return _progress(self.baseline, self.target, value)

    def expected(self, day: date) -> float:
        """The value the path expects on `day`."""
        days = [self.baseline_on, *(due_on for due_on, _ in self.points)]
        values = [self.baseline, *(_edge(value, self.baseline) for _, value in self.points)]
        if self.path == "STEP":
            return [value for due_on, value in zip(days, values, strict=True) if due_on <= day][-1]
        return float(np.interp(day.toordinal(), [d.toordinal() for d in days], values))

    def reached(self, value: float) -> bool:
        if isinstance(self.target, tuple):
            return _distance(value, self.target) == 0
        return value >= self.target if self.direction == "UP" else value <= self.target


def progress(
    *,
    baseline: float | None,
    target: float | Band | None,
    actual: float | None,
    direction: str,
    tolerance: float = 0.1,
) -> float | Unknown:
    """Share of the way from `baseline` to `target` that `actual` has come, not clamped.

    A missing baseline, target or actual (None; NaN too for `actual`) and a target equal to the
    baseline give Unknown. Raises ValueError naming the field that is wrong; `tolerance` only
    matters for a RANGE target given as one number.
    """
    _check_choice("direction", direction, DIRECTIONS)
    if baseline is None:
        return Unknown("NO_BASELINE")
    _check_number("baseline", baseline)
    if target is None:
        return Unknown("NO_TARGET")
    goal = _goal("target", target, direction, tolerance)
    _check_direction("target", goal, baseline, direction)
    if actual is None or math.isnan(actual):
        return Unknown("NO_OBSERVATION")
    _check_number("actual", actual)
    return _progress(baseline, goal, actual)


def status(  # noqa: PLR0913 - the signature is promised by docs: one argument per stated fact
    *,
    baseline: float | None,
    baseline_on: date | None,
    points: Sequence[tuple[date, float | Band]],
    path: str,
    observations: pd.Series[float],
    as_of: date,
    direction: str,
    tolerance: float = 0.1,
    stale_after_days: int | None = None,
) -> Status:
    """Where a target stands on `as_of`, by the rule stated at the top of this module.

    `observations` is indexed by date, ascending, NaN where a value is missing; `points` are
    (due date, value) or, for RANGE, (due date, (low, high)), ascending, after `baseline_on`.
    Raises ValueError naming the field that is wrong.
    """
    _check_choice("direction", direction, DIRECTIONS)
    _check_choice("path", path, PATHS)
    _check_not_negative("tolerance", tolerance)
    _check_not_negative("stale_after_days", stale_after_days or 0)
    today = _day("as_of", as_of)
    values = checked("observations", observations)
    goals = [(_day("points", day), _goal("points", v, direction, tolerance)) for day, v in points]
    _check_ascending("points", [day for day, _ in goals])
    if baseline is None or baseline_on is None:
        return _unknown("NO_BASELINE", goals)
    if not goals:
        return _unknown("NO_TARGET", goals)
    course = _course(baseline, _day("baseline_on", baseline_on), goals, path, direction)
    if not isinstance(course.target, tuple) and course.target == baseline:
        return _unknown("TARGET_EQUALS_BASELINE", goals)
    return _judge(course, values[values.index <= pd.Timestamp(today)], today, tolerance,
                  stale_after_days)  # fmt: skip


def _judge(
    course: _Course,
    values: pd.Series[float],
    today: date,
    tolerance: float,
    stale_after_days: int | None,
) -> Status:
    """The verdict on valid input: nothing to look at, too old, or a value to place."""
    goals = course.points
    if values.empty:
        return _unknown("NO_OBSERVATION", goals)
    since = values[values.index > pd.Timestamp(course.baseline_on)]
    if since.empty:
        early = today < course.points[0][0]
        code = "TOO_EARLY" if early else "UNKNOWN"
        return _unknown("NO_OBSERVATION_SINCE_BASELINE", goals, code=code)
    known = since.dropna()
    if known.empty:
        return _unknown("LAST_VALUE_MISSING", goals)
    actual, actual_on = float(known.iloc[-1]), known.index[-1].date()
    if stale_after_days is not None and (today - actual_on).days > stale_after_days:
        return _unknown("STALE", goals, last=(actual, actual_on))
    return _place(course, actual, actual_on, today, tolerance)


def _place(
    course: _Course, actual: float, actual_on: date, today: date, tolerance: float
) -> Status:
    expected_value = course.expected(actual_on)
    achieved, expected = course.progress(actual), course.progress(expected_value)
    if isinstance(achieved, Unknown) or isinstance(expected, Unknown):
        reason = achieved.reason if isinstance(achieved, Unknown) else "TARGET_EQUALS_BASELINE"
        return _unknown(reason, course.points, last=(actual, actual_on))
    code = _code(course, actual, (achieved, expected), today, tolerance)
    return Status(
        code, "", achieved, expected, actual, actual_on, expected_value, course.target,
        course.last_on,
    )  # fmt: skip


def _code(
    course: _Course, actual: float, shares: tuple[float, float], today: date, tolerance: float
) -> str:
    achieved, expected = shares
    gap = expected - achieved - ROUNDING
    if course.reached(actual):
        return "ON_TRACK" if course.direction == "RANGE" and today < course.last_on else "ACHIEVED"
    if today > course.last_on:
        return "AT_RISK" if gap <= tolerance else "OFF_TRACK"
    if expected < tolerance - ROUNDING and achieved >= -tolerance - ROUNDING:
        return "TOO_EARLY"
    if gap <= tolerance:
        return "ON_TRACK"
    return "AT_RISK" if gap <= 2 * tolerance else "OFF_TRACK"


def _progress(baseline: float, goal: float | Band, actual: float) -> float | Unknown:
    if isinstance(goal, tuple):
        away = _distance(actual, goal)
        unit = _distance(baseline, goal) or (goal[1] - goal[0]) / 2
        if away and not unit:
            return Unknown("TARGET_EQUALS_BASELINE")
        return 1 - away / unit if away else 1.0
    if goal == baseline:
        return Unknown("TARGET_EQUALS_BASELINE")
    return (actual - baseline) / (goal - baseline)


def _distance(value: float, band: Band) -> float:
    low, high = band
    return max(low - value, value - high, 0.0)


def _edge(goal: float | Band, baseline: float) -> float:
    """The value to reach first, coming from the baseline."""
    return min(max(baseline, goal[0]), goal[1]) if isinstance(goal, tuple) else goal


def _unknown(
    reason: str,
    goals: Sequence[tuple[date, float | Band]],
    *,
    code: str = "UNKNOWN",
    last: tuple[float, date] | tuple[None, None] = (None, None),
) -> Status:
    why, (actual, actual_on) = Unknown(reason), last
    target_on, target_value = goals[-1] if goals else (None, None)
    return Status(code, reason, why, why, actual, actual_on, None, target_value, target_on)


def expected_on(
    day: date,
    *,
    baseline: float,
    baseline_on: date,
    points: list[tuple[date, float | Band]],
    path: str,
) -> float | None:
    """The value that the path expects on a day; None before the baseline and after the last
    point, of which nothing was promised."""
    if not points or not baseline_on <= day <= points[-1][0]:
        return None
    return _Course(baseline, baseline_on, points, path, "").expected(day)


# ---------------------------------------------------------------- wrong input


def _course(
    baseline: float,
    baseline_on: date,
    goals: list[tuple[date, float | Band]],
    path: str,
    direction: str,
) -> _Course:
    _check_number("baseline", baseline)
    if goals[0][0] <= baseline_on:
        raise ValueError("points: the first date must come after baseline_on")
    _check_direction("points", goals[-1][1], baseline, direction)
    return _Course(float(baseline), baseline_on, goals, path, direction)


def band_around(field: str, value: float | Band, tolerance: float = 0.1) -> Band:
    """The band of a RANGE target, a bare number v standing for v ± tolerance·|v|. Raises ValueError
    naming `field`."""
    found = _goal(field, value, "RANGE", tolerance)
    assert isinstance(found, tuple)
    return found


def _goal(field: str, value: float | Band, direction: str, tolerance: float) -> float | Band:
    if isinstance(value, tuple | list):
        if direction != "RANGE" or len(value) != 2:
            raise ValueError(f"{field}: a pair (low, high) is for RANGE alone")
        low, high = (_check_number(field, bound) for bound in value)
        if low > high:
            raise ValueError(f"{field}: low is above high")
        return low, high
    number = _check_number(field, value)
    margin = tolerance * abs(number)
    return (number - margin, number + margin) if direction == "RANGE" else number


def _check_direction(field: str, goal: float | Band, baseline: float, direction: str) -> None:
    if isinstance(goal, tuple):
        return
    if (direction == "UP" and goal < baseline) or (direction == "DOWN" and goal > baseline):
        raise ValueError(f"{field}: the target lies against the direction {direction}")


def _check_choice(field: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{field}: {value!r} is not one of {', '.join(choices)}")


def _check_number(field: str, value: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{field}: {value!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{field}: {value!r} is not a finite number")
    return number


def _check_not_negative(field: str, value: float) -> None:
    if _check_number(field, value) < 0:
        raise ValueError(f"{field}: must not be negative")


def _check_ascending(field: str, days: list[date]) -> None:
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError(f"{field}: dates must ascend, each one once")


def _day(field: str, value: date) -> date:
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise ValueError(f"{field}: {value!r} is not a date")  # noqa: TRY004 - one error type
    return value
