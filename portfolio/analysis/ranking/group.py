"""The weights of several members made one, and how far they disagree: shown, not averaged away.

Geometric mean: Aczél and Saaty (1983), Journal of Mathematical Psychology 27:93-102. Concordance W:
Kendall and Babington Smith (1939), Annals of Mathematical Statistics 10:275-287, corrected for ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, table_of
from portfolio.results import Unknown


@dataclass(frozen=True)
class Group:
    """`weights`: by criterion, sum 1. `disagreement`: by criterion the least, median and greatest
    weight that a member gives, and `spread`, greatest less least; most disputed first. `kendall_w`: 0
    (no agreement on the order of the criteria) to 1 (the same order). `struck_out`: criteria that
    one member's zero takes out, as the mean is geometric."""

    weights: pd.Series
    disagreement: pd.DataFrame
    kendall_w: float | Unknown
    struck_out: tuple[object, ...]


def aggregate(weights: pd.DataFrame) -> Group:
    """Members × criteria; each row is brought to a sum of 1 first.

    `kendall_w` is Unknown of one member or criterion, or where no member sets any apart.
    ValueError: `weights` (a missing one, below zero, or no criterion left by the zeros).
    """
    shares = _shares(weights)
    with np.errstate(divide="ignore"):
        mean = np.exp(np.log(shares).mean(axis=0))
    if mean.sum() <= 0:
        raise ValueError("weights: each criterion has the zero of a member")
    told = pd.Series(mean / mean.sum(), index=weights.columns, name="weight")
    struck = tuple(weights.columns[(mean == 0) & (shares.max(axis=0) > 0)])
    return Group(told, _disagreement(shares, weights.columns), kendall_w(weights), struck)


def kendall_w(weights: pd.DataFrame) -> float | Unknown:
    """Agreement of the members (rows) on the order of the criteria, 0..1."""
    shares = _shares(weights)
    members, criteria = shares.shape
    if members < 2:
        return Unknown("ONE_MEMBER")
    if criteria < 2:
        return Unknown("ONE_CRITERION")
    ranks = pd.DataFrame(shares.round(12)).rank(axis=1).to_numpy()
    ties = sum(_ties(row) for row in ranks)
    apart = members**2 * (criteria**3 - criteria) - members * ties
    if apart <= 0:
        return Unknown("NO_ORDER")
    total = ranks.sum(axis=0)
    return float(12 * ((total - total.mean()) ** 2).sum() / apart)


def _ties(ranks: Floats) -> float:
    _, equal = np.unique(ranks, return_counts=True)
    return float((equal.astype(float) ** 3 - equal).sum())


def _shares(weights: pd.DataFrame) -> Floats:
    table = table_of(weights, "weights")
    if np.isnan(table).any():
        raise ValueError("weights: missing")
    total = table.sum(axis=1, keepdims=True)
    if (table < 0).any() or (total <= 0).any():
        raise ValueError("weights: below zero, or a member's are all zero")
    return np.asarray(table / total, float)


def _disagreement(shares: Floats, criteria: pd.Index) -> pd.DataFrame:
    low, high = shares.min(axis=0), shares.max(axis=0)
    told = pd.DataFrame(
        {"low": low, "median": np.median(shares, axis=0), "high": high, "spread": high - low},
        index=criteria,
    )
    return told.sort_values("spread", ascending=False, kind="stable")
