"""ELECTRE I: one project outranks another where enough weight agrees and nothing speaks too strongly
against it. What is left is a core of projects, not an order.

Roy (1968), RIRO 2(8):57-75; discordance relative to the widest range, as Cebrián and Porcar (2009),
Revista de Métodos Cuantitativos 7:31-56.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.inputs import Floats, shares_of, signs_of, whole_table_of


@dataclass(frozen=True)
class Outranking:
    """Projects × projects, NaN on the diagonal. `concordance`: weight of the criteria on which the row
    is at least as good as the column. `discordance`: the worst disadvantage of the row, as a share of
    the widest range of all criteria. `outranks`: both within their thresholds. `core`: projects that
    no other outside their own circle outranks into place (the kernel)."""

    concordance: pd.DataFrame
    discordance: pd.DataFrame
    outranks: pd.DataFrame
    core: tuple[object, ...]


def electre(
    scores: pd.DataFrame,
    weights: pd.Series,
    directions: pd.Series,
    *,
    concordance: float = 0.65,
    discordance: float = 0.35,
) -> Outranking:
    """Scores must be on scales that can be compared: values of 0..100, or shares of their sum.

    ValueError: `scores` (a missing one too), `weights`, `directions`, `concordance`, `discordance`.
    """
    for name, level in (("concordance", concordance), ("discordance", discordance)):
        if not 0 <= level <= 1:
            raise ValueError(f"{name}: not within 0 and 1")
    table = whole_table_of(scores) * signs_of(directions, scores.columns)
    shares = shares_of(weights, scores.columns)
    behind = table[None, :, :] - table[:, None, :]  # row, column: what the column has more
    agree = ((behind <= 0) * shares).sum(axis=2)
    widest = float(np.ptp(table, axis=0).max())
    against = np.maximum(behind, 0).max(axis=2) / (widest or 1.0)
    outranks = (agree >= concordance - 1e-12) & (against <= discordance + 1e-12)
    np.fill_diagonal(outranks, val=False)
    core = tuple(scores.index[place] for place in _kernel(outranks))
    return Outranking(
        _square(agree, scores.index), _square(against, scores.index),
        pd.DataFrame(outranks, scores.index, scores.index), core,
    )  # fmt: skip


def _square(table: Floats, names: pd.Index) -> pd.DataFrame:
    told = table.copy()
    np.fill_diagonal(told, np.nan)
    return pd.DataFrame(told, names, names)


def _kernel(outranks: np.ndarray) -> list[int]:
    """Of the graph whose circles are drawn together: those that nobody of the kernel outranks."""
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - heavy, rarely needed

    count, label = connected_components(outranks, directed=True, connection="strong")
    above = np.zeros((count, count), bool)
    rows, columns = np.nonzero(outranks)
    above[label[rows], label[columns]] = True
    np.fill_diagonal(above, val=False)
    inside: dict[int, bool] = {}
    while len(inside) < count:
        for one in range(count):
            over = np.flatnonzero(above[:, one])
            if one not in inside and all(int(other) in inside for other in over):
                inside[one] = not any(inside[int(other)] for other in over)
    return [place for place in range(len(label)) if inside[int(label[place])]]
