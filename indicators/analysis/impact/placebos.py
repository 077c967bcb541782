"""Placebos in time for one series: false dates, and simulated worlds without an effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from indicators.analysis.impact import noise
from indicators.analysis.impact.inputs import SPARE, Case
from indicators.analysis.impact.noise import Estimates
from indicators.analysis.impact.results import Placebo
from indicators.analysis.impact.settings import Settings

MOST_DATES = 39


@dataclass(frozen=True)
class Worlds:
    """Worlds without effect, as both methods see them; errors and gaps in the outcome's unit."""

    gaps: Estimates
    steps: Estimates

    def rank(self, t: float) -> Placebo:
        """Where the true statistic stands among them."""
        return Placebo(1 + int((np.abs(self.gaps.t) >= abs(t)).sum()), 1 + len(self.gaps.t))


def simulated(
    case: Case, family: str, parameter: float, *, scale: float, draws: int, seed: int
) -> Worlds:
    """Both methods on worlds drawn from the past as `family` describes it, fitted anew each."""
    rng = np.random.default_rng(seed)
    y = scale * noise.worlds(family, parameter, case.t, draws=draws, rng=rng)
    return Worlds(
        noise.gap(y, case.x, case.t, before=case.before, family=noise.LEVEL),
        noise.coefficient(y, case.stepped, case.t, family=noise.AR),
    )


def past_autoregression(case: Case) -> tuple[float, float]:
    """Coefficient and scale of the past, told as an autoregression."""
    n = case.before
    past = noise.coefficient(case.column[:n], case.x[:n], case.t[:n], family=noise.AR)
    return float(past.parameter[0]), float(past.scale[0])


def false_dates(case: Case, settings: Settings, season: int | None) -> Placebo | None:
    """The true start among false ones, each judged by what came before it and as many points
    after it as there are, never beyond the true start. None where no false date is possible."""
    first = max(settings.before(season), case.x.shape[1] + SPARE)
    dates = np.arange(first, case.before - settings.min_after + 1)
    if len(dates) > MOST_DATES:
        dates = dates[np.linspace(0, len(dates) - 1, MOST_DATES).astype(int)]
    if not len(dates):
        return None
    true = _own_p(case)
    false = [_own_p(case.upto(min(case.before, day + case.after), day)) for day in dates]
    return Placebo(1 + sum(p <= true for p in false), 1 + len(false))


def _own_p(case: Case) -> float:
    found = noise.gap(case.column, case.x, case.t, before=case.before, family=noise.LEVEL)
    return noise.two_sided(float(found.t[0]), found.df)


def smallest_detectable(worlds: Worlds, settings: Settings) -> float:
    """Smallest constant effect found SHOWN with the chance set, in these worlds.

    An effect moves both estimates by itself and leaves their errors, so nothing is fitted again.
    """
    bar = max(
        noise.quantile(settings.level, worlds.gaps.df),
        float(np.quantile(np.abs(worlds.gaps.t), 1 - settings.level)),
    )
    second = noise.quantile(min(0.5, 2 * settings.level), worlds.steps.df)
    reach = np.maximum(
        bar * worlds.gaps.error - worlds.gaps.point,
        second * worlds.steps.error - worlds.steps.point,
    )
    return float(max(0.0, np.quantile(np.asarray(reach, dtype=float), settings.power)))
