"""The additive value model, in which a missing score is a range and never zero.

Keeney and Raiffa (1976), Decisions with Multiple Objectives. Scores are values on scales fixed before
they are seen (usually 0 to 1 or 0 to 100), the same scale for all criteria, more being better.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import shares_of, table_of


def additive(scores: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Value of each project: weighted mean of its scores (weights are brought to a sum of 1).

    NaN where a score that counts (weight above 0) is missing: `value_bounds` says between what.
    ValueError: `scores`, `weights`.
    """
    table = table_of(scores)
    shares = shares_of(weights, scores.columns)
    counted = shares > 0
    return pd.Series(table[:, counted] @ shares[counted], index=scores.index, name="value")


def bounds(
    scores: pd.DataFrame, *, lowest: float, highest: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores as low and high: where one is missing, the ends of the scale.

    ValueError: `scores` (also beyond the scale), `lowest`.
    """
    if not lowest < highest:
        raise ValueError("lowest: not below highest")
    table = table_of(scores)
    if np.nanmin(table, initial=lowest) < lowest or np.nanmax(table, initial=highest) > highest:
        raise ValueError("scores: beyond the ends of the scale")
    missing = np.isnan(table)
    low, high = (np.where(missing, end, table) for end in (lowest, highest))
    like = scores.index, scores.columns
    return pd.DataFrame(low, *like), pd.DataFrame(high, *like)


def value_bounds(
    scores: pd.DataFrame, weights: pd.Series, *, lowest: float, highest: float
) -> pd.DataFrame:
    """Between what the value of each project lies: columns low, high, missing (how many scores).

    ValueError: as `additive` and `bounds`.
    """
    low, high = bounds(scores, lowest=lowest, highest=highest)
    return pd.DataFrame({
        "low": additive(low, weights),
        "high": additive(high, weights),
        "missing": scores.isna().sum(axis=1),
    })  # fmt: skip
