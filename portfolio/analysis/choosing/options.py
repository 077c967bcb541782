"""The candidates as options: one row for each way of doing a project, of which one at most is taken."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from portfolio.analysis.choosing.conditions import UNIT

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Options:
    """`table`: (n options, figures), indexed by candidate or by (candidate, option)."""

    table: pd.DataFrame

    def __post_init__(self) -> None:
        if self.table.index.nlevels > 2:
            raise ValueError("candidates: the index is a candidate, or a candidate and an option")
        if not self.table.index.is_unique:
            raise ValueError("candidates: the same candidate (or option) is there twice")
        if not self.table.columns.is_unique:
            raise ValueError("candidates: two columns have the same name")

    @cached_property
    def _coded(self) -> tuple[Places, pd.Index]:
        codes, names = pd.factorize(self.table.index.get_level_values(0))
        return codes.astype(np.intp), pd.Index(names)

    @property
    def of(self) -> Places:
        """(n options,): the number of the candidate of each option."""
        return self._coded[0]

    @property
    def names(self) -> pd.Index:
        """The candidates, in the order of the table."""
        return self._coded[1]

    def number(self, candidate: Hashable, field: str) -> int:
        """Raises ValueError with the name of the field that speaks of an unknown candidate."""
        if candidate not in self.names:
            raise ValueError(f"{field}: {candidate!r} is no candidate")
        return int(self.names.get_indexer_for(pd.Index([candidate]))[0])

    def places(self, candidate: Hashable, field: str) -> Places:
        """The rows of the options of one candidate."""
        return self.groups[self.number(candidate, field)]

    @cached_property
    def groups(self) -> list[Places]:
        """The rows of the options of each candidate."""
        order = np.argsort(self.of, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.of))[:-1])

    def figure(self, name: Hashable, field: str) -> Floats:
        """(n options,) of one column. Raises ValueError where it is absent or holds an unknown."""
        if name not in self.table.columns:
            if name == UNIT:
                return np.ones(len(self.table))
            raise ValueError(f"{field}: the candidates have no column {name!r}")
        values: Floats = pd.to_numeric(self.table[name]).to_numpy(float, na_value=np.nan)
        if not np.isfinite(values).all():
            unknown = self.table.index[~np.isfinite(values)][0]
            raise ValueError(f"candidates.{name}: not known of {unknown!r}")
        return values

    def labels(self, column: str, field: str) -> pd.Series:
        """(n options,): the department, policy or fund of each option."""
        if column not in self.table.columns:
            raise ValueError(f"{field}: the candidates have no column {column!r}")
        return self.table[column].reset_index(drop=True)

    def option(self, place: int) -> Hashable:
        """The name of an option: its second level, or "" where each candidate has one way."""
        label = self.table.index[place]
        name: Hashable = label[1] if self.table.index.nlevels == 2 else ""
        return name


def with_starts(
    candidates: pd.DataFrame,
    *,
    years: Sequence[Hashable],
    shifts: int,
    discount: float = 0.0,
    value: str = "value",
) -> pd.DataFrame:
    """Each candidate as `shifts` + 1 options: its payments (columns `years`, in order) 0 to `shifts`
    years later, its value lowered by `discount` for each year lost.

    Adds the column `start` (the number of years lost). A candidate that has `subsidy` (net costs
    already count it) and `subsidy_shifts` (how many years it may wait) loses it beyond: its first
    year of payments then bears the subsidy. An option whose payments pass the last year is left
    out, the first excepted. Returns a table indexed by (candidate, option).
    """
    if shifts < 0:
        raise ValueError("shifts: a number of years, 0 or more")
    needed = [*years, value]
    needed += ["subsidy_shifts"] if "subsidy" in candidates.columns else []
    absent = [name for name in needed if name not in candidates.columns]
    if absent:
        raise ValueError(f"candidates: no column {absent[0]!r}")
    order = list(years)
    shifted = [
        _shifted(candidates, order, lost, (value, (1 - discount) ** lost))
        for lost in range(shifts + 1)
    ]
    table = pd.concat(shifted)
    first = candidates.index.get_indexer(table.index.get_level_values("candidate"))
    return table.iloc[np.argsort(first, kind="stable")]


def _shifted(
    candidates: pd.DataFrame, years: list[Hashable], lost: int, worth: tuple[str, float]
) -> pd.DataFrame:
    paid = candidates[pd.Index(years)].to_numpy(float)
    fits = (paid[:, len(years) - lost :] == 0).all(axis=1)
    later = np.zeros_like(paid)
    later[:, lost:] = paid[:, : len(years) - lost]
    if "subsidy" in candidates.columns:
        gone = candidates["subsidy_shifts"].to_numpy(float) < lost
        begun = np.argmax(later != 0, axis=1)
        later[np.arange(len(later)), begun] += np.where(gone, candidates["subsidy"], 0.0)
    table: pd.DataFrame = candidates.assign(start=lost)
    table[pd.Index(years)] = later
    value, factor = worth
    table[value] = candidates[value] * factor
    names = ["candidate", "option"]
    table.index = pd.MultiIndex.from_product([candidates.index, [lost]], names=names)
    kept: pd.DataFrame = table.loc[fits]
    return kept
