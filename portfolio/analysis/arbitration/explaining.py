"""Why each project is in or out, what money buys, what else would do nearly as well: each answer is a
programme solved again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from portfolio.analysis.arbitration import Frozen
from portfolio.analysis.arbitration.answers import GAP, fact, plain
from portfolio.analysis.arbitration.question import Question, question
from portfolio.analysis.choosing.neighbours import alternatives
from portfolio.analysis.choosing.reasons import Entry
from portfolio.analysis.choosing.results import Selection, sensitivity
from portfolio.analysis.selection import frontier, select
from portfolio.results import Unknown

EACH_S = 1.5  # of one programme solved again
POINTS = 15  # of the frontier of whole projects
RELAXED_POINTS = 25
OTHERS, WITHIN = 5, 0.02
Told = dict[str, Any]
Step = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Solved:
    """A scenario solved once, from which everything is explained."""

    frozen: Frozen
    asked: Question
    found: Selection


def solved(frozen: Frozen, *, time_limit_s: float = EACH_S) -> Solved:
    """The same programme as `answers.answer`; what is solved again has `time_limit_s` each."""
    asked = question(frozen)
    found = select(**asked.asked, time_limit_s=10 * time_limit_s, gap=GAP)
    return Solved(frozen, asked, replace(found, time_limit_s=time_limit_s))


def explain(frozen: Frozen, *, step: Step = lambda _done, _total: None) -> Told:
    """Everything at once. `step` is told how far it is: one step a project, then three."""
    one = solved(frozen)
    total = len(frozen["candidates"]) + 3
    reasons: dict[str, Told] = {}
    for done, candidate in enumerate(frozen["candidates"]):
        step(done, total)
        reasons[candidate["id"]] = why(one, candidate["id"])
    step(total - 3, total)
    money = prices(one)
    step(total - 2, total)
    others = neighbours(one)
    step(total - 1, total)
    return {"why": reasons, "prices": money, **others, "frontier": budgets(one.asked)}


def why(one: Solved, candidate: str, *, entry: bool = False) -> Told:
    """`code`, `binding` (conditions), `difference` of value with the opposite decision; `comes` and
    `goes`: what the opposite decision moves; `enters` (where it is asked for, which takes several
    programmes): the share of the envelopes from which the project is in, with what they then are."""
    reason = one.found.why[candidate] if entry else one.found.why.brief(candidate)
    before, after = set(one.found.chosen), set(reason.opposite)
    is_known = not isinstance(reason.difference, Unknown)
    return {
        "chosen": reason.chosen,
        "code": reason.code,
        "binding": [fact(found) for found in reason.binding],
        "difference": plain(reason.difference),
        "comes": sorted(str(name) for name in after - before - {candidate}) if is_known else [],
        "goes": sorted(str(name) for name in before - after - {candidate}) if is_known else [],
        "enters": _entry(reason.enters_at),
    }


def _entry(entry: Entry | Unknown) -> Told:
    if isinstance(entry, Unknown):
        return {"reason": entry.reason}
    limits = {str(one["figure"]): float(one["limit"]) for one in entry.envelopes}
    return {"share": entry.share, "limits": limits, "verified": entry.verified}


def prices(one: Solved) -> list[Told]:
    """Of each envelope: the price of the relaxation beside a programme solved again with 1 % more."""
    if not one.found.solved.found or one.asked.envelopes.empty:
        return []
    table = sensitivity(one.found)
    return [
        {"figure": str(name), **{str(key): float(value) for key, value in row.items()}}
        for name, row in table.iterrows()
    ]


def neighbours(one: Solved) -> Told:
    """Programmes nearly as good: who comes and goes, what all of them share."""
    if not one.found.solved.found:
        return {"alternatives": [], "shared": [], "sometimes": []}
    others = alternatives(one.found, count=OTHERS, within=WITHIN)
    base = set(one.found.chosen)
    return {
        "alternatives": [
            {
                "value": plain(other.value),
                "ap": float(other.spent.iloc[0]) if len(other.spent) else None,
                "comes": [str(name) for name in other.chosen if name not in base],
                "goes": [str(name) for name in one.found.chosen if name not in other.options],
            }
            for other in others.selections
        ],
        "shared": sorted(str(name) for name in others.shared),
        "sometimes": sorted(str(name) for name in others.sometimes),
    }


def budgets(asked: Question) -> Told:
    """Value against budget, every envelope from a tenth to one and a half times itself: of whole
    projects, and of the relaxation."""
    if asked.envelopes.empty:
        return {"whole": [], "relaxed": []}
    whole = frontier(**asked.asked, points=POINTS)
    relaxed = frontier(**asked.asked, points=RELAXED_POINTS, relaxed=True)
    return {"whole": _points(whole), "relaxed": _points(relaxed)}


def _points(table: pd.DataFrame) -> list[Told]:
    """NaN becomes None: JSON has no other word for what is not there."""
    kept = [name for name in ("share", "budget", "value", "status", "gap") if name in table.columns]
    rows = table[kept].astype(object).where(table[kept].notna(), None)
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
