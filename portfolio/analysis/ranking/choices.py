"""Weights from choices between two imagined projects that differ on two criteria alone.

After Hansen and Ombler (2008), Journal of Multi-Criteria Decision Analysis 15:87-107 (PAPRIKA): each
answer is an inequality between weights; what they leave open is said. Here one project brings `one`
from its worst to a `part` of its swing, the other brings `other` from its worst to its best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats

FIRST, SECOND, EQUAL = "FIRST", "SECOND", "EQUAL"
NARROW = 0.26  # a ratio of weights known within a quarter is asked no more
ROUNDING = 1e-7


@dataclass(frozen=True)
class Choice:
    """`answer`: FIRST prefers the project with a `part` (0 to 1] of the swing of `one`, SECOND that
    with all of the swing of `other`, EQUAL neither."""

    one: object
    other: object
    part: float
    answer: str = EQUAL


@dataclass(frozen=True)
class Chosen:
    """`weights`: farthest from every limit that the answers set, sum 1. `low`, `high`: between what
    each weight may still lie. `undecided`: pairs of criteria of which either may weigh more."""

    weights: pd.Series
    low: pd.Series
    high: pd.Series
    undecided: tuple[tuple[object, object], ...]


@dataclass(frozen=True)
class Contradiction:
    """Places of choices that cannot all be true; without any one of them the others can."""

    choices: tuple[int, ...]


def by_choices(criteria: Sequence[object], choices: Sequence[Choice]) -> Chosen | Contradiction:
    """ValueError: `criteria`, `choices`."""
    names = _checked(criteria, choices)
    rows = _rows(names, choices)
    weights = _middle(rows, len(names))
    if weights is None:
        return Contradiction(_conflict(rows, len(names)))
    ends = np.array([_ends(rows, unit, np.ones(len(names))) for unit in np.eye(len(names))])
    open_pairs = tuple(
        (names[one], names[other])
        for one in range(len(names))
        for other in range(one + 1, len(names))
        if _is_open(rows, one, other, len(names))
    )
    told = [pd.Series(values, index=list(names)) for values in (weights, ends[:, 0], ends[:, 1])]
    return Chosen(told[0].rename("weight"), told[1], told[2], open_pairs)


def next_choice(criteria: Sequence[object], choices: Sequence[Choice]) -> Choice | None:
    """The question that is asked next (its answer means nothing yet): first the order of neighbours,
    then by how much; None when neighbours are known within a quarter, or answers contradict.

    ValueError: as `by_choices`.
    """
    names = _checked(criteria, choices)
    rows = _rows(names, choices)
    weights = _middle(rows, len(names))
    if weights is None:
        return None
    order = [int(place) for place in np.argsort(-weights, kind="stable")]
    for more, less in pairwise(order):
        if _is_open(rows, more, less, len(names)):
            return Choice(names[more], names[less], 1.0)
    for more, less in pairwise(order):
        low, high = _ratio(rows, more, less, len(names))
        if high - low > NARROW:
            return Choice(names[more], names[less], round((low + high) / 2, 2))
    return None


Row = tuple[Floats, str]  # (coefficients, ">=" or "==") against zero


def _checked(criteria: Sequence[object], choices: Sequence[Choice]) -> tuple[object, ...]:
    names = tuple(criteria)
    if len(names) < 2 or len(set(names)) != len(names):
        raise ValueError("criteria: fewer than two, or one is there twice")
    for choice in choices:
        if choice.one not in names or choice.other not in names or choice.one == choice.other:
            raise ValueError("choices: not two of the criteria")
        if not 0 < choice.part <= 1:
            raise ValueError("choices: a part of the swing is above 0 and at most 1")
        if choice.answer not in {FIRST, SECOND, EQUAL}:
            raise ValueError("choices: an answer is none")
    return names


def _rows(names: tuple[object, ...], choices: Sequence[Choice]) -> list[Row]:
    place = {name: number for number, name in enumerate(names)}
    rows = []
    for choice in choices:
        row = np.zeros(len(names))
        row[place[choice.one]], row[place[choice.other]] = choice.part, -1.0
        sign = -1.0 if choice.answer == SECOND else 1.0
        rows.append((sign * row, "==" if choice.answer == EQUAL else ">="))
    return rows


def _middle(rows: Sequence[Row], size: int) -> Floats | None:
    """The weighting farthest from every limit; None where there is none, or only one that makes two
    projects equal of which one was preferred."""
    strict = [row for row, kind in rows if kind == ">="]
    limits = np.vstack([np.eye(size), *strict])
    distance = np.linalg.norm(limits, axis=1)
    equal = np.vstack([np.ones(size), *[row for row, kind in rows if kind == "=="]])
    found = _solve(
        np.array([*np.zeros(size), -1.0]),
        under=(np.column_stack([-limits, distance]), np.zeros(len(limits))),
        equal=(np.column_stack([equal, np.zeros(len(equal))]), np.eye(len(equal))[0]),
    )
    return None if found is None or found[-1] <= ROUNDING else found[:-1]


def _ends(rows: Sequence[Row], goal: Floats, whole: Floats) -> tuple[float, float]:
    """Least and greatest of `goal · weights`, where `whole · weights` is 1."""
    size = len(goal)
    strict = [-row for row, kind in rows if kind == ">="]
    under = (np.vstack(strict), np.zeros(len(strict))) if strict else None
    equal = np.vstack([whole, *[row for row, kind in rows if kind == "=="]])
    told = []
    for sign in (1.0, -1.0):
        found = _solve(sign * goal, under=under, equal=(equal, np.eye(len(equal))[0]))
        told.append(sign * np.inf if found is None else float(goal @ found[:size]))
    return min(told), max(told)


def _is_open(rows: Sequence[Row], one: int, other: int, size: int) -> bool:
    goal = np.zeros(size)
    goal[one], goal[other] = 1.0, -1.0
    low, high = _ends(rows, goal, np.ones(size))
    return low < -ROUNDING and high > ROUNDING


def _ratio(rows: Sequence[Row], more: int, less: int, size: int) -> tuple[float, float]:
    """Between what the weight of `less` lies, that of `more` being 1 (answers only compare: the sum of
    the weights is free)."""
    low, high = _ends(rows, np.eye(size)[less], np.eye(size)[more])
    return max(0.0, low), min(1.0, high)


def _solve(
    goal: Floats, *, under: tuple[Floats, Floats] | None, equal: tuple[Floats, Floats]
) -> Floats | None:
    from scipy.optimize import linprog  # noqa: PLC0415 - heavy, and few pages need it

    rows, limits = under if under is not None else (None, None)
    found = linprog(goal, A_ub=rows, b_ub=limits, A_eq=equal[0], b_eq=equal[1], bounds=(0, None))
    return np.asarray(found.x, float) if found.status == 0 and found.x is not None else None


def _conflict(rows: Sequence[Row], size: int) -> tuple[int, ...]:
    """One by one, what is not needed for the contradiction is left out."""
    kept = list(range(len(rows)))
    for place in range(len(rows)):
        without = [one for one in kept if one != place]
        if _middle([rows[one] for one in without], size) is None:
            kept = without
    return tuple(kept)
