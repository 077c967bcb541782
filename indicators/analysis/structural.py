"""Structural time series: a level that wanders, a trend, a season, known breaks and holidays.

Model: Harvey (1989), Forecasting, structural time series models and the Kalman filter; estimated by
maximum likelihood with statsmodels' `UnobservedComponents`. Regressors are states, so that only the
variances are searched for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
# When the search ends (L-BFGS-B): quickly while models are tried, to the last digit for what is told.
QUICK: dict[str, float] = {"maxiter": 25}
PRECISE: dict[str, float] = {"maxiter": 200, "factr": 10.0, "pgtol": 1e-9}
SPIKE = 5.0  # deviations from the usual above which a value is set aside while estimating
MOST_SET_ASIDE = 0.05  # of the values


@dataclass(frozen=True)
class Scale:
    """Where the model works: as measured, or on roots where the spread grows with the level."""

    name: str
    forth: Callable[[Floats], Floats] = field(repr=False)
    back: Callable[[Floats], Floats] = field(repr=False)


PLAIN = Scale("PLAIN", lambda values: values, lambda values: values)
ROOT = Scale("ROOT", np.sqrt, lambda values: np.square(np.clip(values, 0, None)))


@dataclass(frozen=True)
class Shape:
    """What a model is made of. `trend`: a fixed slope; `season`: periods of a cycle, 1 for none;
    `year`: harmonics of a yearly cycle (of days); `memory`: deviations fade (AR of order 1)."""

    trend: bool = False
    season: int = 1
    year: int = 0
    memory: bool = False

    @property
    def name(self) -> str:
        parts = ["LEVEL"]
        parts += ["TREND"] if self.trend else []
        parts += ["SEASON"] if self.season > 1 else []
        parts += ["YEAR"] if self.year else []
        parts += ["MEMORY"] if self.memory else []
        return "+".join(parts)


@dataclass(frozen=True)
class Fan:
    """A law for each period ahead: normal on the scale of the model. Shapes (h,)."""

    centre: Floats
    spread: Floats
    scale: Scale

    def mean(self) -> Floats:
        """In the unit of the series. On roots, E[X²] = m² + s²: nothing is lost on the way back."""
        if self.scale is ROOT:
            return np.square(self.centre) + np.square(self.spread)
        return self.centre

    def quantile(self, share: float) -> Floats:
        return self.scale.back(self.centre + stats.norm.ppf(share) * self.spread)

    def above(self, value: float, place: int) -> float:
        """The chance that the value of the period number `place` is above `value`."""
        if self.scale is ROOT and value < 0:
            return 1.0
        limit = self.scale.forth(np.array([value]))[0]
        return float(stats.norm.sf(limit, self.centre[place], self.spread[place]))

    def wider(self, factor: float) -> Fan:
        return Fan(self.centre, self.spread * factor, self.scale)


@dataclass(frozen=True)
class Fitted:
    """`parameters` are the variances found, a start for the next search."""

    result: Any = field(repr=False)
    scale: Scale
    parameters: Floats

    def ahead(self, steps: int, regressors: Floats) -> Fan:
        """The law of the next `steps` periods, given what is known of them (shape (steps, k))."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # statsmodels speaks of dates that it was not given
            exog = regressors if regressors.shape[1] else None
            found = self.result.get_forecast(int(steps), exog=exog)
        spread = np.sqrt(np.maximum(found.var_pred_mean, 0))
        return Fan(np.asarray(found.predicted_mean, float), spread, self.scale)


class NoFitError(Exception):
    """The likelihood could not be climbed: the series is too short, or constant."""


def fit(
    values: Floats,
    shape: Shape,
    regressors: Floats,
    scale: Scale,
    start: Floats | None = None,
    ends: dict[str, float] = PRECISE,
) -> Fitted:
    """Estimate a model on `values` (n,), NaN where missing, with `regressors` (n, k). `start`: the
    variances of a neighbouring fit, `ends`: QUICK or PRECISE.

    Raises NoFitError.
    """
    from statsmodels.tsa.statespace.structural import (  # noqa: PLC0415 - heavy, for workers alone
        UnobservedComponents,
    )

    told: dict[str, Any] = {"level": "lldtrend" if shape.trend else "llevel"}
    # With a memory beside the level, the exact start has false summits.
    told |= {"use_exact_diffuse": not shape.memory}
    if shape.season > 1:
        told |= {"seasonal": shape.season, "stochastic_seasonal": False}
    if shape.memory:
        told |= {"autoregressive": 1}
    if regressors.shape[1]:
        told |= {"exog": regressors, "mle_regression": False}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a search cut short is judged by its forecasts, below
        try:
            model = UnobservedComponents(scale.forth(values), **told)
            result = model.fit(disp=False, start_params=start, **ends)
        except (np.linalg.LinAlgError, ValueError, IndexError, ZeroDivisionError) as error:
            raise NoFitError(str(error)) from error
    if not np.isfinite(result.llf) or not np.isfinite(result.params).all():
        raise NoFitError("the likelihood is not finite")
    return Fitted(result, scale, np.asarray(result.params, float))


def yearly(index: pd.DatetimeIndex, origin: pd.Timestamp, harmonics: int) -> Floats:
    """Sines and cosines of a yearly cycle, shape (n, 2 × harmonics)."""
    turns = (index - origin).days.to_numpy(float) / 365.25 * 2 * np.pi
    waves = [wave(turns * k) for k in range(1, harmonics + 1) for wave in (np.sin, np.cos)]
    return np.column_stack(waves) if waves else np.empty((len(index), 0))


def without_spikes(values: Floats, season: int, explained: NDArray[np.bool_]) -> tuple[Floats, int]:
    """The values without those far from the usual of their neighbours and of their season, and how
    many were set aside; at most one in twenty, and none that is `explained` (a holiday). They are
    still counted when a forecast is judged."""
    window = max(2 * season + 1, 13)
    if np.isfinite(values).sum() < 2 * window:
        return values, 0
    level = pd.Series(values).rolling(window, center=True, min_periods=window // 2).median()
    rest = values - level.to_numpy()
    phase = np.arange(len(values)) % season
    usual = pd.Series(rest).groupby(phase).transform("median").to_numpy()
    rest = np.abs(rest - usual)
    limit = SPIKE * 1.4826 * float(np.nanmedian(rest))
    most = float(np.nanquantile(rest[~explained], 1 - MOST_SET_ASIDE))
    far = (rest > max(limit, most)) & ~explained & (limit > 0)
    return np.where(far, np.nan, values), int(far.sum())
