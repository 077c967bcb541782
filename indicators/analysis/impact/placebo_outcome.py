"""An outcome that the project cannot move (rule of honesty 4): what the same design finds on it.

An effect found there too says that something else moves the zone, so that neither is the project's.
"""

from __future__ import annotations

from dataclasses import replace

from indicators.analysis.impact.grading import RULES, weaker
from indicators.analysis.impact.results import LIKELY, SHOWN, Effect, NotIdentified

# One check more that failed: a grade less.
NEXT = {"A": "B", "B": "C"}
CAPPED = {"A": "C", "B": "C"}


def confronted(effect: Effect, other: Effect | NotIdentified) -> Effect:
    """The effect, with the answer on the other outcome in `diagnostics["placebo_outcome"]`.

    Shown there: at most likely here, and no grade above C. Likely there: one check failed, so a
    grade less. What cannot be judged there changes nothing. Without the known breaks, the same.
    """
    verdict, grade, told = effect.verdict, effect.grade, dict(effect.diagnostics)
    if other.verdict == SHOWN:
        verdict, grade = weaker(verdict, LIKELY), CAPPED.get(grade, grade)
    elif other.verdict == LIKELY:
        grade = NEXT.get(grade, grade)
    bare = told.get("without_breaks")
    if isinstance(bare, Effect):
        told["without_breaks"] = confronted(bare, other)
    told |= {"placebo_outcome": other, "grade_rule": RULES[grade]}
    return replace(effect, verdict=verdict, grade=grade, diagnostics=told)
