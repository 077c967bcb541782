"""One series made ready: checked, placed on whole periods, with its regressors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.results import NotIdentified
from indicators.analysis.impact.settings import Settings

SPARE = 6  # degrees of freedom that must be left before the start
CALENDAR = ((27.5, 31.5, 1), (88.0, 93.0, 3), (180.0, 185.0, 6), (364.0, 367.0, 12))


@dataclass(frozen=True)
class Case:
    """Points with a value only. `x` (points, columns): constant, trend, season, controls.

    `t` counts periods from the first date of the series; `before` points come before the start.
    """

    index: pd.Index[Any]
    y: Array
    x: Array
    t: NDArray[np.int64]
    before: int
    missing: int
    trend: bool = False

    @property
    def after(self) -> int:
        return len(self.y) - self.before

    @property
    def column(self) -> Array:
        return self.y[:, None]

    @property
    def step(self) -> Array:
        """0 before the start, 1 from it on."""
        return (np.arange(len(self.y)) >= self.before).astype(float)

    @property
    def stepped(self) -> Array:
        return np.column_stack([self.x, self.step])

    def with_trend(self) -> Case:
        """The same with a straight line, centred so that the constant keeps its meaning."""
        line = (self.t - self.t.mean()) / max(1, len(self.t))
        return replace(self, x=np.column_stack([self.x, line]), trend=True)

    def upto(self, end: int, before: int) -> Case:
        """The first `end` points, taken as if the start came after `before` of them."""
        return replace(self, index=self.index[:end], y=self.y[:end], x=self.x[:end],
                       t=self.t[:end], before=before)  # fmt: skip


def make_case(
    series: pd.Series[float],
    start: Any,
    season: int | None,
    controls: pd.DataFrame | None,
    settings: Settings,
) -> Case | NotIdentified:
    """The case, or why it cannot be judged. Raises ValueError naming the field that is wrong."""
    values = _values(series)
    _check_season(season)
    if start is None or start is pd.NaT:
        return NotIdentified(("START_UNKNOWN",))
    begin = _begin(start, values.index)
    t = _positions(values.index)
    x = np.column_stack([np.ones(len(values)), *_dummies(t, season), *_controls(controls, values)])
    known = np.isfinite(values.to_numpy()) & np.isfinite(x).all(axis=1)
    before = int((known & np.asarray(values.index < begin)).sum())
    case = Case(values.index[known], values.to_numpy()[known], x[known], t[known], before,
                int((~known).sum()))  # fmt: skip
    return _judgeable(case, season, settings)


def _judgeable(case: Case, season: int | None, settings: Settings) -> Case | NotIdentified:
    reasons = []
    needed = settings.before(season)
    if case.before < needed:
        few = case.before < settings.min_before or season is None
        reasons.append("TOO_FEW_BEFORE" if few else "TOO_FEW_CYCLES")
    if case.after < settings.min_after:
        reasons.append("TOO_FEW_AFTER")
    if not reasons and case.before - case.x.shape[1] < SPARE:
        reasons.append("TOO_MANY_CONTROLS")
    if not reasons:
        _check_rank(case.x[: case.before])
        if _flat(case):
            reasons.append("NO_VARIATION")
    facts = {"before": case.before, "after": case.after, "needed_before": needed,
             "needed_after": settings.min_after, "missing": case.missing}  # fmt: skip
    return NotIdentified(tuple(reasons), facts) if reasons else case


def _flat(case: Case) -> bool:
    y, x = case.y[: case.before], case.x[: case.before]
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.abs(left).max()) <= 1e-9 * max(1e-300, float(np.abs(y).max()))


def _check_rank(x: Array) -> None:
    scaled = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    if np.linalg.matrix_rank(scaled, tol=1e-8 * len(x)) < x.shape[1]:
        raise ValueError("controls: one repeats another, the season or a constant before the start")


def _values(series: pd.Series[float]) -> pd.Series[float]:
    if not isinstance(series, pd.Series):
        raise ValueError("series: a pandas Series is needed")  # noqa: TRY004 - one error type
    try:
        values = pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=naive_index(series))
    except (TypeError, ValueError) as error:
        raise ValueError(f"series: {error}") from None
    if np.isinf(values.to_numpy()).any():
        raise ValueError("series: values must be finite, or missing")
    if values.index.hasnans or values.index.has_duplicates:
        raise ValueError("series: each date once, none missing")
    if not values.index.is_monotonic_increasing:
        raise ValueError("series: dates must ascend")
    return values


def naive_index(data: pd.Series[float] | pd.DataFrame) -> pd.Index[Any]:
    """Naive days where the index holds dates; numbers are left as they are."""
    index: pd.Index[Any] = data.index
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None)
    if len(index) and all(isinstance(day, date) for day in index):
        return pd.DatetimeIndex(index)
    if not pd.api.types.is_integer_dtype(index) and len(index):
        raise ValueError("the index must hold dates or whole numbers")
    return index


def _begin(start: Any, index: pd.Index[Any]) -> Any:
    if isinstance(index, pd.DatetimeIndex):
        if not isinstance(start, date | datetime):
            raise ValueError(f"start: {start!r} is not a date")  # noqa: TRY004 - one error type
        return pd.Timestamp(start).tz_localize(None)
    if isinstance(start, bool) or not isinstance(start, int | np.integer):
        text = f"start: {start!r} is not a whole number, as the index of the series is"
        raise ValueError(text)  # noqa: TRY004 - one error type
    return int(start)


def _positions(index: pd.Index[Any]) -> NDArray[np.int64]:
    """Whole periods since the first one: months by the calendar, else by the usual distance."""
    if len(index) < 2:
        return np.zeros(len(index), dtype=np.int64)
    if not isinstance(index, pd.DatetimeIndex):
        return _ascending(np.asarray(index, dtype=float) - float(index[0]))
    days = (index - index[0]).days.to_numpy().astype(float)
    usual = float(np.median(np.diff(days)))
    months = np.asarray((index.year - index[0].year) * 12 + index.month - index[0].month)
    for low, high, size in CALENDAR:
        if low <= usual <= high:
            return _ascending(np.round(months / size))
    hours = (index - index[0]).total_seconds().to_numpy()
    return _ascending(np.round(hours / np.median(np.diff(hours))))


def _ascending(steps: Array) -> NDArray[np.int64]:
    if (np.diff(steps) < 1).any():
        raise ValueError("series: two points fall in one period")
    return steps.astype(np.int64)


def _check_season(season: int | None) -> None:
    if season is not None and (isinstance(season, bool) or season < 2 or season != int(season)):
        raise ValueError("season: a whole number of periods, 2 or more")


def _dummies(t: NDArray[np.int64], season: int | None) -> list[Array]:
    """A season that does not change, as contrasts with its last period."""
    if season is None:
        return []
    last = (t % season == season - 1).astype(float)
    return [(t % season == place).astype(float) - last for place in range(season - 1)]


def _controls(controls: pd.DataFrame | None, values: pd.Series[float]) -> list[Array]:
    if controls is None:
        return []
    if not isinstance(controls, pd.DataFrame):
        raise ValueError("controls: a pandas DataFrame is needed")  # noqa: TRY004 - one error type
    try:
        frame = controls.set_axis(naive_index(controls), axis=0).astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"controls: {error}") from None
    if frame.index.has_duplicates:
        raise ValueError("controls: each date once")
    known = frame.reindex(values.index).to_numpy()
    if np.isinf(known).any() or np.isnan(known).all():
        raise ValueError("controls: finite values on the dates of the series are needed")
    centred: Array = known - np.nanmean(known, axis=0)
    return list(centred.T)
