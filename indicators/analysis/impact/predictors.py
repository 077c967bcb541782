"""Predictors of a synthetic control, read from the panel."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from indicators.analysis.impact.noise import Array


def predictor_table(
    panel: pd.DataFrame,
    columns: tuple[str, str],
    start: Any,
    covariates: Iterable[str],
    special: Mapping[str, Any] | None,
) -> pd.DataFrame | None:
    """Units by predictors; None where none is asked. `columns`: names of unit and time.

    `covariates`: columns, averaged over the times before `start`. `special`: name → a time, or
    times to average, of the column of that name; or name → (column, time or times).
    """
    unit, time = columns
    past = panel[panel[time] < start]
    told: dict[str, pd.Series[float]] = {}
    for column in covariates:
        _check("covariates", panel, column)
        told[column] = past.groupby(unit)[column].mean()
    for name, asked in (special or {}).items():
        column, times = _asked(panel, name, asked)
        chosen = panel[panel[time].isin(times)]
        if chosen.empty or max(times) >= start:
            raise ValueError(f"special: {name!r} wants times of the panel before the start")
        told[f"{name} {times[0]}" if name in told else name] = chosen.groupby(unit)[column].mean()
    return pd.DataFrame(told) if told else None


def _asked(panel: pd.DataFrame, name: str, asked: Any) -> tuple[str, list[Any]]:
    if isinstance(asked, tuple) and len(asked) == 2 and asked[0] in panel.columns:
        return str(asked[0]), _times(asked[1])
    _check("special", panel, name)
    return name, _times(asked)


def _times(asked: Any) -> list[Any]:
    return list(asked) if isinstance(asked, list | tuple | range | np.ndarray) else [asked]


def _check(field: str, panel: pd.DataFrame, column: str) -> None:
    if column not in panel.columns:
        raise ValueError(f"{field}: the panel has no column {column!r}")


def matrix(table: pd.DataFrame, order: list[Hashable]) -> tuple[Array, list[Hashable]]:
    """Predictors (units, predictors) in this order, and the units that lack one (left out)."""
    rows = table.reindex(order)
    without = rows.isna().any(axis=1).to_numpy()
    lacking = [unit for unit, lacks in zip(order, without, strict=True) if lacks]
    return rows.to_numpy(dtype=float)[~without], lacking
