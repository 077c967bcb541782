"""Verdicts and grades, each with the rule that gave it (rules of honesty 1 and 3)."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.analysis.impact.results import LIKELY, NOT_SHOWN, SHOWN, Method


@dataclass(frozen=True)
class Grade:
    """`letter` A to E, `rule` the sentence that gave it."""

    letter: str
    rule: str


RULES = {
    "A": "Pre-registered, with a comparison group, every check passed.",
    "B": "Pre-registered, with a comparison group, one check failed or missing.",
    "C": "Pre-registered without a comparison group; or with one, exploratory or checks failed.",
    "D": "One series, exploratory.",
    "E": "Before and after, descriptive.",
}


def verdict(
    primary: Method, second: Method | None, *, placebo_p: float, level: float, barred: bool = False
) -> str:
    """SHOWN: the primary method excludes zero at `level`, the placebo p is at most `level`, and a
    second method of the same sign has its own p at most twice that. LIKELY: twice the level
    everywhere, same sign, or no second method. `barred` (a broken assumption) shows nothing."""
    if barred:
        return NOT_SHOWN
    alike = second is not None and primary.point * second.point > 0
    agreed = second is not None and alike and second.p_value <= 2 * level
    if agreed and primary.p_value <= level and placebo_p <= level:
        return SHOWN
    may = max(primary.p_value, placebo_p) <= 2 * level
    return LIKELY if may and (alike or second is None) else NOT_SHOWN


def weaker(one: str, other: str) -> str:
    """The verdict that claims less."""
    return max(one, other, key=(SHOWN, LIKELY, NOT_SHOWN).index)


def grade(*, comparison: bool, pre_registered: bool, checks: dict[str, bool]) -> Grade:
    """`checks`: diagnostics, leave-one-out, second estimator: True passed; absent ones count as
    failed where the caller puts False."""
    if not comparison:
        letter = "C" if pre_registered else "D"
    else:
        failed = sum(not passed for passed in checks.values())
        letter = "C" if not pre_registered or failed > 1 else "AB"[failed]
    return Grade(letter, RULES[letter])
