"""Effect of each treated zone by itself, beside the pooled one (rule of honesty 9: Simpson).

A mean over zones may rise while most of them fall: one large zone makes it. Then the zones are what
is told, and the pooled effect is not shown.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indicators.analysis.impact.group_time import NEVER, Panel, overall_value


@dataclass(frozen=True)
class OwnEffects:
    """`points`: by treated zone, its mean effect a period, in the unit of the outcome; those that
    have none of their own are not in it. `reversed_in`: how many have the other sign than `pooled`."""

    pooled: float
    points: dict[Hashable, float]
    reversed_in: int

    @property
    def flagged(self) -> bool:
        """Whether more than half of them go the other way."""
        return 2 * self.reversed_in > len(self.points)


def own_effects(panel: Panel, table: pd.DataFrame, pooled: float) -> OwnEffects | None:
    """Each treated unit against those never treated, with its own start. `table`: the panel with
    its labels, units in rows. None with one treated unit, or without units that never are."""
    never = panel.begins == NEVER
    treated = [int(place) for place in np.flatnonzero(~never)]
    if len(treated) < 2 or not never.any():
        return None
    points = {}
    for place in treated:
        known, begin = np.isfinite(panel.y[place]), int(panel.begins[place])
        if not known[:begin].any() or not known[begin:].any():
            continue  # seen on one side alone: no effect of its own
        kept = never.copy()
        kept[place] = True
        value = overall_value(Panel(panel.y[kept], panel.begins[kept]))
        if np.isfinite(value):
            points[table.index[place]] = float(value)
    reverse = sum(value * pooled < 0 for value in points.values())
    return OwnEffects(pooled, points, reverse)
