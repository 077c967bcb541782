"""How often a project is first with the weighting that favours it, where scores vary (SMAA-2)."""

from __future__ import annotations

import numpy as np

from portfolio.analysis.ranking.inputs import Floats

CELLS = 50_000_000  # values reckoned in all: what bounds the draws
AT_ONCE = 1_000_000
LEADERS = 200  # of many projects, those most often first
EQUAL_WITHIN = 1e-9


def confidence_of(
    low: Floats, spread: Floats, central: Floats, leads: np.ndarray, how: tuple[int, int]
) -> Floats:
    """One share a project, NaN where it is never first. `low`, `spread`: projects × criteria on 0..1;
    `leads`: how often each is first; `how`: draws and seed.

    Of more than 200 projects that lead, the 200 that do most often; the others have NaN.
    """
    told = np.full(len(low), np.nan)
    leaders = np.flatnonzero(leads)
    leaders = np.sort(leaders[np.argsort(-leads[leaders], kind="stable")[:LEADERS]])
    weights = central[leaders]
    rivals = np.union1d(_rivals(low, spread, weights), leaders)
    place = np.searchsorted(rivals, leaders)
    told[leaders] = _shares(low[rivals], spread[rivals], weights, place, how)
    return told


def _rivals(low: Floats, spread: Floats, weights: Floats) -> np.ndarray:
    """Those that could be first with one of the weightings: the others need no draw."""
    bottom = low @ weights.T
    top = bottom + spread @ weights.T
    return np.flatnonzero((top >= bottom.max(axis=0) - EQUAL_WITHIN).any(axis=1))


def _shares(
    low: Floats, spread: Floats, weights: Floats, place: np.ndarray, how: tuple[int, int]
) -> Floats:
    draws, seed = how
    if not spread.any():
        draws = 1
    draws = int(min(draws, max(100, CELLS // (len(low) * len(weights)))))
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, 2])))
    first = np.zeros(len(weights))
    step = max(1, AT_ONCE // (len(low) * max(len(weights), low.shape[1])))
    for start in range(0, draws, step):
        some = min(step, draws - start)
        scores = low.T + spread.T * rng.random((some, *low.T.shape))
        values = weights @ scores
        own = values[:, np.arange(len(weights)), place]
        first += (own >= values.max(axis=2) - EQUAL_WITHIN).sum(axis=0)
    return first / draws
