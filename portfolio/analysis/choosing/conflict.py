"""Why nothing fits: a set of conditions that cannot hold together, of which none can be spared.

Deletion filter: Chinneck, Dravnieks (1991), Locating minimal infeasible constraint sets in linear
programs, ORSA J. Computing 3:157-168. By blocks that get smaller, to ask less often. Where the
relaxation already has no solution it is asked first, which is fast.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from portfolio.analysis.choosing.model import Fact, Model
from portfolio.analysis.choosing.solving import INFEASIBLE, relax, solve

LONGEST_S = 10.0  # of one question to the solver: one that takes longer is taken for possible


def conflict(model: Model) -> tuple[Fact, ...]:
    """The conditions of a smallest set (not always the set of fewest) that leaves no programme.

    Empty where the model has a programme. Each one that is given up makes the others possible.
    """
    flat = Model(model.options, np.zeros(len(model.value)), model.rows)
    kept = list(range(len(flat.rows)))
    if _no_parts(flat):
        kept = _filtered(flat, kept, _no_parts)
    elif not _nothing(flat):
        return ()
    kept = _filtered(flat, kept, _nothing)  # whole projects may need still fewer
    return tuple(flat.rows[number].fact for number in kept)


def _no_parts(model: Model) -> bool:
    return len(model.value) > 0 and relax(model) is None


def _nothing(model: Model) -> bool:
    return solve(model, time_limit_s=LONGEST_S).status == INFEASIBLE


def _filtered(model: Model, kept: list[int], impossible: Callable[[Model], bool]) -> list[int]:
    everything, size = set(range(len(model.rows))), len(kept)
    while size > 1:
        size = (size + 1) // 2
        for block in [kept[at : at + size] for at in range(0, len(kept), size)]:
            fewer = [number for number in kept if number not in block]
            if impossible(model.without(everything - set(fewer))):
                kept = fewer
    return kept
