"""The programme as rows of a mixed integer model: low ≤ A x ≤ high, x an option taken or not."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from portfolio.analysis.choosing.conditions import Constraints, Equity
from portfolio.analysis.choosing.options import Floats, Options, Places

ENVELOPE, CAPACITY, MINIMUM, CLIMATE, FLOOR, EQUITY = (
    "ENVELOPE", "CAPACITY", "MINIMUM", "CLIMATE", "FLOOR", "EQUITY",
)  # fmt: skip
MANDATORY, STARTED, EXCLUDED = "MANDATORY", "STARTED", "EXCLUDED"
PREREQUISITE, EXCLUSIVE, ONE_OPTION = "PREREQUISITE", "EXCLUSIVE", "ONE_OPTION"
NO_LIMIT = np.inf
LARGEST = 2.0**13  # of a row: the solver's tolerance of 1e-6 is then about 1e-10 of it


@dataclass(frozen=True)
class Fact:
    """Which condition: a code of this module, and what a sentence about it needs."""

    code: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One condition: `weights` (n of the places), `low` and `high` in its own unit."""

    fact: Fact
    places: Places
    weights: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Model:
    """`rows`: the conditions that have a name; the options of one candidate exclude each other."""

    options: Options
    value: Floats
    rows: tuple[Row, ...]

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """(rows + candidates with several options, options), in the conditions' own units."""
        named = [(row.places, row.weights) for row in self.rows]
        several = [(places, np.ones(len(places))) for places in self._several]
        both = named + several
        starts = np.cumsum([0, *(len(places) for places, _ in both)])
        columns = np.concatenate([p for p, _ in both]) if both else np.empty(0, dtype=np.intp)
        weights = np.concatenate([w for _, w in both]) if both else np.empty(0)
        return sparse.csr_array((weights, columns, starts), shape=(len(both), len(self.value)))

    @property
    def low(self) -> Floats:
        return np.array([*(row.low for row in self.rows), *(-NO_LIMIT for _ in self._several)])

    @property
    def high(self) -> Floats:
        return np.array([*(row.high for row in self.rows), *(1.0 for _ in self._several)])

    @cached_property
    def _several(self) -> list[Places]:
        return [places for places in self.options.groups if len(places) > 1]

    @cached_property
    def scale(self) -> Floats:
        """(rows,): a power of two for each, so that its largest weight is about `LARGEST`."""
        largest = np.zeros(self.matrix.shape[0])
        rows = np.repeat(np.arange(len(largest)), np.diff(self.matrix.indptr))
        np.maximum.at(largest, rows, np.abs(self.matrix.data))
        return np.exp2(np.floor(np.log2(LARGEST / np.where(largest > 0, largest, LARGEST))))

    def scaled(self, share: float) -> Model:
        """With every envelope multiplied by `share`."""
        rows = tuple(_times(row, share) if row.fact.code == ENVELOPE else row for row in self.rows)
        return Model(self.options, self.value, rows)

    def widened(self, number: int, more: float) -> Model:
        """With the limit of one row raised."""
        row = self.rows[number]
        wider = Row(row.fact, row.places, row.weights, row.low, row.high + more)
        return Model(
            self.options, self.value, (*self.rows[:number], wider, *self.rows[number + 1 :])
        )

    def without(self, left_out: Iterable[int]) -> Model:
        """Without the rows of these numbers."""
        gone = set(left_out)
        kept = tuple(row for number, row in enumerate(self.rows) if number not in gone)
        return Model(self.options, self.value, kept)

    def adding(self, *rows: Row) -> Model:
        return Model(self.options, self.value, self.rows + rows)


def _times(row: Row, share: float) -> Row:
    facts = {**row.fact.facts, "limit": row.high * share}
    return Row(Fact(row.fact.code, facts), row.places, row.weights, row.low, row.high * share)


def build(
    options: Options,
    *,
    envelopes: pd.Series | pd.DataFrame,
    constraints: Constraints,
    objective: str | pd.Series,
) -> Model:
    """The model of a question. Raises ValueError naming the field that is wrong."""
    rows = [
        *_envelopes(options, envelopes),
        *_chosen(options, constraints),
        *_tied(options, constraints),
        *_limits(options, constraints),
    ]
    return Model(options, _objective(options, objective), tuple(rows))


def _objective(options: Options, objective: str | pd.Series) -> Floats:
    """A column; a value for each candidate or option; or the weights of several columns."""
    if isinstance(objective, str):
        return options.figure(objective, "objective")
    if len(objective) and set(objective.index) <= set(options.table.columns):
        weighted = [options.figure(name, "objective") * w for name, w in objective.items()]
        total: Floats = np.sum(weighted, axis=0)
        return total
    by_option = objective.index.nlevels == options.table.index.nlevels
    wanted = options.table.index if by_option else options.table.index.get_level_values(0)
    values: Floats = objective.reindex(wanted).to_numpy(float)
    if not np.isfinite(values).all():
        unknown = options.table.index[~np.isfinite(values)][0]
        raise ValueError(f"objective: not known of {unknown!r}")
    return values


def bounded(fact: Fact, weights: Floats, *, low: float = -NO_LIMIT, high: float = NO_LIMIT) -> Row:
    """A row of the weights that are not 0."""
    places = np.flatnonzero(weights)
    return Row(fact, places, weights[places], low, high)


def _envelopes(options: Options, envelopes: pd.Series | pd.DataFrame) -> list[Row]:
    if isinstance(envelopes, pd.DataFrame):
        return _by_group(options, envelopes.T, "fund", ENVELOPE)
    return _ceilings(options, envelopes, ENVELOPE)


def _ceilings(options: Options, limits: pd.Series, code: str) -> list[Row]:
    field = "envelopes" if code == ENVELOPE else "climate"
    rows = []
    for name, limit in limits.items():
        if np.isnan(limit):
            raise ValueError(f"{field}.{name}: the limit is not known")
        fact = Fact(code, {"figure": name, "limit": float(limit)})
        rows.append(bounded(fact, options.figure(name, field), high=float(limit)))
    return rows


def _floors(options: Options, limits: pd.Series) -> list[Row]:
    rows = []
    for name, limit in limits.items():
        if np.isnan(limit):
            raise ValueError(f"floors.{name}: the limit is not known")
        fact = Fact(FLOOR, {"figure": name, "limit": float(limit)})
        rows.append(bounded(fact, options.figure(name, "floors"), low=float(limit)))
    return rows


def _by_group(options: Options, limits: pd.DataFrame, column: str, code: str) -> list[Row]:
    """A row for each group (rows of `limits`) and figure (columns) whose limit is a number."""
    field = {ENVELOPE: "envelopes", CAPACITY: "capacity", MINIMUM: "minimum"}[code]
    labels = options.labels(column, field)
    rows = []
    for name in limits.columns:
        figure = options.figure(name, field)
        for group, limit in limits[name].dropna().items():
            fact = Fact(code, {column: group, "figure": name, "limit": float(limit)})
            weights = np.where(labels == group, figure, 0.0)
            bound = {"low" if code == MINIMUM else "high": float(limit)}
            rows.append(bounded(fact, weights, **bound))
    return rows


def _chosen(options: Options, constraints: Constraints) -> list[Row]:
    """What must be in and what must not."""
    rows = []
    for code, names in (
        (MANDATORY, constraints.mandatory),
        (STARTED, constraints.started),
        (EXCLUDED, constraints.excluded),
    ):
        for name in sorted(names, key=str):
            places = options.places(name, code.lower())
            places = places[:1] if code == STARTED else places
            low, high = (-NO_LIMIT, 0.0) if code == EXCLUDED else (1.0, NO_LIMIT)
            rows.append(
                Row(Fact(code, {"candidate": name}), places, np.ones(len(places)), low, high)
            )
    return rows


def _tied(options: Options, constraints: Constraints) -> list[Row]:
    rows = []
    for name, needed in constraints.prerequisites:
        rows += _prerequisite(options, name, needed)
    for number, names in enumerate(constraints.exclusive):
        together = [options.places(name, "exclusive") for name in sorted(names, key=str)]
        if together:
            places = np.concatenate(together)
            fact = Fact(EXCLUSIVE, {"number": number, "candidates": tuple(sorted(names, key=str))})
            rows.append(Row(fact, places, np.ones(len(places)), -NO_LIMIT, 1.0))
    return rows


def _prerequisite(options: Options, name: Hashable, needed: Hashable) -> list[Row]:
    """Taken by some year only where the one needed is, by the same year."""
    own, other = (options.places(which, "prerequisites") for which in (name, needed))
    years: list[float | None] = [None]
    if "start" in options.table.columns:
        start = options.figure("start", "prerequisites")
        years = [float(year) for year in np.unique(start[own])]
    rows = []
    for year in years:
        mine = own if year is None else own[start[own] <= year]
        theirs = other if year is None else other[start[other] <= year]
        weights = np.concatenate([np.ones(len(mine)), -np.ones(len(theirs))])
        fact = Fact(PREREQUISITE, {"candidate": name, "needs": needed, "start": year})
        rows.append(Row(fact, np.concatenate([mine, theirs]), weights, -NO_LIMIT, 0.0))
    return rows


def _limits(options: Options, constraints: Constraints) -> list[Row]:
    rows = []
    if constraints.capacity is not None:
        rows += _by_group(options, constraints.capacity, "department", CAPACITY)
    if constraints.minimum is not None:
        rows += _by_group(options, constraints.minimum, "policy", MINIMUM)
    if constraints.climate is not None:
        rows += _ceilings(options, constraints.climate, CLIMATE)
    if constraints.floors is not None:
        rows += _floors(options, constraints.floors)
    for equity in constraints.equity:
        rows += _equity(options, equity)
    return rows


def _equity(options: Options, equity: Equity) -> list[Row]:
    """Amounts per inhabitant of the commune against `least` times those of all."""
    figure = options.figure(equity.figure, "equity.figure")
    overall = figure / float(equity.inhabitants.sum())
    rows = []
    for commune, inhabitants in equity.inhabitants.items():
        own = figure * _part(options, equity, commune) / float(inhabitants)
        for bound, factor in (("least", equity.least), ("most", equity.most)):
            if factor is None or (bound == "least" and not factor):
                continue
            fact = Fact(EQUITY, {"commune": commune, "figure": equity.figure, bound: factor})
            limit = {"low" if bound == "least" else "high": 0.0}
            rows.append(bounded(fact, own - factor * overall, **limit))
    return rows


def _part(options: Options, equity: Equity, commune: Hashable) -> Floats:
    if equity.shares is None:
        return np.asarray(options.labels("commune", "equity") == commune, dtype=float)
    if commune not in equity.shares.columns:
        raise ValueError(f"equity.shares: no column {commune!r}")
    own = equity.shares[commune].reindex(options.table.index.get_level_values(0))
    if own.isna().any():
        raise ValueError(f"equity.shares: not known of {own.index[own.isna()][0]!r}")
    return own.to_numpy(float)
