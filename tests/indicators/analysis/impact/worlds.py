"""Made-up series and panels, with an effect that is known."""

from datetime import date

import numpy as np
import pandas as pd

from indicators.analysis.impact import Design

START = date(2022, 1, 1)
REGISTERED = Design(fixed_on=date(2021, 6, 1), looked_on=date(2023, 6, 1))


def monthly(values, *, first="2020-01-01") -> pd.Series:
    values = np.asarray(values, dtype=float)
    return pd.Series(values, index=pd.date_range(first, periods=len(values), freq="MS"))


def noisy(*, before=24, after=12, effect=0.0, seed=1, level=50.0) -> pd.Series:
    """White noise of deviation 1, with a step on START where `before` is 24."""
    rng = np.random.default_rng(seed)
    values = level + rng.standard_normal(before + after)
    values[before:] += effect
    return monthly(values)


def panel(*, zones=24, times=20, begin=12, effect=0.0, seed=1, drift=0.0) -> pd.DataFrame:
    """Zone 0 is treated from `begin`; `drift` moves it away from the others at each time."""
    rng = np.random.default_rng(seed)
    common = 100 + rng.standard_normal(times).cumsum()
    y = common + 4 * rng.standard_normal((zones, 1)) + 0.5 * rng.standard_normal((zones, times))
    y[0] = y[1:4].mean(axis=0) + 0.3 * rng.standard_normal(times) + drift * np.arange(times)
    y[0, begin:] += effect
    unit, when = np.meshgrid(np.arange(zones), np.arange(times), indexing="ij")
    return pd.DataFrame({"zone": unit.ravel(), "t": when.ravel(), "value": y.ravel()})


COLUMNS = {"unit": "zone", "time": "t", "value": "value"}
