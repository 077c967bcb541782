"""What would have to be true for one project to beat another, in the additive model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, shares_of, whole_table_of
from portfolio.analysis.ranking.sensitivity import others_than
from portfolio.results import Unknown

ROUNDING = 1e-9


@dataclass(frozen=True)
class Condition:
    """One thing to change alone, for equal values. `score`: what the challenger would need on this
    criterion; `weight`: what this criterion would need, the others keeping their proportions."""

    criterion: object
    score: float | Unknown
    weight: float | Unknown


@dataclass(frozen=True)
class Challenge:
    """`gap`: value of the leader less that of the challenger, 0 or below where it beats it already.
    `weights`: the weighting nearest to the present one (least sum of changes) that makes them equal, or
    Unknown where the leader is at least as good on every criterion; `moved`: half the sum of changes,
    the share of the whole weight that goes from some criteria to others."""

    gap: float
    conditions: tuple[Condition, ...]
    weights: pd.Series | Unknown
    moved: float | Unknown


def to_beat(
    scores: pd.DataFrame,
    weights: pd.Series,
    *,
    leader: object,
    challenger: object,
    highest: float | None = None,
) -> Challenge:
    """`highest`: the end of the scale, that a score cannot pass.

    Reasons of what is Unknown: NO_WEIGHT, BEYOND_SCALE, NO_SUCH_WEIGHT, DOMINATED.
    ValueError: `scores` (a missing one of the two), `weights`, `leader`, `challenger`.
    """
    for field, name in (("leader", leader), ("challenger", challenger)):
        if name not in scores.index:
            raise ValueError(f"{field}: not among the scores")
    ahead, behind = whole_table_of(scores.loc[[leader, challenger]])
    shares = shares_of(weights, scores.columns)
    gain = behind - ahead
    gap = -float(gain @ shares)
    conditions = tuple(
        Condition(
            criterion,
            _score(behind[place], shares[place], gap, highest),
            _weight(gain, shares, place, gap),
        )
        for place, criterion in enumerate(scores.columns)
    )
    nearest = _nearest(gain, shares)
    if isinstance(nearest, Unknown):
        return Challenge(gap, conditions, nearest, nearest)
    told = pd.Series(nearest, index=scores.columns, name="weight")
    return Challenge(gap, conditions, told, float(np.abs(nearest - shares).sum() / 2))


def _score(own: float, share: float, gap: float, highest: float | None) -> float | Unknown:
    if gap <= 0:
        return float(own)
    if share <= 0:
        return Unknown("NO_WEIGHT")
    needed = float(own + gap / share)
    if highest is not None and needed > highest + ROUNDING:
        return Unknown("BEYOND_SCALE")
    return needed


def _weight(gain: Floats, shares: Floats, place: int, gap: float) -> float | Unknown:
    """Where the line of the difference, from none to all of the weight, is zero."""
    if gap <= 0:
        return float(shares[place])
    at_none, at_all = float(gain @ others_than(shares, place)), float(gain[place])
    if max(at_none, at_all) < 0:
        return Unknown("NO_SUCH_WEIGHT")
    return at_none / (at_none - at_all)


def _nearest(gain: Floats, shares: Floats) -> Floats | Unknown:
    """Weight goes first to where the challenger is best, from where it is worst: the most difference
    for each point moved."""
    missing = -float(gain @ shares)
    if missing <= 0:
        return shares.copy()
    best = int(np.argmax(gain))
    if gain[best] < 0 or not (gain > 0).any():
        return Unknown("DOMINATED")
    weights = shares.copy()
    for worst in np.argsort(gain, kind="stable"):
        by_point = float(gain[best] - gain[worst])
        if missing <= 0 or by_point <= 0:
            break
        given = min(float(weights[worst]), missing / by_point)
        weights[worst] -= given
        weights[best] += given
        missing -= given * by_point
    return weights
