"""Counts of events: Poisson regression with an offset, its variance scaled by what is seen.

After Lopez Bernal, Cummins and Gasparrini (2017), IJE 46:348-355: step, trend, harmonics of the
season, log of the exposure as offset; quasi-Poisson, since a plain Poisson range is half as wide
as it should be where counts are overdispersed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact.inputs import Case, make_case, naive_index
from indicators.analysis.impact.noise import Array
from indicators.analysis.impact.results import NotIdentified
from indicators.analysis.impact.settings import SETTINGS, Settings

NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Ratio:
    """A rate ratio, its 95 % range and its p-value."""

    ratio: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True)
class CountFit:
    """`step`: rate after over rate expected. `trend`: a period, `slope`: its change after (None
    where it was not asked). `expected`: counts without the project, after the start.
    `autocorrelation`: of the residuals, one period apart."""

    step: Ratio
    trend: Ratio
    slope: Ratio | None
    dispersion: float
    expected: pd.Series[float]
    autocorrelation: float
    points: int

    @property
    def autocorrelated(self) -> bool:
        return bool(abs(self.autocorrelation) > NORMAL / np.sqrt(self.points))


def are_counts(values: pd.Series[float]) -> bool:
    """Whether all that is known are whole numbers of zero or more."""
    known = values.dropna()
    return bool(len(known) and (known >= 0).all() and (known % 1 == 0).all())


def count_regression(  # noqa: PLR0913 - one argument per stated choice
    series: pd.Series[float],
    *,
    start: Any,
    exposure: pd.Series[float] | None = None,
    season: int | None = None,
    slope: bool = False,
    overdispersed: bool = True,
    settings: Settings = SETTINGS,
) -> CountFit | NotIdentified:
    """Rate ratio of the step. `exposure`: population or hours, on the dates of the series."""
    _check_counts(series)
    if exposure is not None:
        _check_exposure(exposure, series)
    case = make_case(series, start, None, None, settings)
    if isinstance(case, NotIdentified):
        return case
    offset = _offset(exposure, case)
    columns = [np.ones(len(case.y)), case.step, case.t.astype(float), *_harmonics(case, season)]
    if slope:
        columns.insert(3, (case.t - case.t[case.before]) * case.step)
    return _fitted(case, np.column_stack(columns), offset, slope=slope,
                   overdispersed=overdispersed)  # fmt: skip


def _fitted(
    case: Case,
    x: Array,
    offset: Array,
    *,
    slope: bool,
    overdispersed: bool,
) -> CountFit:
    from statsmodels.genmod.families import Poisson  # noqa: PLC0415 - slow to import
    from statsmodels.genmod.generalized_linear_model import GLM  # noqa: PLC0415 - slow to import

    model = GLM(case.y, x, family=Poisson(), offset=offset)
    found = model.fit(scale="X2" if overdispersed else 1.0)
    residuals = np.asarray(found.resid_pearson)
    dispersion = float((residuals**2).sum() / found.df_resid)
    bare = x.copy()
    bare[:, 1] = 0
    if slope:
        bare[:, 3] = 0
    expected = np.exp(bare @ found.params + offset)[case.before :]
    return CountFit(
        _ratio(found, 1), _ratio(found, 2), _ratio(found, 3) if slope else None, dispersion,
        pd.Series(expected, index=case.index[case.before :]),
        float((residuals[1:] * residuals[:-1]).sum() / (residuals**2).sum()), len(case.y),
    )  # fmt: skip


def _ratio(found: Any, place: int) -> Ratio:
    log, error = float(found.params[place]), float(found.bse[place])
    return Ratio(float(np.exp(log)), float(np.exp(log - NORMAL * error)),
                 float(np.exp(log + NORMAL * error)), float(found.pvalues[place]))  # fmt: skip


def log_rates(series: pd.Series[float], exposure: pd.Series[float] | None) -> pd.Series[float]:
    """Logarithm of the rate; half an event is added to all where there are counts of zero."""
    _check_counts(series)
    counts = series.astype(float) + (0.5 if (series == 0).any() else 0.0)
    if exposure is None:
        return _logarithm(counts)
    _check_exposure(exposure, series)
    return _logarithm(counts / exposure.reindex(series.index).astype(float))


def _logarithm(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(np.log(values.to_numpy(dtype=float, na_value=np.nan)), index=values.index)


def _offset(exposure: pd.Series[float] | None, case: Case) -> Array:
    if exposure is None:
        return np.zeros(len(case.y))
    placed = pd.Series(exposure.to_numpy(dtype=float), index=naive_index(exposure))
    return np.log(placed.reindex(case.index).to_numpy())


def _harmonics(case: Case, season: int | None) -> list[Array]:
    """Two pairs of waves in a season of four periods or more, else one."""
    if season is None:
        return []
    turns = 2 * np.pi * case.t / season
    waves = [wave(order * turns) for order in ((1, 2) if season > 4 else (1,))
             for wave in (np.sin, np.cos)]  # fmt: skip
    return [wave for wave in waves if np.ptp(wave) > 1e-9]


def _check_counts(series: pd.Series[float]) -> None:
    if (series.dropna() < 0).any():
        raise ValueError("series: counts must be numbers of zero or more")


def _check_exposure(exposure: pd.Series[float], series: pd.Series[float]) -> None:
    known = exposure.reindex(series.index)
    if known.isna().any() or (known <= 0).any():
        raise ValueError("exposure: a value above zero is needed on each date of the series")
