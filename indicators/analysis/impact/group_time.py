"""Effects by group and time (Callaway & Sant'Anna 2021, J. Econometrics 225:200-230).

A group is what began at one time. Its effect at a later time is its change since just before it
began, less the change of those that are not treated; two-way fixed effects would compare groups
with others already treated. Means are taken over the units that have a value, so that a panel with
gaps is not thinned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.analysis.impact.noise import Array

NEVER = 10**9


@dataclass(frozen=True)
class Panel:
    """`y` (units, times) with NaN; `begins` (units,) place of the first treated time, or NEVER."""

    y: Array
    begins: NDArray[np.int64]

    @property
    def groups(self) -> list[int]:
        return sorted({int(g) for g in self.begins if g != NEVER})

    @property
    def times(self) -> int:
        return int(self.y.shape[1])

    @property
    def staggered(self) -> bool:
        return len(self.groups) > 1


@dataclass(frozen=True)
class Contrast:
    """An effect as a sum of cell means: value, and what each unit adds to its error (units,)."""

    value: float
    influence: Array


def effect(panel: Panel, group: int, time: int, *, later_as_controls: bool = False) -> Contrast:
    """Effect of the group at a time (before it began: a placebo), from the time before it began.

    Where there is one group alone its base is the mean of all its past, which is less noisy.
    """
    base = [group - 1] if panel.staggered or time < group else list(range(group))
    return _against(panel, group, time, base, later_as_controls=later_as_controls)


def _against(
    panel: Panel, group: int, time: int, base: list[int], *, later_as_controls: bool = False
) -> Contrast:
    """Change of the group since its base, less that of those never treated (where there are none,
    or if asked: of those not treated yet)."""
    controls = panel.begins == NEVER
    if later_as_controls or not controls.any():
        controls = panel.begins > max(time, group)
    if not controls.any():
        return Contrast(np.nan, np.zeros(len(panel.y)))
    now = _change(panel, panel.begins == group, time, base)
    then = _change(panel, controls, time, base)
    return Contrast(now.value - then.value, now.influence - then.influence)


def _change(panel: Panel, members: NDArray[np.bool_], time: int, base: list[int]) -> Contrast:
    now = _mean(panel, members, time)
    then = [_mean(panel, members, place) for place in base]
    return Contrast(now.value - float(np.nanmean([one.value for one in then])),
                    now.influence - np.mean([one.influence for one in then], axis=0))  # fmt: skip


def _mean(panel: Panel, members: NDArray[np.bool_], time: int) -> Contrast:
    column = panel.y[:, time]
    known = members & np.isfinite(column)
    if not known.any():
        return Contrast(np.nan, np.zeros(len(column)))
    value = float(column[known].mean())
    return Contrast(value, np.where(known, column - value, 0.0) / known.sum())


def combine(parts: list[tuple[float, Contrast]]) -> Contrast:
    """Weighted mean of contrasts; those that have no value are left out."""
    known = [(weight, one) for weight, one in parts if np.isfinite(one.value) and weight > 0]
    if not known:
        return Contrast(np.nan, np.zeros(0))
    total = sum(weight for weight, _ in known)
    return Contrast(sum(weight * one.value for weight, one in known) / total,
                    np.sum([weight / total * one.influence for weight, one in known], axis=0))  # fmt: skip


def overall(panel: Panel, *, later_as_controls: bool = False) -> Contrast:
    """Mean over all groups and times since they began, weighted by the size of the group."""
    return combine([
        (float((panel.begins == group).sum()),
         effect(panel, group, time, later_as_controls=later_as_controls))
        for group in panel.groups for time in range(group, panel.times) if group > 0
    ])  # fmt: skip


def overall_value(panel: Panel) -> float:
    """`overall` without its errors: one product gives all means, for hundreds of permutations."""
    groups = panel.groups
    if not (panel.begins == NEVER).any():
        return overall(panel).value
    means = _means(panel)
    total, weight = 0.0, 0.0
    for place, group in enumerate(groups):
        base = means[:, group - 1] if panel.staggered else np.nanmean(means[:, :group], axis=1)
        changes = means[:, group:] - base[:, None]
        effects = (changes[place] - changes[-1])[np.isfinite(changes[place] - changes[-1])]
        size = float((panel.begins == group).sum())
        total, weight = total + size * float(effects.sum()), weight + size * len(effects)
    return total / weight if weight else float("nan")


def later_value(panel: Panel) -> float:
    """`overall_value` with those not treated yet as controls beside those never treated: another
    comparison of the same starts."""
    begins = np.array([*panel.groups, NEVER])
    known = np.isfinite(panel.y)
    members = (panel.begins[None, :] == begins[:, None]).astype(float)
    counts = (members @ known)[::-1].cumsum(axis=0)[::-1]
    sums = (members @ np.where(known, panel.y, 0.0))[::-1].cumsum(axis=0)[::-1]
    means, total, weight = _means(panel), 0.0, 0.0
    for place, group in enumerate(panel.groups):
        times = np.arange(group, panel.times)
        left = np.searchsorted(begins, times, side="right")  # the first group that has not begun
        with np.errstate(invalid="ignore", divide="ignore"):
            now = sums[left, times] / counts[left, times]
            base = sums[left, group - 1] / counts[left, group - 1]
        effects = means[place, group:] - means[place, group - 1] - (now - base)
        effects = effects[np.isfinite(effects)]
        size = float((panel.begins == group).sum())
        total, weight = total + size * float(effects.sum()), weight + size * len(effects)
    return total / weight if weight else float("nan")


def _means(panel: Panel) -> Array:
    """(groups and last those never treated, times): mean of the known values of each."""
    known = np.isfinite(panel.y)
    members = (panel.begins[None, :] == np.array([*panel.groups, NEVER])[:, None]).astype(float)
    counts = members @ known
    sums = members @ np.where(known, panel.y, 0.0)
    return np.where(counts > 0, sums / np.maximum(counts, 1.0), np.nan)


def pre_trends(panel: Panel) -> Array:
    """The pre-trends of `by_event_time` without their errors, where one group alone is treated
    and others never are."""
    (start,) = panel.groups
    treated, never = _means(panel)
    gap = treated[:start] - never[:start]
    told: Array = gap[:-1] - gap[-1]
    return told[np.isfinite(told)]


def by_event_time(panel: Panel) -> dict[int, Contrast]:
    """Mean effect by time since the beginning, weighted by group; below −1 they are pre-trends.
    −1 is the base, so it is not told."""
    told = {}
    steps = {time - group for group in panel.groups for time in range(panel.times)} - {-1}
    for step in sorted(steps):
        told[step] = combine([
            (float((panel.begins == group).sum()), _against(panel, group, group + step, [group - 1]))
            for group in panel.groups if 0 <= group + step < panel.times and group > 0
        ])  # fmt: skip
    return {step: one for step, one in told.items() if np.isfinite(one.value)}


def by_group(panel: Panel) -> dict[int, Contrast]:
    """Mean effect of each group over the times since it began."""
    return {
        group: combine([(1.0, effect(panel, group, time)) for time in range(group, panel.times)])
        for group in panel.groups
        if group > 0
    }
