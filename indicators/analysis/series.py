"""Series on a regular calendar: one value a period, NaN where none is known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
import pandas as pd

# frequency → (pandas alias of its period, periods in a cycle of seasons, periods in a year)
_CALENDAR = {
    "DAY": ("D", 7, 365.25),
    "WEEK": ("W", 52, 52.18),
    "MONTH": ("M", 12, 12.0),
    "QUARTER": ("Q", 4, 4.0),
    "YEAR": ("Y", 1, 1.0),
}
FREQUENCIES = tuple(_CALENDAR)


def season_of(frequency: str) -> int:
    """How many periods make a cycle of seasons; 1: none. Of days, the week; the year comes apart."""
    return _calendar(frequency)[1]


def per_year(frequency: str) -> float:
    """How many periods make a year, on average."""
    return _calendar(frequency)[2]


def regular(series: pd.Series[float], frequency: str) -> pd.Series[float]:
    """The series with one row a period from its first to its last known value, indexed by the
    first day of the period; NaN where no value is known.

    Raises ValueError naming what is wrong: dates that do not ascend, two values in a period,
    values that are no finite numbers.
    """
    values = checked("series", series)
    periods = pd.PeriodIndex(values.index, freq=_calendar(frequency)[0])
    if periods.has_duplicates:
        raise ValueError(f"series: two values in one period ({frequency})")
    known = pd.Series(values.to_numpy(), index=periods).dropna()
    if known.empty:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    whole = pd.period_range(known.index[0], known.index[-1], freq=periods.freq)
    found = known.reindex(whole)
    found.index = whole.start_time
    return found


def after(series: pd.Series[float], until: date, frequency: str) -> pd.DatetimeIndex:
    """The first days of the periods that follow a regular series, up to the one that holds
    `until`; empty where that one is not ahead."""
    alias = _calendar(frequency)[0]
    last = pd.Period(series.index[-1], freq=alias)
    end = pd.Period(pd.Timestamp(_day(until)), freq=alias)
    return pd.DatetimeIndex(pd.period_range(last + 1, end, freq=alias).start_time)


def steps_from(index: pd.DatetimeIndex, days: Iterable[date]) -> np.ndarray:
    """One column a day of `days`: 0 before it, 1 from the period that begins on or after it."""
    stamps = [pd.Timestamp(_day(day)) for day in days]
    columns = [np.asarray(index >= stamp, dtype=float) for stamp in stamps]
    return np.column_stack(columns) if columns else np.empty((len(index), 0))


def _calendar(frequency: str) -> tuple[str, int, float]:
    if frequency not in _CALENDAR:
        raise ValueError(f"frequency: {frequency!r} is not one of {', '.join(FREQUENCIES)}")
    return _CALENDAR[frequency]


def checked(field: str, series: pd.Series[float]) -> pd.Series[float]:
    """The series as floats on naive days, NaN where a value is missing. Raises ValueError naming
    `field`: no Series, no dates, dates that do not ascend, values that are no finite numbers."""
    if not isinstance(series, pd.Series):
        raise ValueError(f"{field}: a pandas Series is needed")  # noqa: TRY004 - one error type
    if series.empty:
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    index = series.index
    if not isinstance(index, pd.DatetimeIndex):
        if not all(isinstance(day, date) for day in index):
            raise ValueError(f"{field}: the index must hold dates")
        index = pd.DatetimeIndex(index)
    index = index.tz_localize(None).normalize()
    if index.hasnans or not index.is_monotonic_increasing or index.has_duplicates:
        raise ValueError(f"{field}: dates must ascend, each one once")
    try:
        values = pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=index)
    except (TypeError, ValueError):
        raise ValueError(f"{field}: values must be numbers") from None
    if np.isinf(values.to_numpy()).any():
        raise ValueError(f"{field}: values must be finite")
    return values


def _day(value: date) -> date:
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is not a date")  # noqa: TRY004 - one error type
    return value
