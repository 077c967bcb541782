"""Closeness to the best of all, away from the worst of all: a compensatory check of the value model.

Hwang and Yoon (1981), Multiple Attribute Decision Making; vector normalisation as in Tzeng and Huang
(2011).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import shares_of, signs_of, whole_table_of


def topsis(scores: pd.DataFrame, weights: pd.Series, directions: pd.Series) -> pd.Series:
    """Closeness 0..1 of each project; higher is better. Scores are in their own units.

    NaN for all where no criterion that counts tells the projects apart. A project that comes or goes
    may change the order of the others: that is in the method.
    ValueError: `scores` (a missing one too), `weights`, `directions`.
    """
    table = whole_table_of(scores)
    shares = shares_of(weights, scores.columns)
    signed = table * signs_of(directions, scores.columns)
    # Brought to 1 first: squares of very small or large scores would vanish or overflow.
    largest = np.abs(signed).max(axis=0)
    signed = signed / np.where(largest > 0, largest, 1)
    length = np.sqrt((signed**2).sum(axis=0))
    placed = shares * signed / np.where(length > 0, length, 1)
    to_best = np.sqrt(((placed - placed.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((placed - placed.min(axis=0)) ** 2).sum(axis=1))
    both = to_best + to_worst
    closeness = np.divide(to_worst, both, out=np.full(len(table), np.nan), where=both > 0)
    return pd.Series(closeness, index=scores.index, name="closeness")
