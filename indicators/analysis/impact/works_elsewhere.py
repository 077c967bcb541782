"""Zones compared with where other works began (rule of honesty 2): they may have moved by those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from indicators.analysis.impact.grading import RULES
from indicators.analysis.impact.placebo_outcome import NEXT
from indicators.analysis.impact.results import Effect


def beside_works(effect: Effect, touched: Mapping[str, str]) -> Effect:
    """The effect, with the zones touched (name → the day that works began there, as an ISO date) in
    `diagnostics["works_elsewhere"]`. Any of them is one check that failed, so a grade less; the
    verdict stays: what their works did is not known."""
    told = effect.diagnostics | {"works_elsewhere": dict(touched)}
    if not touched:
        return replace(effect, diagnostics=told)
    grade = NEXT.get(effect.grade, effect.grade)
    return replace(effect, grade=grade, diagnostics=told | {"grade_rule": RULES[grade]})
