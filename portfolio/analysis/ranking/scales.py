"""From scores in their own units to values of 0 to 100, by value functions fixed beforehand.

Keeney and Raiffa (1976), Decisions with Multiple Objectives; Belton and Stewart (2002), Multiple
Criteria Decision Analysis. 0 is the worst that is worth telling apart, 100 the best: a weight is then
that of the swing from one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import DOWN, UP, Floats, table_of

WORST, BEST = 0.0, 100.0


@dataclass(frozen=True)
class ValueFunction:
    """Straight between `points` (score, value), level beyond the ends. Scores rise; values go one
    way only, from 0 to 100 or back, and reach both.

    ValueError: `points`.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        table = np.asarray(self.points, float)
        if table.ndim != 2 or table.shape[1] != 2 or len(table) < 2:
            raise ValueError("points: fewer than two pairs of a score and a value")
        if not np.isfinite(table).all():
            raise ValueError("points: not a number")
        scores, values = table.T
        if (np.diff(scores) <= 0).any():
            raise ValueError("points: scores do not rise")
        if values.min() != WORST or values.max() != BEST:
            raise ValueError("points: values do not go from 0 to 100")
        steps = np.diff(values)
        if (steps > 0).any() and (steps < 0).any():
            raise ValueError("points: values go up and down")

    @property
    def direction(self) -> str:
        return UP if self.points[-1][1] > self.points[0][1] else DOWN

    @property
    def worst(self) -> float:
        """The score nearest to the others that is worth 0."""
        return self._end(WORST)

    @property
    def best(self) -> float:
        """The score nearest to the others that is worth 100."""
        return self._end(BEST)

    def _end(self, value: float) -> float:
        there = [score for score, told in self.points if told == value]
        rises = (self.direction == UP) == (value == WORST)
        return max(there) if rises else min(there)

    def values(self, scores: Floats) -> Floats:
        """NaN stays NaN."""
        at, told = np.asarray(self.points, float).T
        return np.asarray(np.interp(scores, at, told), float)


def levels(values: Sequence[float]) -> ValueFunction:
    """Of described levels: the score is the place of the level, from 0. ValueError: `points`."""
    return ValueFunction(tuple((float(place), float(value)) for place, value in enumerate(values)))


def straight(low: float, high: float, *, direction: str) -> ValueFunction:
    """One straight line between two scores. ValueError: `points`."""
    ends = (WORST, BEST) if direction == UP else (BEST, WORST)
    return ValueFunction(((low, ends[0]), (high, ends[1])))


JUDGED = straight(WORST, BEST, direction=UP)


@dataclass(frozen=True)
class Values:
    """Projects × criteria, 0..100. Where a score is missing, `central` is NaN and the bounds are the
    ends of the scale."""

    low: pd.DataFrame
    central: pd.DataFrame
    high: pd.DataFrame

    @property
    def whole(self) -> pd.Index:
        """Projects without a missing score."""
        return self.central.index[self.central.notna().all(axis=1)]


def values_of(
    low: pd.DataFrame,
    central: pd.DataFrame,
    high: pd.DataFrame,
    functions: Mapping[object, ValueFunction],
) -> Values:
    """Of scores in their own units; one that is missing is missing in all three.

    ValueError: `low`, `central`, `high`, `functions`.
    """
    if set(functions) != set(central.columns):
        raise ValueError("functions: not one for each criterion")
    told = {name: _table(frame, central, name)
            for name, frame in (("low", low), ("central", central), ("high", high))}  # fmt: skip
    _check_order(told)
    ends = []
    middle = np.full(told["central"].shape, np.nan)
    for place, criterion in enumerate(central.columns):
        function = functions[criterion]
        middle[:, place] = function.values(told["central"][:, place])
        ends.append([function.values(told[name][:, place]) for name in ("low", "high")])
    both = np.array(ends)  # criteria × (low, high) × projects: less may be better
    missing = np.isnan(middle)
    lows = np.where(missing, WORST, both.min(axis=1).T)
    highs = np.where(missing, BEST, both.max(axis=1).T)
    like = central.index, central.columns
    return Values(
        pd.DataFrame(lows, *like), pd.DataFrame(middle, *like), pd.DataFrame(highs, *like)
    )


def _table(frame: pd.DataFrame, like: pd.DataFrame, field: str) -> Floats:
    if not (frame.index.equals(like.index) and frame.columns.equals(like.columns)):
        raise ValueError(f"{field}: not the projects and criteria of central")
    return table_of(frame, field)


def _check_order(told: Mapping[str, Floats]) -> None:
    missing = np.isnan(told["central"])
    for name in ("low", "high"):
        if (np.isnan(told[name]) != missing).any():
            raise ValueError(f"{name}: missing where central is not, or the other way round")
    for less, more in pairwise(("low", "central", "high")):
        if (told[less] > told[more]).any():
            raise ValueError(f"{more}: below {less}")
