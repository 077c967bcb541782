"""A tree of criteria: weights among siblings become those of its leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping


def leaf_weights(
    local: Mapping[Hashable, float], parents: Mapping[Hashable, Hashable | None]
) -> dict[Hashable, float]:
    """Share of each leaf, sum 1. `local`: weight of each node among its siblings, in any unit;
    `parents`: of each node, None at the top. The weight of a group is that of the swing of all its
    criteria together.

    ValueError: `local` (missing, below zero, siblings that are all zero), `parents` (a stranger, or
    they go round in a circle).
    """
    if set(local) != set(parents) or any(weight < 0 for weight in local.values()):
        raise ValueError("local: a weight is missing or below zero")
    totals: dict[Hashable | None, float] = defaultdict(float)
    for node, parent in parents.items():
        totals[parent] += local[node]
    if min(totals.values()) <= 0:
        raise ValueError("local: the weights of a group are all zero")
    shares = {node: _share(node, local, parents, totals) for node in parents}
    return {node: share for node, share in shares.items() if node not in totals}


def _share(
    node: Hashable,
    local: Mapping[Hashable, float],
    parents: Mapping[Hashable, Hashable | None],
    totals: Mapping[Hashable | None, float],
) -> float:
    share, at, seen = 1.0, node, {node}
    while True:
        parent = parents[at]
        share *= local[at] / totals[parent]
        if parent is None:
            return share
        if parent in seen or parent not in parents:
            raise ValueError("parents: a stranger, or they go round in a circle")
        seen.add(parent)
        at = parent
