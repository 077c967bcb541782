"""Where a measure is going: a fan, the chance of reaching the target, and how good such forecasts
have been on this very series.

Several structural models (`structural.py`) and a seasonal naive yardstick are tried on the past
(`contest.py`, `backtest.py`). The simplest model that forecasts best is used; where none beats the
yardstick, the yardstick is. Where intervals have covered clearly too little, they are widened, and
it is said.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from indicators.analysis.contest import LEAST_POINTS, NAIVE, ROBUST, Case, Contest, judged, scale_of
from indicators.analysis.progress import Band, band_around
from indicators.analysis.series import after, regular
from indicators.analysis.structural import Fan
from portfolio.results import Unknown

METHOD_VERSION = "1"  # to be raised with any change that may move a result
LONGEST_HISTORY = {"DAY": 1461, "WEEK": 520}
YEARS_AHEAD = 10


@dataclass(frozen=True)
class TooEarly:
    """Nothing can be said yet: `points` are known, `needed` would do."""

    reason: str
    points: int
    needed: int


@dataclass(frozen=True)
class Forecast:
    """All series are in the unit of the measure, on the first days of the periods ahead.

    `probability_on_target`: that the value of the period holding `until` is on the good side of the
    target; None without a target. `probability_range`: over all models that forecast nearly as well.
    `reached_on`: the first period where the central path is there, within ten years.
    `mase`: mean absolute error on the past in units of the seasonal naive error, `naive_mase` that
    of the yardstick on the same past, both NaN where the series is too short to try.
    `coverage80`: what share of the past the 80 % intervals held, as they are given (`widened` is the
    factor, found without the origin that is judged). `set_aside`: far values that the estimate left out.
    """

    mean: pd.Series[float]
    lower50: pd.Series[float]
    upper50: pd.Series[float]
    lower80: pd.Series[float]
    upper80: pd.Series[float]
    lower95: pd.Series[float]
    upper95: pd.Series[float]
    probability_on_target: float | None
    probability_range: tuple[float, float] | None
    reached_on: date | Unknown
    model: str
    scale: str
    mase: float
    naive_mase: float
    coverage80: float
    coverage95: float
    widened: float
    origins: int
    horizon_tried: int
    points: int
    set_aside: int


def forecast(  # noqa: PLR0913 - the signature is promised by METHODS.md
    series: pd.Series[float],
    *,
    until: date,
    target: float | Band | None,
    direction: str = "UP",
    frequency: str,
    seed: int,
    breaks: Collection[date] = (),
    holidays: Collection[date] = (),
) -> Forecast | TooEarly:
    """Forecast a series to the period that holds `until`.

    `series` is indexed by the first day of each period, ascending, NaN where a value is missing;
    `frequency` is DAY, WEEK, MONTH, QUARTER or YEAR; `target` is in the unit of the series (a pair
    for RANGE). `breaks`: days from which the level may have jumped for a known reason; `holidays`
    matter for days alone, and are to be given for the days ahead too. `seed` rules the draws of the
    robust fallback, used where no structural model can be estimated.

    Raises ValueError naming the field that is wrong; TooEarly below 8 known values.
    """
    known = regular(series, frequency)
    points = int(known.notna().sum())
    goal = _goal(target, direction)
    if points < LEAST_POINTS:
        return TooEarly("TOO_FEW_POINTS", points, LEAST_POINTS)
    known = known.iloc[-LONGEST_HISTORY.get(frequency, len(known)) :]
    days = after(known, until, frequency)
    if days.empty:
        raise ValueError("until: its period is not ahead of the last known value")
    days = _far_enough(known, days, until, frequency)
    case = Case(
        np.asarray(known, float), pd.DatetimeIndex(known.index), days, frequency, tuple(breaks),
        frozenset(pd.Timestamp(day) for day in holidays), scale_of(known, frequency), seed,
    )  # fmt: skip
    steps = len(after(known, until, frequency))
    return _told(Contest(case, steps), goal, points)


def _far_enough(
    known: pd.Series[float], days: pd.DatetimeIndex, until: date, frequency: str
) -> pd.DatetimeIndex:
    """Ten years ahead, where the target may still be reached, or `until` if it is later."""
    last = known.index[-1] + pd.DateOffset(years=YEARS_AHEAD)
    return after(known, max(until, last.date()), frequency) if last > days[-1] else days


def _told(contest: Contest, goal: Band | None, points: int) -> Forecast:
    case, steps = contest.case, contest.steps
    name, way, tried = contest.winner()
    widened, coverage80, coverage95 = judged(tried)
    whole = way(case.values, len(case.ahead)).wider(widened)
    chances = []
    if goal is not None:
        fans = [whole, *contest.rivals(name)]
        chances = [_chance(fan, goal, steps - 1) for fan in fans]
    return Forecast(
        **_bands(whole, case.ahead[:steps], steps),
        probability_on_target=chances[0] if chances else None,
        probability_range=(min(chances), max(chances)) if chances else None,
        reached_on=_reached(whole, goal, case.ahead), model=name, scale=whole.scale.name,
        mase=tried.mase, naive_mase=contest.naive.mase, coverage80=coverage80,
        coverage95=coverage95, widened=widened, origins=len(contest.ends),
        horizon_tried=contest.horizon, points=points,
        set_aside=0 if name in {NAIVE, ROBUST} else case.calm(case.values)[1],
    )  # fmt: skip


def _goal(target: float | Band | None, direction: str) -> Band | None:
    """The values that are on target, as a band that may be open on one side."""
    if direction not in {"UP", "DOWN", "RANGE"}:
        raise ValueError(f"direction: {direction!r} is not one of UP, DOWN, RANGE")
    if target is None:
        return None
    if direction == "RANGE":
        return band_around("target", target)
    if isinstance(target, tuple) or not np.isfinite(target):
        raise ValueError("target: a finite number is needed")
    return (float(target), np.inf) if direction == "UP" else (-np.inf, float(target))


def _chance(fan: Fan, goal: Band, place: int) -> float:
    low, high = goal
    above_low = 1.0 if low == -np.inf else fan.above(low, place)
    above_high = 0.0 if high == np.inf else fan.above(high, place)
    return above_low - above_high


def _reached(fan: Fan, goal: Band | None, days: pd.DatetimeIndex) -> date | Unknown:
    if goal is None:
        return Unknown("NO_TARGET")
    there = np.flatnonzero((fan.mean() >= goal[0]) & (fan.mean() <= goal[1]))
    return days[there[0]].date() if there.size else Unknown("NOT_AT_CURRENT_TREND")


def _bands(fan: Fan, days: pd.DatetimeIndex, steps: int) -> Mapping[str, pd.Series[float]]:
    found = {"mean": fan.mean()}
    for level in (50, 80, 95):
        found[f"lower{level}"] = fan.quantile(0.5 - level / 200)
        found[f"upper{level}"] = fan.quantile(0.5 + level / 200)
    return {name: pd.Series(values[:steps], index=days) for name, values in found.items()}
