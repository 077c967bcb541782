"""Solving a model with HiGHS: the integer optimum with its proven gap, and the relaxation with prices.

Huangfu, Hall (2018), Parallelizing the dual revised simplex method, Math. Prog. Comp. 10, for HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from portfolio.analysis.choosing.model import Model
from portfolio.analysis.choosing.options import Floats, Places

OPTIMAL, TIME_LIMIT, INFEASIBLE, NO_ANSWER = "OPTIMAL", "TIME_LIMIT", "INFEASIBLE", "NO_ANSWER"
GAP = 1e-3  # at which a large programme stops (METHODS.md)
EXACT_UP_TO = 250  # options: such a programme is solved to the end
TOP = 1e3  # the largest value of an option, for the solver
ROUNDING = 1e-12  # relative: two ways of adding the same figures
TRIES = 3  # to bring back what the solver's tolerances let through


@dataclass(frozen=True)
class Solved:
    """`taken`: the places of the options taken; `bound`: no programme is worth more.

    `status`: OPTIMAL (within the gap asked for), TIME_LIMIT (the best found by then), INFEASIBLE or
    NO_ANSWER (none found by then): the last two hold nothing.
    """

    status: str
    taken: Places
    value: float
    bound: float

    @property
    def found(self) -> bool:
        return self.status in {OPTIMAL, TIME_LIMIT}

    @property
    def gap(self) -> float:
        """(bound − value) / |value|, never below 0."""
        missing = abs(self.bound - self.value)
        return missing / abs(self.value) if missing and self.value else missing


@dataclass(frozen=True)
class Relaxed:
    """Where parts of a project may be bought: `prices` (rows of the model): value of one more unit."""

    parts: Floats
    value: float
    prices: Floats


def gap_for(model: Model, gap: float | None) -> float:
    """What is asked for, else 0 for few options and 0.1 % for many."""
    if gap is not None:
        return gap
    return 0.0 if len(model.value) <= EXACT_UP_TO else GAP


def solve(model: Model, *, time_limit_s: float = 60.0, gap: float | None = None) -> Solved:
    """The best programme of a model. HiGHS is deterministic: the same input, the same answer."""
    if not len(model.value):
        return _of_nothing(model)
    first = _asked(model, np.zeros(len(model.scale)), time_limit_s, gap_for(model, gap))
    answer, margin = first, np.zeros(len(model.scale))
    for _ in range(TRIES):
        over = _over(model, answer.taken) if answer.found else margin * 0
        if not over.any():
            break
        margin += 2 * over
        answer = _asked(model, margin, time_limit_s, gap_for(model, gap))
    return Solved(answer.status, answer.taken, answer.value, max(first.bound, answer.value))


def _asked(model: Model, margin: Floats, time_limit_s: float, gap: float) -> Solved:
    """One question to HiGHS; `margin` (rows) narrows what its tolerances had let through."""
    unit, scale = _unit(model), model.scale
    rows = sparse.diags_array(scale) @ model.matrix
    low, high = (model.low + margin) * scale, (model.high - margin) * scale
    answer: Any = milp(
        -model.value * unit,
        integrality=np.ones(len(model.value), dtype=np.int8),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(rows, low, high)] if len(scale) else [],
        options={"time_limit": time_limit_s, "mip_rel_gap": gap},
    )
    if answer.x is None:
        return _empty(INFEASIBLE if "infeasible" in answer.message.lower() else NO_ANSWER)
    taken = np.flatnonzero(np.round(answer.x) == 1)
    value = float(model.value[taken].sum())
    bound = -float(answer.mip_dual_bound) / unit
    return Solved(OPTIMAL if answer.status == 0 else TIME_LIMIT, taken, value, bound)


def _empty(status: str) -> Solved:
    return Solved(status, np.empty(0, dtype=np.intp), 0.0, np.inf)


def _of_nothing(model: Model) -> Solved:
    possible = not (model.low > 0).any() and not (model.high < 0).any()
    return Solved(OPTIMAL, np.empty(0, dtype=np.intp), 0.0, 0.0) if possible else _empty(INFEASIBLE)


def _unit(model: Model) -> float:
    """What values are multiplied by: HiGHS also stops at a gap of 1e-6 in absolute terms."""
    largest = float(np.abs(model.value).max(initial=0.0))
    return TOP / largest if largest else 1.0


def _over(model: Model, taken: Places) -> Floats:
    """(rows,): by how much a choice breaks each, reckoned again from the figures; 0 if it holds."""
    chosen = np.zeros(len(model.value))
    chosen[taken] = 1.0
    reached = model.matrix @ chosen
    over: Floats = np.maximum(reached - model.high, model.low - reached)
    return np.where(over > ROUNDING * (abs(model.matrix) @ chosen), over, 0.0)


def broken(model: Model, taken: Places) -> list[int]:
    """The numbers of the rows that a choice does not respect."""
    return [int(number) for number in np.flatnonzero(_over(model, taken))]


def relax(model: Model) -> Relaxed | None:
    """The relaxation (x between 0 and 1) and its dual values; None where it has no solution."""
    unit, scale = _unit(model), model.scale
    rows = sparse.diags_array(scale) @ model.matrix
    upper, lower = np.isfinite(model.high), np.isfinite(model.low)
    answer: Any = linprog(
        -model.value * unit,
        A_ub=sparse.vstack([rows[upper], -rows[lower]]) if len(scale) else None,
        b_ub=np.concatenate([(model.high * scale)[upper], -(model.low * scale)[lower]])
        if len(scale) else None,
        bounds=(0, 1),
        method="highs",
    )  # fmt: skip
    if answer.status != 0:
        return None
    marginals = -np.asarray(answer.ineqlin.marginals) if len(scale) else np.empty(0)
    prices = np.zeros(len(scale))
    prices[upper] += marginals[: upper.sum()]
    prices[lower] -= marginals[upper.sum() :]
    return Relaxed(np.asarray(answer.x), float(-answer.fun / unit), prices * scale / unit)
