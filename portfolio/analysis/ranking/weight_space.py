"""The weightings that remain plausible: all, in an order of importance, between bounds.

Uniform draws on the simplex (Lahdelma and Salminen 2001, Operations Research 49:444-454); where the
conditions leave little of it, hit-and-run (Smith 1984, Operations Research 32:1296-1308; Tervonen et
al. 2013, European Journal of Operational Research 224:552-559).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from portfolio.analysis.ranking.inputs import Floats

TRIES = 20  # proposals for each draw before walking instead
CHAINS = 1000
ROUNDING = 1e-9


@dataclass(frozen=True)
class WeightSpace:
    """`orders`: chains of criteria from the most to the least important; not all need be in one.
    `bounds`: least and greatest weight of a criterion, 0..1. Weights sum to 1.

    ValueError: `criteria`, `orders`, `bounds`.
    """

    criteria: tuple[str, ...]
    orders: tuple[tuple[str, ...], ...] = ()
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.criteria or len(set(self.criteria)) != len(self.criteria):
            raise ValueError("criteria: none, or one is there twice")
        for chain in self.orders:
            if len(set(chain)) != len(chain) or not set(chain) <= set(self.criteria):
                raise ValueError("orders: an unknown criterion, or one is there twice")
        for name, (low, high) in self.bounds.items():
            if name not in self.criteria or not 0 <= low <= high <= 1:
                raise ValueError(f"bounds: {name} is unknown or not within 0 and 1")
        lows, highs = self.ends
        if lows.sum() > 1 + ROUNDING or highs.sum() < 1 - ROUNDING:
            raise ValueError("bounds: no weights between them sum to 1")

    @property
    def ends(self) -> tuple[Floats, Floats]:
        """Least and greatest weights, in the order of the criteria."""
        told = np.array([self.bounds.get(name, (0.0, 1.0)) for name in self.criteria], float)
        return told[:, 0], told[:, 1]

    def draw(self, draws: int, seed: int) -> Floats:
        """Draws × criteria, uniform over the weightings that meet every condition.

        ValueError: `draws`; `orders` where no weighting meets them within the bounds.
        """
        if draws < 1:
            raise ValueError("draws: fewer than one")
        rng = np.random.default_rng(seed)
        tried = self._by_trial(draws, rng)
        return self._by_walk(draws, rng) if tried is None else tried

    def holds(self, weights: Floats) -> np.ndarray:
        """Which rows of draws × criteria meet every condition."""
        rows, limits = self._conditions()
        return np.asarray((weights @ rows.T <= limits + ROUNDING).all(axis=1))

    def _conditions(self) -> tuple[Floats, Floats]:
        """Rows and limits: rows · weights ≤ limits."""
        lows, highs = self.ends
        unit = np.eye(len(self.criteria))
        place = {name: row for row, name in enumerate(self.criteria)}
        pairs = [
            (place[more], place[less]) for chain in self.orders for more, less in pairwise(chain)
        ]
        orders = [unit[less] - unit[more] for more, less in pairs]
        rows = np.vstack([-unit, unit, *orders])
        return rows, np.concatenate([-lows, highs, np.zeros(len(orders))])

    def _by_trial(self, draws: int, rng: np.random.Generator) -> Floats | None:
        """Of uniform proposals those that hold; None where too few do."""
        kept: list[Floats] = []
        for _ in range(TRIES):
            proposed = rng.standard_exponential((draws, len(self.criteria)))
            proposed /= proposed.sum(axis=1, keepdims=True)
            whole = next((one for one in self.orders if len(one) == len(self.criteria)), None)
            if whole:  # sorted, each is a uniform draw of the whole order
                places = [self.criteria.index(name) for name in whole]
                proposed[:, places] = -np.sort(-proposed, axis=1)
            kept.append(proposed[self.holds(proposed)])
            if sum(map(len, kept)) >= draws:
                return np.concatenate(kept)[:draws]
        return None

    def _by_walk(self, draws: int, rng: np.random.Generator) -> Floats:
        rows, limits = self._conditions()
        free = np.diff(np.array(self.ends), axis=0)[0] > ROUNDING
        start, room = _inside(rows, limits, free)
        if room <= ROUNDING or free.sum() < 2:
            return self._only_one(start, draws, free)
        chains, size = min(draws, CHAINS), len(self.criteria)
        at = np.repeat(start[None], chains, axis=0)
        for _ in range(100 + 10 * size * size):
            at = _step(at, rows, limits, free, rng)
        seen = [at]
        while sum(map(len, seen)) < draws:
            for _ in range(5 * size):
                at = _step(at, rows, limits, free, rng)
            seen.append(at)
        return np.concatenate(seen)[:draws]

    def _only_one(self, start: Floats, draws: int, free: np.ndarray) -> Floats:
        """Bounds that leave one weighting; other spaces without room are said to be none."""
        lows, highs = self.ends
        if free.sum() > 1 and min(1 - lows.sum(), highs.sum() - 1) > ROUNDING:
            raise ValueError("orders: they leave no room within the bounds")
        return np.repeat(start[None], draws, axis=0)


def _inside(rows: Floats, limits: Floats, free: np.ndarray) -> tuple[Floats, float]:
    """The weighting farthest from every condition, and how far."""
    from scipy.optimize import linprog  # noqa: PLC0415 - heavy, and few spaces need it

    moving = (np.abs(rows[:, free]).sum(axis=1) > 0).astype(float)
    size = rows.shape[1]
    found = linprog(
        [*np.zeros(size), -1],
        A_ub=np.column_stack([rows, moving]), b_ub=limits,
        A_eq=[[*np.ones(size), 0]], b_eq=[1], bounds=[*[(0, 1)] * size, (0, 1)],
    )  # fmt: skip
    if found.status != 0 or found.x is None:
        raise ValueError("orders: no weighting meets them within the bounds")
    return np.asarray(found.x[:-1], float), float(found.x[-1])


def _step(
    at: Floats, rows: Floats, limits: Floats, free: np.ndarray, rng: np.random.Generator
) -> Floats:
    """Each chain jumps to a uniform place of the line through it in a random direction."""
    way = np.zeros_like(at)
    aside = rng.standard_normal((len(at), int(free.sum())))
    way[:, free] = aside - aside.mean(axis=1, keepdims=True)
    slope, left = way @ rows.T, np.maximum(limits - at @ rows.T, 0)
    reach = np.divide(left, slope, out=np.full_like(left, np.inf), where=np.abs(slope) > 1e-12)
    ahead = np.where(slope > 1e-12, reach, np.inf).min(axis=1)
    behind = np.where(slope < -1e-12, reach, -np.inf).max(axis=1)
    still = ~np.isfinite(ahead - behind)
    jump = np.where(still, 0, behind + (ahead - behind) * rng.random(len(at)))
    return np.asarray(at + jump[:, None] * way, float)
