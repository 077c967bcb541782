"""Weights from comparisons of criteria two by two, and where those comparisons contradict each other.

Saaty (1980), The Analytic Hierarchy Process; Saaty (1990), European Journal of Operational Research
48:9-26. The random index is Saaty's table of 1990 (1.41 for eight criteria).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats

RANDOM_INDEX = (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
ACCEPTED_RATIO = 0.10
RECIPROCAL_WITHIN = 0.05  # 1/7 typed as 0.14


@dataclass(frozen=True)
class Triad:
    """Three criteria whose comparisons do not fit: `first` over `second` times `second` over `third`
    is `implied`, but `first` over `third` was `stated`. `ratio`: consistency ratio of the three alone.
    `circular`: each of the three is preferred to the next."""

    first: object
    second: object
    third: object
    implied: float
    stated: float
    ratio: float
    circular: bool


@dataclass(frozen=True)
class Weights:
    """`weights`: sum 1, in the order of the matrix. `inconsistent`: worst first; empty where the
    ratio is accepted (0.10 or less)."""

    criteria: tuple[object, ...]
    weights: Floats
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    inconsistent: tuple[Triad, ...]

    @property
    def accepted(self) -> bool:
        return self.consistency_ratio <= ACCEPTED_RATIO

    @property
    def by_criterion(self) -> pd.Series:
        return pd.Series(self.weights, index=list(self.criteria), name="weight")


def ahp(matrix: Floats, criteria: Sequence[object] | None = None) -> Weights:
    """Principal eigenvector of a positive reciprocal matrix n × n, 1 ≤ n ≤ 15.

    `criteria` are names for the triads; without them, places from 0. ValueError: `matrix`, `criteria`.
    """
    table = _checked(matrix)
    names = tuple(range(len(table))) if criteria is None else tuple(criteria)
    if len(names) != len(table) or len(set(names)) != len(names):
        raise ValueError("criteria: not one name for each row of the matrix")
    values, vectors = np.linalg.eig(table)
    place = int(np.argmax(values.real))
    vector, highest = np.abs(vectors[:, place].real), float(values[place].real)
    index, ratio = _consistency(highest, len(table))
    triads = _triads(table, names) if ratio > ACCEPTED_RATIO else ()
    return Weights(names, vector / vector.sum(), highest, index, ratio, triads)


def _checked(matrix: Floats) -> Floats:
    table = np.asarray(matrix, dtype=float)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not table.size:
        raise ValueError("matrix: not square")
    if len(table) > len(RANDOM_INDEX):
        raise ValueError(f"matrix: more than {len(RANDOM_INDEX)} criteria; compare them by groups")
    if not np.isfinite(table).all() or (table <= 0).any():
        raise ValueError("matrix: every comparison is a number above zero")
    if (np.abs(table * table.T - 1) > RECIPROCAL_WITHIN).any():
        raise ValueError("matrix: not reciprocal (a over b is not the inverse of b over a)")
    return table


def _consistency(highest: float, n: int) -> tuple[float, float]:
    """Index and ratio; two criteria cannot contradict each other."""
    if n < 3:
        return 0.0, 0.0
    index = max(0.0, (highest - n) / (n - 1))
    return index, index / RANDOM_INDEX[n - 1]


def _triads(table: Floats, names: tuple[object, ...]) -> tuple[Triad, ...]:
    found = [_triad(table, names, three) for three in combinations(range(len(table)), 3)]
    kept = [triad for triad in found if triad.ratio > ACCEPTED_RATIO]
    return tuple(sorted(kept, key=lambda triad: -triad.ratio))


def _triad(table: Floats, names: tuple[object, ...], three: tuple[int, int, int]) -> Triad:
    first, second, third = three
    implied = float(table[first, second] * table[second, third])
    stated = float(table[first, third])
    # The eigenvalue of three criteria in closed form.
    root = np.cbrt(implied / stated)
    _, ratio = _consistency(float(1 + root + 1 / root), 3)
    around = np.log([table[first, second], table[second, third], table[third, first]])
    circular = bool((around > 0).all() or (around < 0).all())
    called = names[first], names[second], names[third]
    return Triad(*called, implied, stated, ratio, circular)
