"""What weights and scores that are not known exactly leave of a ranking: SMAA-2.

Lahdelma and Salminen (2001), Operations Research 49:444-454. A rank acceptability is a share of the
plausible weightings (and scores), not a chance that a project is good.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.confidence import confidence_of
from portfolio.analysis.ranking.inputs import Floats, whole_table_of
from portfolio.analysis.ranking.tally import PLACE, Tally
from portfolio.analysis.ranking.weight_space import WeightSpace

CORE, BORDERLINE, OUT = "CORE", "BORDERLINE", "OUT"
CORE_FROM = 0.95
CELLS_AT_ONCE = 800_000  # values in one chunk: 6 MB
PARTS = 2  # threads; a fixed number, so that the same seed gives the same result on any machine


@dataclass(frozen=True)
class Acceptability:
    """`rank_acceptability`: projects × ranks, shares of the draws; rows sum to 1. A column is named by
    its rank; above 2,000 projects by the last rank of its class. `central_weights`: projects ×
    criteria, the mean weighting that puts a project first, NaN where none does. `confidence`: how
    often it is first with that weighting when scores vary within their bounds, NaN likewise."""

    rank_acceptability: pd.DataFrame
    central_weights: pd.DataFrame
    confidence: pd.Series
    draws: int
    seed: int

    def within(self, rank: int) -> pd.Series:
        """Share of the plausible weightings in which each project is among the first `rank`.

        ValueError: `rank` where it is no column."""
        if rank not in self.rank_acceptability.columns:
            raise ValueError("rank: not one of the columns of the ranks counted")
        return self.rank_acceptability.loc[:, :rank].sum(axis=1).rename("within")

    def standing(self, rank: int) -> pd.Series:
        """CORE (within in 95 % of the draws or more), OUT (in 5 % or fewer), else BORDERLINE."""
        share = self.within(rank).to_numpy()
        kinds = np.select([share >= CORE_FROM, share <= 1 - CORE_FROM], [CORE, OUT], BORDERLINE)
        return pd.Series(kinds, index=self.rank_acceptability.index, name="standing")


def smaa(
    scores_low: pd.DataFrame,
    scores_high: pd.DataFrame,
    *,
    weights: WeightSpace,
    draws: int,
    seed: int,
) -> Acceptability:
    """Scores are values on one scale, more being better, drawn uniformly and independently between
    low and high (a missing score: the ends of its scale, see `bounds`).

    ValueError: `scores_low`, `scores_high`, `weights`, `draws`.
    """
    low, spread = _scaled(scores_low, scores_high, weights)
    drawn = weights.draw(draws, seed)
    with ThreadPoolExecutor(PARTS) as threads:
        parts = threads.map(
            partial(_tally, low, spread, seed), np.array_split(drawn, PARTS), range(PARTS)
        )
        tally = sum(parts, Tally.empty(*low.shape))
    return _told(tally, scores_low[list(weights.criteria)], low, spread, (draws, seed))


def _tally(low: Floats, spread: Floats, seed: int, weights: Floats, part: int) -> Tally:
    """Ranks over one part of the draws, with random numbers of its own."""
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, 1, part])))
    tally = Tally.empty(*low.shape)
    step = max(1, CELLS_AT_ONCE // len(low))
    for start in range(0, len(weights), step):
        chunk = weights[start : start + step]
        tally.add(_values(low, spread, chunk, rng), chunk)
    return tally


def smaa_of_draws(measures: Floats, weights: Floats) -> Acceptability:
    """From stored draws: `measures` draws × projects × criteria, `weights` draws × criteria (sum 1).

    Projects and criteria are named by their places. ValueError: `measures`.
    """
    if measures.ndim != 3 or measures[:, 0].shape != weights.shape:
        raise ValueError("measures: not draws × projects × criteria, as many as the weights")
    values = np.einsum("dpc,dc->dp", measures, weights)
    floor = values.min()
    values = (values - floor) / ((values.max() - floor) or 1.0)
    tally = Tally.empty(*measures.shape[1:])
    tally.add(values, weights)
    names = pd.DataFrame(measures[0])
    central = _central(tally, len(weights))
    leads = np.flatnonzero(np.isfinite(central[:, 0]))
    confidence = np.full(len(central), np.nan)
    for place in leads:
        each = measures @ central[place]
        confidence[place] = np.mean(each[:, place] >= each.max(axis=1))
    return _named(tally, names, central, confidence, (len(weights), 0))


def _scaled(low: pd.DataFrame, high: pd.DataFrame, weights: WeightSpace) -> tuple[Floats, Floats]:
    """Lows and widths in the order of the weights, on 0..1 over all: ranks stay, as weights sum to 1."""
    if set(low.columns) != set(weights.criteria):
        raise ValueError("weights: not the criteria of the scores")
    if not (low.index.equals(high.index) and set(low.columns) == set(high.columns)):
        raise ValueError("scores_high: not the projects and criteria of scores_low")
    if len(low) >= 1 << PLACE:
        raise ValueError("scores_low: too many projects")
    columns = list(weights.criteria)
    lows = whole_table_of(low[columns], "scores_low")
    highs = whole_table_of(high[columns], "scores_high")
    if (highs < lows).any():
        raise ValueError("scores_high: below scores_low")
    width = (highs.max() - lows.min()) or 1.0
    return (lows - lows.min()) / width, (highs - lows) / width


def _values(low: Floats, spread: Floats, weights: Floats, rng: np.random.Generator) -> Floats:
    """Draws × projects. Only scores that have a width are drawn, in single precision."""
    values = np.asarray(weights @ low.T, float)
    for column in range(low.shape[1]):
        unsure = np.flatnonzero(spread[:, column])
        if not len(unsure):
            continue
        drawn = rng.random((len(weights), len(unsure)), dtype=np.float32)
        drawn *= spread[unsure, column].astype(np.float32)
        drawn *= weights[:, column, None].astype(np.float32)
        where = slice(None) if len(unsure) == len(low) else unsure
        values[:, where] += drawn
    return values


def _told(
    tally: Tally, names: pd.DataFrame, low: Floats, spread: Floats, how: tuple[int, int]
) -> Acceptability:
    central = _central(tally, how[0])
    confidence = confidence_of(low, spread, central, tally.counts.reshape(len(low), -1)[:, 0], how)
    return _named(tally, names, central, confidence, how)


def _central(tally: Tally, draws: int) -> Floats:
    """Mean weighting of the draws where a project leads: NaN where it never does."""
    total = tally.first_weights.sum(axis=1, keepdims=True)
    out = np.full_like(tally.first_weights, np.nan)
    np.divide(tally.first_weights, total, out=out, where=total > 0)
    return out


def _named(
    tally: Tally, names: pd.DataFrame, central: Floats, confidence: Floats, how: tuple[int, int]
) -> Acceptability:
    draws, seed = how
    counts = tally.counts.reshape(len(names), -1)
    ranks = pd.DataFrame(counts / draws, index=names.index, columns=tally.last_ranks)
    weights = pd.DataFrame(central, index=names.index, columns=names.columns)
    told = pd.Series(confidence, index=names.index, name="confidence")
    return Acceptability(ranks, weights, told, draws, seed)


def pairwise_winning(values: Floats) -> Floats:
    """Projects × projects: share of the draws (rows of `values`) in which one is above the other."""
    return np.array([np.mean(one[:, None] > values, axis=0) for one in values.T])


def ranking_entropy(values: Floats) -> float:
    """Bits of the whole rankings seen over the draws: 0 where there is always the same."""
    _, seen = np.unique(np.argsort(-values, axis=1, kind="stable"), axis=0, return_counts=True)
    share = seen / seen.sum()
    return float(-(share * np.log2(share)).sum())
