"""A panel made ready: zones by times, checked, with what was left out named."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact.results import Effect, NotIdentified, Placebo
from indicators.analysis.impact.settings import Design


def wide(panel: pd.DataFrame, unit: str, time: str, value: str) -> pd.DataFrame:
    """Values by unit (rows) and time (columns, ascending); NaN where there is none.

    Raises ValueError naming a column that is absent, or a unit that has two rows at one time.
    """
    for field, column in (("unit", unit), ("time", time), ("value", value)):
        if column not in panel.columns:
            raise ValueError(f"{field}: the panel has no column {column!r}")
    keys = panel[[unit, time]]
    if keys.isna().any().any():
        raise ValueError("panel: a unit or a time is missing")
    if keys.duplicated().any():
        raise ValueError("panel: a unit has two rows at one time")
    try:
        numbers = panel[value].astype(float)
    except (TypeError, ValueError):
        raise ValueError(f"value: {value!r} must hold numbers") from None
    if np.isinf(numbers.to_numpy()).any():
        raise ValueError(f"value: {value!r} must be finite, or missing")
    told = panel.assign(**{value: numbers})
    return told.pivot(index=unit, columns=time, values=value).sort_index(axis=1)


class Comparison:
    """One treated zone and its donors, whole on every time kept.

    `y` (units, times) with the treated first; `before` times come before the start.
    """

    def __init__(self, table: pd.DataFrame, treated: Hashable, start: Any) -> None:
        times = table.columns[table.loc[[treated]].notna().to_numpy()[0]]
        kept = table[times]
        whole = kept.notna().all(axis=1)
        self.dropped_times = [time for time in table.columns if time not in set(times)]
        self.dropped_donors = list(kept.index[~whole])
        self.donors = [unit for unit in kept.index[whole] if unit != treated]
        self.treated, self.times = treated, times
        self.y = kept.loc[[treated, *self.donors]].to_numpy()
        self.before = int((times < start).sum())

    @property
    def after(self) -> int:
        return len(self.times) - self.before

    def reasons(self, *, before: int, donors: int) -> tuple[str, ...]:
        """Why the comparison cannot be judged."""
        told = {
            "TOO_FEW_BEFORE": self.before < before,
            "TOO_FEW_AFTER": self.after < 1,
            "TOO_FEW_DONORS": len(self.donors) < donors,
        }
        return tuple(code for code, holds in told.items() if holds)

    def facts(self) -> dict[str, Any]:
        return {"before": self.before, "after": self.after, "donors": len(self.donors),
                "dropped_times": self.dropped_times, "dropped_donors": self.dropped_donors}  # fmt: skip


def comparison(
    panel: pd.DataFrame, unit: str, time: str, value: str, treated: Hashable, start: Any
) -> Comparison | NotIdentified:
    """The comparison, or why there is none. Raises ValueError naming the field that is wrong."""
    table = wide(panel, unit, time, value)
    if treated not in table.index:
        raise ValueError(f"treated: {treated!r} is not a unit of the panel")
    if start is None or start is pd.NaT:
        return NotIdentified(("START_UNKNOWN",))
    try:
        (table.columns < start).any()
    except TypeError:
        raise ValueError(f"start: {start!r} cannot be compared with the times") from None
    return Comparison(table, treated, start)


def rank(true: float, false: list[float]) -> Placebo:
    """Where the true case stands among the false ones; those equal to it count against it."""
    slack = 1e-9 * max(1.0, abs(true))
    return Placebo(1 + sum(one >= true - slack for one in false), 1 + len(false))


def reach(false: list[float], level: float) -> tuple[float, float]:
    """How far the false cases reach, and at which level: with n of them no range holds above
    n / (n + 1), so that fewer than 19 never give 95 %."""
    ordered = sorted(false)
    place = int(np.ceil((len(ordered) + 1) * (1 - level)))
    if place <= len(ordered):
        return ordered[place - 1], 1 - level
    return ordered[-1], len(ordered) / (len(ordered) + 1)


def with_and_without(
    found: Effect | NotIdentified,
    panel: pd.DataFrame,
    time: str,
    design: Design,
    again: Callable[[pd.DataFrame, Design], Effect | NotIdentified],
) -> Effect | NotIdentified:
    """The effect with, in `diagnostics["without_breaks"]`, what is found without known breaks."""
    if not design.breaks or isinstance(found, NotIdentified):
        return found
    kept = pd.Series(data=True, index=panel.index)
    for first, last in design.breaks:
        try:
            kept &= ~panel[time].between(first, last)
        except TypeError:
            raise ValueError(f"breaks: {first!r} cannot be compared with the times") from None
    other = again(panel[kept], replace(design, breaks=()))
    return replace(found, diagnostics={**found.diagnostics, "without_breaks": other})
