"""Programmes beside the best one, and two programmes side by side."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio.analysis.choosing.model import NO_LIMIT, Fact, Model, Row
from portfolio.analysis.choosing.options import Places
from portfolio.analysis.choosing.results import Selection, envelope_rows, named
from portfolio.analysis.choosing.solving import solve
from portfolio.results import Unknown

ANOTHER = "ANOTHER"  # a condition: not the same set of candidates again


@dataclass(frozen=True)
class Alternatives:
    """`selections`: the programmes nearly as good, best first; what all of them (the best one
    included) share, and what some hold."""

    selections: tuple[Selection, ...]
    shared: frozenset[Hashable]
    sometimes: frozenset[Hashable]


@dataclass(frozen=True)
class Comparison:
    """From one programme to another: who comes, who goes, whose option moves (before, after).

    `value`: the other's less the one's. `spent`: by envelope, the same difference. `territories`:
    by commune, the difference in the first envelope; Unknown without a column `commune`.
    """

    comes: tuple[Hashable, ...]
    goes: tuple[Hashable, ...]
    moves: Mapping[Hashable, tuple[Hashable, Hashable]]
    value: float | Unknown
    spent: pd.Series
    territories: pd.Series | Unknown


def alternatives(selection: Selection, *, count: int = 5, within: float = 0.02) -> Alternatives:
    """Other sets of candidates worth at least 1 − `within` of the best, by cuts that forbid a set.

    Balas, Jeroslow (1972), Canonical cuts on the unit hypercube, SIAM J. Appl. Math. 23:61-69. Each
    differs from every other by a candidate, not by an option alone. At most `count` of them.
    """
    if not selection.solved.found:
        raise ValueError("selection: there is no programme")
    worth = selection.solved.value
    least = worth - within * abs(worth)
    model, taken = selection.model, selection.solved.taken
    found: list[Selection] = []
    while len(found) < count:
        model = model.adding(_another(model, taken))
        solved = solve(model, time_limit_s=selection.time_limit_s, gap=selection.asked_gap)
        if not solved.found or solved.value < least:
            break
        found.append(named(selection.model, solved, selection.time_limit_s, selection.asked_gap))
        taken = solved.taken
    sets = [frozenset(each.chosen) for each in (selection, *found)]
    shared = frozenset.intersection(*sets)
    return Alternatives(tuple(found), shared, frozenset.union(*sets) - shared)


def _another(model: Model, taken: Places) -> Row:
    """Σ (taken) − Σ (not taken) ≤ how many were taken − 1."""
    of = model.options.of
    inside = np.isin(of, of[taken])
    weights = np.where(inside, 1.0, -1.0)
    return Row(Fact(ANOTHER, {}), np.arange(len(of)), weights, -NO_LIMIT, len(taken) - 1.0)


def compare(one: Selection, other: Selection) -> Comparison:
    """Two programmes, of the same candidates or not, with the same envelopes."""
    moves = {
        name: (option, other.options[name])
        for name, option in one.options.items()
        if name in other.options and other.options[name] != option
    }
    known = not isinstance(one.value, Unknown) and not isinstance(other.value, Unknown)
    return Comparison(
        comes=tuple(name for name in other.chosen if name not in one.options),
        goes=tuple(name for name in one.chosen if name not in other.options),
        moves=moves,
        value=other.solved.value - one.solved.value if known else Unknown("NO_PROGRAMME"),
        spent=other.spent.sub(one.spent, fill_value=0.0),
        territories=_territories(one, other),
    )


def _territories(one: Selection, other: Selection) -> pd.Series | Unknown:
    sums = [_by_commune(selection) for selection in (one, other)]
    if any(each is None for each in sums):
        return Unknown("NO_COMMUNE")
    return sums[1].sub(sums[0], fill_value=0.0)  # type: ignore[union-attr]


def _by_commune(selection: Selection) -> pd.Series | None:
    table = selection.model.options.table
    if "commune" not in table.columns or not envelope_rows(selection.model):
        return None
    row = selection.model.rows[envelope_rows(selection.model)[0]]
    amounts = np.zeros(len(table))
    amounts[row.places] = row.weights
    taken = selection.solved.taken
    return pd.Series(amounts[taken]).groupby(table["commune"].to_numpy()[taken]).sum()
