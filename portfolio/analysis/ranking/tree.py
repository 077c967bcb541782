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

    ValueError: `local` (missing, below zero, siblings that are all zero), `parents` (a circle).
    """
    children: dict[Hashable | None, list[Hashable]] = defaultdict(list)
    for node, parent in parents.items():
        if parent is not None and parent not in parents:
            raise ValueError("parents: one is no node of the tree")
        children[parent].append(node)
    shares: dict[Hashable, float] = {}
    _share_out(None, 1.0, local, children, shares)
    if sum(len(nodes) for nodes in children.values()) != len(shares) + len(children) - 1:
        raise ValueError("parents: they go round in a circle")
    return shares


def _share_out(
    parent: Hashable | None,
    share: float,
    local: Mapping[Hashable, float],
    children: Mapping[Hashable | None, list[Hashable]],
    shares: dict[Hashable, float],
) -> None:
    siblings = children[parent] if parent in children else []
    missing = [node for node in siblings if node not in local]
    if missing or any(local[node] < 0 for node in siblings):
        raise ValueError("local: a weight is missing or below zero")
    total = sum(local[node] for node in siblings)
    if total <= 0:
        raise ValueError("local: the weights of a group are all zero")
    for node in siblings:
        own = share * local[node] / total
        if node in children:
            _share_out(node, own, local, children, shares)
        else:
            shares[node] = own
