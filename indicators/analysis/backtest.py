"""What a way of forecasting would have said in the past, beside what then happened.

Rolling origins (Tashman 2000, International Journal of Forecasting 16:437-450): a model sees the
series up to an origin and forecasts what follows, again and again. Scaled errors are those of
Hyndman and Koehler (2006), International Journal of Forecasting 22:679-688.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from indicators.analysis.structural import PLAIN, Fan, Floats

# (values known, number of periods ahead) → the law of those periods
Way = Callable[[Floats, int], Fan]
Z80 = 1.2815515655446004


@dataclass(frozen=True)
class Trial:
    """`mase`: mean absolute error in units of the seasonal naive error on the series itself;
    `misses`: distance of what happened from the centre, in spreads, one row an origin (n, h), NaN
    where nothing is known. `mase` is NaN where there was nothing to try it on."""

    mase: float
    misses: Floats

    @property
    def points(self) -> int:
        return int(np.isfinite(self.misses).sum())

    def coverage(self, half: float = Z80) -> float:
        """The share of what happened that lay within `half` spreads of the centre."""
        known = self.misses[np.isfinite(self.misses)]
        return float((known <= half).mean()) if known.size else float("nan")


NOTHING = Trial(float("nan"), np.empty((0, 0)))


def origins(length: int, horizon: int, least: int, most: int) -> list[int]:
    """How many values are known at each origin, the latest first, never fewer than `least`: `most`
    of them spread over the past, for a way that is good in autumn alone is not good; half a horizon
    apart where it is short."""
    room = length - horizon - least
    gap = max(horizon // 2, room // max(most - 1, 1), 1)
    ends = range(length - horizon, least - 1, -gap)
    return list(ends)[:most]


def trial(values: Floats, way: Way, ends: Sequence[int], horizon: int, unit: float) -> Trial:
    """Forecast from each origin; errors are told in units of `unit`, the naive error."""
    if not ends or not unit > 0:
        return NOTHING
    errors, misses = [], []
    for end in ends:
        fan, happened = way(values[:end], horizon), values[end : end + horizon]
        errors.append(np.abs(happened - fan.quantile(0.5)))
        far = np.abs(fan.scale.forth(happened) - fan.centre)
        misses.append(far / np.maximum(fan.spread, 1e-12))
    return Trial(float(np.nanmean(errors)) / unit, np.vstack(misses))


def changes(values: Floats, season: int, jumps: Sequence[int] = ()) -> Floats:
    """From each place of a cycle to the same of the next, NaN where not known; a change over one of
    the `jumps` (places from which the level is another, for a known reason) is none."""
    if len(values) <= season:
        return np.empty(0)
    found = values[season:] - values[:-season]
    for jump in jumps:
        found[max(jump - season, 0) : max(jump, 0)] = np.nan
    return found


def naive_error(values: Floats, season: int, jumps: Sequence[int] = ()) -> float:
    """The mean absolute change from one season to the next, NaN where none is known."""
    found = np.abs(changes(values, season, jumps))
    return float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")


def seasonal_naive(season: int, jumps: Sequence[int] = ()) -> Way:
    """The yardstick: what was last known at the same place of the cycle, with the spread that such
    forecasts have had (it grows with the root of the number of cycles)."""

    def way(known: Floats, steps: int) -> Fan:
        last = np.array([_last_known(known, season, ahead) for ahead in range(season)])
        ahead = np.arange(steps)
        found = changes(known, season, jumps)
        spread = np.sqrt(np.nanmean(found**2)) if np.isfinite(found).any() else np.nan
        return Fan(last[ahead % season], spread * np.sqrt(ahead // season + 1), PLAIN)

    return way


def _last_known(known: Floats, season: int, ahead: int) -> float:
    """Of the place of the cycle that the period number `ahead` after the end has."""
    same = known[::-1][season - 1 - ahead :: season]
    found = same[np.isfinite(same)]
    return float(found[0]) if found.size else float(np.nanmedian(known))
