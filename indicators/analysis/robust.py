"""A trend that no single value can pull: the fallback of the structural models.

Median of all slopes (Theil 1950; Sen 1968, JASA 63:1379-1389), seasonal medians, and the deviations
seen, drawn again.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from indicators.analysis.backtest import Way
from indicators.analysis.structural import PLAIN, Fan, Floats

LONGEST = 300  # the last values: slopes are compared two by two


def trend(season: int, seed: int, draws: int = 200) -> Way:
    """A way of forecasting: (values known, steps) → the law of the periods ahead."""

    def way(known: Floats, steps: int) -> Fan:
        recent = known[-LONGEST:]
        places = np.flatnonzero(np.isfinite(recent))
        slope, start, low, high = stats.theilslopes(recent[places], places)
        rest = recent - (start + slope * np.arange(len(recent)))
        cycle = _cycle(rest, season)
        rest = rest - cycle[np.arange(len(rest)) % season]
        ahead = len(recent) + np.arange(steps)
        centre = start + slope * ahead + cycle[ahead % season]
        return Fan(centre, _spread(rest[places], (low, high), steps, (seed, draws)), PLAIN)

    return way


def _cycle(rest: Floats, season: int) -> Floats:
    """The median of each place of the cycle, about zero."""
    found = np.array([np.nanmedian(rest[place::season]) for place in range(season)])
    found = np.where(np.isfinite(found), found, 0.0)
    return np.asarray(found - found.mean(), float)


def _spread(
    rest: Floats, slopes: tuple[float, float], steps: int, drawing: tuple[int, int]
) -> Floats:
    """Of the deviations seen, and of the slope, drawn between the bounds of its 95 % interval."""
    seed, draws = drawing
    rng = np.random.default_rng(seed)
    middle, wide = (slopes[0] + slopes[1]) / 2, (slopes[1] - slopes[0]) / 3.92
    slope = rng.normal(middle, wide, size=(draws, 1)) - middle
    noise = rng.choice(rest, size=(draws, steps))
    return np.asarray(np.std(slope * np.arange(1, steps + 1) + noise, axis=0), float)
