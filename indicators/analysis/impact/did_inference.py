"""How sure a difference-in-differences is: clustered errors where clusters are many, else the
permutation of the treatment over zones; and whether the zones moved alike before."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysis.impact.group_time import (
    NEVER,
    Contrast,
    Panel,
    overall_value,
    pre_trends,
)
from indicators.analysis.impact.panel import rank
from indicators.analysis.impact.results import Method
from indicators.analysis.impact.settings import Settings
from indicators.analysis.impact.structural import student


@dataclass(frozen=True)
class Zones:
    """The panel by number, with its labels. `clusters` (units,) number of each unit's cluster.
    `left_out`: treated from the first time on, without a past to be compared with."""

    panel: Panel
    table: pd.DataFrame
    clusters: NDArray[np.int64]
    left_out: tuple[Hashable, ...] = ()

    @property
    def sides(self) -> tuple[int, int]:
        """Treated and untreated clusters."""
        treated = self.panel.begins != NEVER
        return len(set(self.clusters[treated])), len(set(self.clusters[~treated]))


def clustered(case: Zones, found: Contrast, level: float) -> Method | None:
    """Clustered answer, or None where clusters are too few for it."""
    sums = np.bincount(case.clusters, weights=found.influence)
    treated = np.bincount(case.clusters, weights=case.panel.begins != NEVER) > 0
    if not treated.any():
        return None
    variance = 0.0
    for side in (treated, ~treated):
        count = int(side.sum())
        if count > 1:
            variance += float((sums[side] ** 2).sum()) * count / (count - 1)
    df = max(1, min(int(treated.sum()), int((~treated).sum()) or len(sums)) - 1)
    return student("CLUSTERED", found.value, float(np.sqrt(variance)), df, level)


def permuted(
    case: Zones, settings: Settings, seed: int, *, value: Callable[[Panel], float] = overall_value
) -> tuple[list[float], int]:
    """The effect with the treatment given to other clusters, all ways where they are few. `value`:
    how it is estimated."""
    first = pd.Series(case.panel.begins).groupby(case.clusters).agg(["min", "nunique"])
    if (first["nunique"] > 1).any():
        return [], 0  # within clusters: no exchange of whole clusters keeps the design
    begins = first["min"].to_numpy()
    treated = int((begins != NEVER).sum())
    ways = comb(len(begins), treated) if not case.panel.staggered else settings.permutations + 2
    orders = (_all_ways(begins, treated) if ways - 1 <= settings.permutations
              else _some_ways(begins, settings, seed))  # fmt: skip
    false = []
    for order in orders:
        one = value(Panel(case.panel.y, order[case.clusters]))
        if np.isfinite(one):
            false.append(one)
    return false, len(false) + 1


def _all_ways(begins: NDArray[np.int64], treated: int) -> list[NDArray[np.int64]]:
    start = begins.min()
    true = {int(k) for k in np.flatnonzero(begins != NEVER)}
    told = []
    for chosen in combinations(range(len(begins)), treated):
        if set(chosen) != true:
            order = np.full(len(begins), NEVER)
            order[list(chosen)] = start
            told.append(order)
    return told


def _some_ways(begins: NDArray[np.int64], settings: Settings, seed: int) -> list[NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    return [rng.permutation(begins) for _ in range(settings.permutations)]


def pre_trend_p(case: Zones, events: dict[int, Contrast], *, by_cluster: bool) -> float | None:
    """The p of the largest pre-trend, times their number (Bonferroni); None where none can be told."""
    before = [one for step, one in events.items() if step < -1]
    if not before:
        return None
    if by_cluster:
        methods = [clustered(case, one, 0.05) for one in before]
        return min(1.0, len(before) * min(one.p_value for one in methods if one is not None))
    if case.panel.staggered or case.sides[0] > 1:
        return None
    true = _wobble(case.panel)
    false = [_wobble(Panel(case.panel.y, np.roll(case.panel.begins, shift)))
             for shift in range(1, len(case.panel.y))]  # fmt: skip
    return rank(true, false).p_value


def _wobble(panel: Panel) -> float:
    """Mean square of the pre-trends about their own mean."""
    return float(np.var([*pre_trends(panel), 0.0]))
