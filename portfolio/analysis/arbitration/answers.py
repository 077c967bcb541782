"""What a scenario yields, as plain values: the programme and where its money goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import scipy

from portfolio.analysis.arbitration import Frozen
from portfolio.analysis.arbitration.question import AP, Moves, Question, option_parts, question
from portfolio.analysis.choosing.model import Fact
from portfolio.analysis.choosing.results import Selection
from portfolio.analysis.selection import select
from portfolio.results import Unknown

LONGEST_S = 10.0  # of one answer on a screen; what is not proven by then says its gap
GAP = 1e-3
SOLVER = f"HiGHS of SciPy {scipy.__version__}"
SEED = 0  # of the solver: the same input gives the same answer
Outcome = dict[str, Any]


def answer(
    frozen: Frozen,
    moves: Moves | None = None,
    *,
    time_limit_s: float = LONGEST_S,
    gap: float = GAP,
) -> Outcome:
    """Solve the frozen inputs, what is tried included. Raises ValueError where nothing can be weighed."""
    asked = question(frozen, moves)
    found = select(**asked.asked, time_limit_s=time_limit_s, gap=gap)
    return told(frozen, asked, found)


def told(frozen: Frozen, asked: Question, found: Selection) -> Outcome:
    """`status`, `value`, `gap` (None where there is no programme), `chosen` with their option and
    figures, `left`, `spent` and `limits` by figure, `after` (payments after the last year),
    `territories` and `policies` (authorisations), `conflict`."""
    chosen = [_chosen(asked, name, option) for name, option in found.options.items()]
    names = [one["id"] for one in frozen["candidates"]]
    taken = {one["id"] for one in chosen}
    return {
        "status": found.status,
        "value": plain(found.value),
        "gap": plain(found.gap),
        "chosen": chosen,
        "left": [name for name in names if name not in taken],
        "spent": _spent(asked, chosen),
        "limits": {str(name): float(limit) for name, limit in asked.envelopes.items()},
        "after": sum(one["cp"].get(year, 0.0) for one in chosen for year in asked.tail),
        "territories": territories(frozen, chosen),
        "policies": _policies(frozen, chosen),
        "conflict": [fact(one) for one in found.conflict],
    }


def plain(value: float | Unknown) -> float | None:
    return None if isinstance(value, Unknown) else float(value)


def fact(found: Fact) -> dict[str, Any]:
    """A condition in plain values."""
    return {"code": found.code, **{key: _plain(value) for key, value in found.facts.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | frozenset | list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float) or value is None else str(value)


def _chosen(asked: Question, name: Any, option: Any) -> dict[str, Any]:
    row = asked.options.loc[(name, option)]
    variant, delay = option_parts(option)
    return {
        "id": str(name),
        "variant": variant,
        "delay": delay,
        "value": float(row["value"]),
        "ap": float(row[AP]),
        "lost": float(row["lost"]),
        "cp": {year: float(row[year]) for year in (*asked.years, *asked.tail) if row[year]},
    }


def _spent(asked: Question, chosen: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Of every figure, limited or not."""
    kept = list(chosen)
    by_year = {year: sum(one["cp"].get(year, 0.0) for one in kept) for year in asked.years}
    return {AP: sum(one["ap"] for one in kept), **by_year}


def territories(frozen: Frozen, chosen: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Authorisations by commune; under "" those of projects whose place is not known."""
    places = {one["id"]: one["communes"] for one in frozen["candidates"]}
    sums: dict[str, float] = {}
    for one in chosen:
        for code, share in (places[one["id"]] or {"": 1.0}).items():
            sums[code] = sums.get(code, 0.0) + one["ap"] * share
    return sums


def _policies(frozen: Frozen, chosen: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Authorisations by public policy; under "" those of projects without one."""
    of = {one["id"]: one["policy"] for one in frozen["candidates"]}
    sums: dict[str, float] = {}
    for one in chosen:
        sums[of[one["id"]]] = sums.get(of[one["id"]], 0.0) + one["ap"]
    return sums
