"""Weights that are not negative and sum to one.

By non-negative least squares: exact and quick where a general solver returns equal weights on
unscaled data. Since Σw = 1, |a·w − b| = |(a − b)·w|; then a row that asks for the sum gives the
same proportions however heavy it is, and the result is divided by its sum. No weight has to be
guessed, and small rows keep their digits.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from indicators.analysis.impact.noise import Array


def weights(a: Array, b: Array, *, ridge: float = 0.0) -> Array:
    """W ≥ 0, Σw = 1, with the least |a·w − b|² + ridge·|w|². `a` (rows, donors), `b` (rows,)."""
    donors = a.shape[1]
    rows = a - b[:, None]
    if ridge > 0:
        rows = np.vstack([rows, np.sqrt(ridge) * np.eye(donors)])
    size = float(np.abs(rows).max()) or 1.0
    system = np.vstack([rows / size, np.ones((1, donors))])
    right = np.zeros(len(system))
    right[-1] = 1.0
    found, _ = nnls(system, right, maxiter=100 * donors)
    return np.asarray(found / found.sum())
