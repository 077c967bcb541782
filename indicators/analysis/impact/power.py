"""Before a project begins: the smallest effect that its evaluation could show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.analysis.impact import noise, placebos, structural
from indicators.analysis.impact.inputs import make_case
from indicators.analysis.impact.results import NotIdentified
from indicators.analysis.impact.settings import SETTINGS, Settings
from portfolio.results import Unknown


@dataclass(frozen=True)
class Detectable:
    """`smallest` constant effect found SHOWN with `chance`, after `after` points; `relative` to
    the mean of the past."""

    smallest: float
    relative: float | Unknown
    chance: float
    after: int


def minimum_detectable_effect(
    past: pd.Series[float],
    *,
    after: int,
    season: int | None = None,
    settings: Settings = SETTINGS,
    seed: int = 0,
) -> Detectable | NotIdentified:
    """The smallest effect that `interrupted_series` would show, by simulation on the past.

    `past`: what is known before the start, in the shape of `interrupted_series`; `after`: how many
    points will follow. Worlds without effect are drawn as the past has them (a local level, an
    AR(1)); the larger answer is given. Controls, which could lower it, are not used. A short past
    knows its own noise roughly: from 24 points the answer may be half or twice the true one.
    """
    if isinstance(after, bool) or after < 1:
        raise ValueError("after: a whole number of points, 1 or more")
    case = make_case(_prolonged(past, after), len(past), season, None, settings)
    if isinstance(case, NotIdentified):
        return case
    if structural.drift_p(case)[0] < settings.level:
        case = case.with_trend()
    ahead = structural.foretell(case)
    coefficient, scale = placebos.past_autoregression(case)
    drawn = [(noise.LEVEL, ahead.ratio, ahead.scale), (noise.AR, coefficient, scale)]
    smallest = max(
        placebos.smallest_detectable(
            placebos.simulated(case, family, parameter, scale=size, draws=settings.draws,
                               seed=seed), settings)
        for family, parameter, size in drawn
    )  # fmt: skip
    level = float(case.y[: case.before].mean())
    relative = smallest / level if level > 0 else Unknown("LEVEL_NEAR_ZERO")
    return Detectable(smallest, relative, settings.power, after)


def _prolonged(past: pd.Series[float], after: int) -> pd.Series[float]:
    """The past by rank, followed by as many points, whose values do not matter."""
    if not isinstance(past, pd.Series):
        raise ValueError("past: a pandas Series is needed")  # noqa: TRY004 - one error type
    known = past.to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(
        np.concatenate([known, np.full(after, np.nanmean(known) if len(known) else 0)])
    )
