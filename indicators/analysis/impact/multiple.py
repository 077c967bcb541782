"""Many evaluations at once: how many of those shown would be by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Family:
    """A family of evaluations, with its name and size, which are told with any of its results.

    `adjusted`: p-values to be compared with `level`; `kept`: what stands, in the order given.
    """

    name: str
    size: int
    level: float
    keys: tuple[Any, ...]
    adjusted: tuple[float, ...]
    kept: tuple[Any, ...]


def benjamini_hochberg(
    p_values: Mapping[Any, float] | Sequence[float], *, level: float = 0.05, name: str = ""
) -> Family:
    """Benjamini & Hochberg (1995), JRSS-B 57:289-300: among what is kept, the share that is false
    is at most `level` on average. Raises ValueError where a p-value is missing or beyond [0, 1]."""
    keys = tuple(p_values) if isinstance(p_values, Mapping) else tuple(range(len(p_values)))
    given = list(p_values.values()) if isinstance(p_values, Mapping) else list(p_values)
    p = np.asarray(given, dtype=float)
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p_values: each one must lie between 0 and 1")
    if not 0 < level < 1:
        raise ValueError("level: must lie between 0 and 1")
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    kept = tuple(key for key, one in zip(keys, adjusted, strict=True) if one <= level)
    return Family(name, len(p), level, keys, tuple(adjusted.tolist()), kept)
