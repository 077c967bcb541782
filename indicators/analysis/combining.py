"""Several forecasts made one: their mean errs less than most of them (Bates and Granger 1969,
Operational Research Quarterly 20:451-468; Makridakis et al. 2020, International Journal of
Forecasting 36:54-74)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indicators.analysis.backtest import Way
from indicators.analysis.structural import Fan, Floats, Scale

CYCLES = 4  # the last ones, of which a mean is taken


def remembered(way: Way) -> Way:
    """The same way, which does not reckon twice what it was asked before."""
    told: dict[tuple[int, int], Fan] = {}

    def again(known: Floats, steps: int) -> Fan:
        key = len(known), steps
        if key not in told:
            told[key] = way(known, steps)
        return told[key]

    return again


def recent_cycles(season: int, scale: Scale, jumps: Sequence[int] = ()) -> Way:
    """The mean of the last cycles at the same place of each, on the scale of the models; none of
    what came before the last of the `jumps` (places from which the level is another). It has no law
    of its own: spreads are NaN."""

    def way(known: Floats, steps: int) -> Fan:
        values = scale.forth(_of_the_last_level(known, jumps)[-CYCLES * season :])
        # Seen from the end, so that the first period ahead comes first.
        places = [values[len(values) % season + place :: season] for place in range(season)]
        means = np.array([np.nanmean(one) if np.isfinite(one).any() else np.nan for one in places])
        centre = np.where(np.isfinite(means), means, np.nanmean(means))[np.arange(steps) % season]
        return Fan(centre, np.full(steps, np.nan), scale)

    return way


def _of_the_last_level(known: Floats, jumps: Sequence[int]) -> Floats:
    """NaN before the last jump; as it is where nothing is known since."""
    last = max((jump for jump in jumps if jump < len(known)), default=0)
    kept = np.where(np.arange(len(known)) < last, np.nan, known)
    return kept if np.isfinite(kept).any() else known


def mean_of(ways: Sequence[Way], usual: Way) -> Way:
    """Centre: mean of all; spread: mean of those of `ways`, which are never narrower than what
    their mean errs where they err alike. All on one scale."""

    def way(known: Floats, steps: int) -> Fan:
        fans = [one(known, steps) for one in ways]
        centre = np.mean([*(fan.centre for fan in fans), usual(known, steps).centre], axis=0)
        spread = np.mean([fan.spread for fan in fans], axis=0)
        return Fan(np.asarray(centre, float), np.asarray(spread, float), fans[0].scale)

    return way
