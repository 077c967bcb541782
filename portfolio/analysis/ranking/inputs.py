"""What every way of ranking asks of its inputs, said with the name of the field."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
UP, DOWN = "UP", "DOWN"


def table_of(scores: pd.DataFrame, field: str = "scores") -> Floats:
    """Projects × criteria as floats; NaN where a score is missing."""
    if scores.empty:
        raise ValueError(f"{field}: no project or no criterion")
    for axis, names in (("project", scores.index), ("criterion", scores.columns)):
        if names.has_duplicates:
            raise ValueError(f"{field}: a {axis} is there twice")
    try:
        table = scores.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{field}: not a number") from error
    if np.isinf(table).any():
        raise ValueError(f"{field}: infinite")
    return table


def whole_table_of(scores: pd.DataFrame, field: str = "scores") -> Floats:
    """The same, for ways that have no answer where a score is missing."""
    table = table_of(scores, field)
    if np.isnan(table).any():
        row, column = np.argwhere(np.isnan(table))[0]
        where = f"{scores.index[row]}, {scores.columns[column]}"
        raise ValueError(f"{field}: missing ({where}); give its bounds instead")
    return table


def aligned(named: pd.Series, criteria: Iterable[object], field: str) -> pd.Series:
    """Of one entry by criterion, in the order of the criteria."""
    criteria = list(criteria)
    if named.index.has_duplicates or set(named.index) != set(criteria):
        raise ValueError(f"{field}: not one for each criterion")
    return named.reindex(criteria)


def shares_of(weights: pd.Series, criteria: Iterable[object], field: str = "weights") -> Floats:
    """Weights in the order of the criteria, brought to a sum of 1."""
    try:
        values = aligned(weights, criteria, field).to_numpy(dtype=float, na_value=np.nan)
    except TypeError as error:
        raise ValueError(f"{field}: not a number") from error
    if not np.isfinite(values).all():
        raise ValueError(f"{field}: missing or infinite")
    if (values < 0).any() or values.sum() <= 0:
        raise ValueError(f"{field}: below zero, or all of them zero")
    return np.asarray(values / values.sum(), float)


def signs_of(directions: pd.Series, criteria: Iterable[object]) -> Floats:
    """1 where more is better, -1 where less is."""
    told = aligned(directions, criteria, "directions")
    if not told.isin([UP, DOWN]).all():
        raise ValueError(f"directions: neither {UP} nor {DOWN}")
    return np.where(told.to_numpy() == UP, 1.0, -1.0)


def ranks_of(values: Floats) -> npt.NDArray[np.int64]:
    """1 for the highest; equal values share the better rank."""
    ordered = np.sort(values)
    return np.asarray(len(values) - np.searchsorted(ordered, values, side="right") + 1, np.int64)
