"""How far one thing may move before the order changes: one weight, or the scores of one project.

Weight stability intervals: Mareschal (1988), European Journal of Operational Research 33:54-64, for
the additive model; the other weights keep their proportions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, ranks_of, shares_of, whole_table_of

EQUAL_WITHIN = 1e-12


def stability(scores: pd.DataFrame, weights: pd.Series, *, first: int = 1) -> pd.DataFrame:
    """By criterion: its weight, and `low`, `high` between which the same `first` projects lead.

    `low` = `high` = the weight where the last within and the first without are equal. A criterion with
    the whole weight gives it up to the others in equal parts.
    ValueError: `scores` (a missing one too), `weights`, `first`.
    """
    table = whole_table_of(scores)
    shares = shares_of(weights, scores.columns)
    if not 1 <= first <= len(table):
        raise ValueError("first: not a number of projects")
    order = np.argsort(-(table @ shares), kind="stable")
    within, without = order[:first], order[first:]
    ends = [_ends(table, shares, place, (within, without)) for place in range(len(shares))]
    low, high = np.array(ends).T
    told = {"weight": shares, "low": low, "high": high}
    return pd.DataFrame(told, index=scores.columns)


def _ends(
    table: Floats, shares: Floats, place: int, split: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    """The value of a project is a line in the weight: lines within must stay above those without."""
    within, without = split
    own, others = table[:, place], table @ others_than(shares, place)
    low, high = 0.0, 1.0
    for one in within:
        at_none = others[one] - others[without]
        slope = own[one] - own[without] - at_none
        crossing = np.divide(-at_none, slope, out=np.full_like(slope, np.nan), where=slope != 0)
        low = max(low, np.max(crossing, where=slope > 0, initial=0.0))
        high = min(high, np.min(crossing, where=slope < 0, initial=1.0))
    # Equal values may cross a rounding beyond the weight itself.
    return min(low, float(shares[place])), max(high, float(shares[place]))


def others_than(shares: Floats, place: int) -> Floats:
    """The weights of the other criteria, sum 1, when this one has none."""
    rest = shares.copy()
    rest[place] = 0
    if rest.sum() > EQUAL_WITHIN:
        return np.asarray(rest / rest.sum(), float)
    rest[:] = 1 / max(1, len(rest) - 1)
    rest[place] = 0
    return rest


def tornado(
    central: pd.DataFrame,
    low: pd.DataFrame,
    high: pd.DataFrame,
    weights: pd.Series,
    *,
    project: object,
) -> pd.DataFrame:
    """What each score of one project, alone at its low and its high, makes of its value and rank.

    By criterion: value_low, value_high, rank_low, rank_high, swing; widest first. The other projects
    stay at their central scores. ValueError: `central`, `low`, `high`, `weights`, `project`.
    """
    table = whole_table_of(central, "central")
    shares = shares_of(weights, central.columns)
    if project not in central.index:
        raise ValueError("project: not among the scores")
    place = int(np.flatnonzero(central.index == project)[0])
    values = table @ shares
    told = {}
    for name, frame in (("low", low), ("high", high)):
        ends = whole_table_of(frame.reindex(index=[project], columns=central.columns), name)[0]
        told[name] = values[place] + shares * (ends - table[place])
    if (told["high"] < told["low"]).any():
        raise ValueError("high: below low")
    found = pd.DataFrame(
        {f"value_{name}": told[name] for name in told}
        | {f"rank_{name}": _ranks(values, place, told[name]) for name in told}
        | {"swing": told["high"] - told["low"]},
        index=central.columns,
    )
    return found.sort_values("swing", ascending=False, kind="stable")


def _ranks(values: Floats, place: int, own: Floats) -> list[int]:
    """The rank of one project with each of its values."""
    ranks = []
    for value in own:
        moved = values.copy()
        moved[place] = value
        ranks.append(int(ranks_of(moved)[place]))
    return ranks
