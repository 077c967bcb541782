"""Where the measures of a results chain stand: level by level, causes above what they move."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Link = tuple[int, int]


def rows(levels: Mapping[int, int], links: Iterable[Link]) -> list[tuple[int, list[int]]]:
    """(level, nodes) from top to bottom: a row holds nodes of one level, in the order given, none
    of which moves another one of its row.

    `levels`: node → level, 0 first; `links`: (cause, effect). Raises ValueError on a circle
    within a level.
    """
    within = [(cause, effect) for cause, effect in links
              if cause in levels and effect in levels and levels[cause] == levels[effect]]  # fmt: skip
    depth = _depths(list(levels), within)
    found: dict[tuple[int, int], list[int]] = {}
    for node, level in levels.items():
        found.setdefault((level, depth[node]), []).append(node)
    return [(level, nodes) for (level, _depth), nodes in sorted(found.items())]


def _depths(nodes: Sequence[int], links: Sequence[Link]) -> dict[int, int]:
    """The longest way to each node, by as many passes as there are nodes at most."""
    depth = dict.fromkeys(nodes, 0)
    for _ in range(len(nodes) + 1):
        moved = [(cause, effect) for cause, effect in links if depth[effect] <= depth[cause]]
        if not moved:
            return depth
        for cause, effect in moved:
            depth[effect] = max(depth[effect], depth[cause] + 1)
    raise ValueError("links: they run in a circle")
