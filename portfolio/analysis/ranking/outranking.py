"""Outranking: by how much each project is preferred to the others, criterion by criterion.

Brans, Vincke, Mareschal (1986), European Journal of Operational Research 24:228-238: the six
preference functions, PROMETHEE II. A great strength does not buy off a great weakness beyond the
threshold of its criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, shares_of, signs_of, whole_table_of

CELLS_AT_ONCE = 2_000_000  # pairs compared in one go: 16 MB


@dataclass(frozen=True)
class Preference:
    """How a difference of scores becomes a preference, 0..1, in units of the criterion.

    USUAL: any difference. U_SHAPE: above `indifference`. V_SHAPE: rises to 1 at `strict`.
    LEVEL: one half above `indifference`, 1 above `strict`. LINEAR: rises between the two.
    GAUSSIAN: rises along a bell of inflection `spread`.
    """

    kind: str = "USUAL"
    indifference: float = 0.0
    strict: float = 0.0
    spread: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in SHAPES:
            raise ValueError(f"preferences: kind {self.kind!r} is none of {', '.join(SHAPES)}")
        if not np.isfinite([self.indifference, self.strict, self.spread]).all():
            raise ValueError("preferences: a threshold is not a number")
        if self.indifference < 0:
            raise ValueError("preferences: indifference is below zero")
        if self.kind == "V_SHAPE" and self.strict <= 0:
            raise ValueError("preferences: strict is not above zero")
        if self.kind in {"LEVEL", "LINEAR"} and self.strict <= self.indifference:
            raise ValueError("preferences: strict is not above indifference")
        if self.kind == "GAUSSIAN" and self.spread <= 0:
            raise ValueError("preferences: spread is not above zero")

    def of(self, difference: Floats) -> Floats:
        return SHAPES[self.kind](self, np.maximum(difference, 0))


def _usual(_: Preference, d: Floats) -> Floats:
    return (d > 0).astype(float)


def _u_shape(how: Preference, d: Floats) -> Floats:
    return (d > how.indifference).astype(float)


def _v_shape(how: Preference, d: Floats) -> Floats:
    return np.minimum(d / how.strict, 1)


def _level(how: Preference, d: Floats) -> Floats:
    return ((d > how.indifference).astype(float) + (d > how.strict)) / 2


def _linear(how: Preference, d: Floats) -> Floats:
    return np.clip((d - how.indifference) / (how.strict - how.indifference), 0, 1)


def _gaussian(how: Preference, d: Floats) -> Floats:
    return np.asarray(-np.expm1(-((d / how.spread) ** 2) / 2), float)


SHAPES: dict[str, Callable[[Preference, Floats], Floats]] = {
    "USUAL": _usual,
    "U_SHAPE": _u_shape,
    "V_SHAPE": _v_shape,
    "LEVEL": _level,
    "LINEAR": _linear,
    "GAUSSIAN": _gaussian,
}


@dataclass(frozen=True)
class Flows:
    """By project: `plus`, how much it is preferred to the others (mean, 0..1); `minus`, how much they
    are preferred to it; `net`, the difference, by which PROMETHEE II ranks."""

    plus: pd.Series
    minus: pd.Series
    net: pd.Series


@dataclass(frozen=True)
class _Asked:
    """Scores signed so that more is better, with weights and shapes in the same order."""

    table: Floats
    shares: Floats
    shapes: tuple[Preference, ...]

    def over(self, rows: slice) -> Floats:
        """Of the projects of `rows` over each project: rows × n."""
        total = np.zeros((len(self.table[rows]), len(self.table)))
        for column, share, shape in zip(self.table.T, self.shares, self.shapes, strict=True):
            if share:
                total += share * shape.of(column[rows, None] - column)
        return total


def promethee(
    scores: pd.DataFrame,
    weights: pd.Series,
    directions: pd.Series,
    preferences: Mapping[object, Preference],
) -> Flows:
    """Flows of at least two projects; scores are in their own units.

    ValueError: `scores` (a missing one too), `weights`, `directions`, `preferences`.
    """
    asked = _asked(scores, weights, directions, preferences)
    n = len(asked.table)
    plus, minus = np.zeros(n), np.zeros(n)
    step = max(1, CELLS_AT_ONCE // n)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        over = asked.over(rows)
        plus[rows] = over.sum(axis=1) / (n - 1)
        minus += over.sum(axis=0) / (n - 1)
    told = (pd.Series(flow, index=scores.index) for flow in (plus, minus, plus - minus))
    return Flows(*told)


def preference_indices(
    scores: pd.DataFrame,
    weights: pd.Series,
    directions: pd.Series,
    preferences: Mapping[object, Preference],
) -> pd.DataFrame:
    """How much the project of each row is preferred to that of each column, 0..1: n × n."""
    asked = _asked(scores, weights, directions, preferences)
    return pd.DataFrame(asked.over(slice(None)), index=scores.index, columns=scores.index)


def _asked(
    scores: pd.DataFrame,
    weights: pd.Series,
    directions: pd.Series,
    preferences: Mapping[object, Preference],
) -> _Asked:
    table = whole_table_of(scores)
    if len(table) < 2:
        raise ValueError("scores: fewer than two projects")
    if set(preferences) != set(scores.columns):
        raise ValueError("preferences: not one for each criterion")
    signed = table * signs_of(directions, scores.columns)
    shapes = tuple(preferences[criterion] for criterion in scores.columns)
    return _Asked(signed, shares_of(weights, scores.columns), shapes)
