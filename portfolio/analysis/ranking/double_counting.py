"""Criteria that say the same twice: what both measure would count double."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, table_of

STRONG = 0.8
FEWEST = 8  # projects with both scores: by fewer, chance alone gives strong correlations


@dataclass(frozen=True)
class Correlated:
    """`correlation`: of ranks (Spearman), -1..1; `projects`: how many have both scores."""

    first: object
    second: object
    correlation: float
    projects: int


def correlated(scores: pd.DataFrame, *, at_least: float = STRONG) -> tuple[Correlated, ...]:
    """Pairs of criteria whose ranks go together at least so strongly, the strongest first.

    Only a pair that goes the same way counts double; of opposite criteria nothing is said. A pair with
    fewer than 8 projects scored on both, or a criterion with equal scores, is not judged.
    ValueError: `scores`, `at_least`.
    """
    if not 0 < at_least <= 1:
        raise ValueError("at_least: not within 0 and 1")
    table = table_of(scores)
    found = [
        Correlated(scores.columns[one], scores.columns[other], value, projects)
        for one, other in combinations(range(table.shape[1]), 2)
        for value, projects in [_together(table[:, one], table[:, other])]
        if value >= at_least
    ]
    return tuple(sorted(found, key=lambda pair: -pair.correlation))


def _together(one: Floats, other: Floats) -> tuple[float, int]:
    """Correlation of ranks and number of pairs; NaN where it is not judged."""
    both = np.isfinite(one) & np.isfinite(other)
    projects = int(both.sum())
    if projects < FEWEST:
        return np.nan, projects
    ranks = [pd.Series(side[both]).rank().to_numpy() for side in (one, other)]
    if min(map(np.ptp, ranks)) == 0:
        return np.nan, projects
    return float(np.asarray(np.corrcoef(ranks))[0, 1]), projects
