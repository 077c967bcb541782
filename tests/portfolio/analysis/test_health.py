"""The computed status of a calendar and of a cost."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.health import Step, cost_status, schedule_status
from portfolio.results import Unknown

TODAY = date(2026, 6, 1)
DAYS = st.integers(-2000, 2000)


def step(original: int, current: int) -> Step:
    return Step(TODAY + timedelta(days=original), TODAY + timedelta(days=current))


@pytest.mark.parametrize(
    ("ahead", "code", "amount"),
    [([], "ACHIEVED", 0), ([step(10, 10)], "ON_TRACK", 0), ([step(10, 5)], "ON_TRACK", 0),
     ([step(10, 40)], "AT_RISK", 30), ([step(10, 191)], "OFF_TRACK", 181),
     ([step(-1, -1)], "OFF_TRACK", 1), ([step(10, 40), step(-9, -3)], "OFF_TRACK", 3),
     ([step(0, 0)], "ON_TRACK", 0)],
)  # fmt: skip
def test_a_calendar_is_judged_by_its_worst_milestone(ahead, code, amount):
    found = schedule_status(ahead, milestones=3, today=TODAY)
    assert (found.code, found.amount) == (code, amount)


def test_without_a_milestone_the_calendar_is_unknown():
    assert schedule_status([], milestones=0, today=TODAY) == Unknown("NO_MILESTONE")


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_milestones_does_not_matter_and_one_more_late_is_no_better(pairs, random):
    steps = [step(*pair) for pair in pairs]
    before = schedule_status(steps, milestones=len(steps), today=TODAY)
    random.shuffle(steps)
    assert schedule_status(steps, milestones=len(steps), today=TODAY) == before
    late = schedule_status([*steps, step(-9, -9)], milestones=9, today=TODAY)
    assert late.code == "OFF_TRACK"


@pytest.mark.parametrize(
    ("current", "breaches", "watched", "code", "cause"),
    [(100, 0, 0, "ON_TRACK", "WITHIN_ESTIMATE"), (90, 0, 0, "ON_TRACK", "WITHIN_ESTIMATE"),
     (110, 0, 0, "AT_RISK", "GROWN"), (111, 0, 0, "OFF_TRACK", "GROWN"),
     (100, 0, 2, "AT_RISK", "TO_WATCH"), (100, 1, 2, "OFF_TRACK", "RULES_BROKEN")],
)  # fmt: skip
def test_a_cost_is_judged_by_its_growth_and_by_the_rules(current, breaches, watched, code, cause):
    found = cost_status(Decimal(100), Decimal(current), breaches=breaches, watched=watched)
    assert (found.code, found.cause) == (code, cause)


def test_without_an_estimate_the_cost_is_unknown_whatever_the_rules_say():
    assert cost_status(None, None, breaches=1, watched=0) == Unknown("NO_ESTIMATE")


def test_a_growth_from_nothing_is_unknown_and_never_green():
    unknown = Unknown("FIRST_IS_ZERO")
    assert cost_status(Decimal(0), Decimal(5), breaches=0, watched=0) == unknown
    assert cost_status(Decimal(0), Decimal(5), breaches=1, watched=0).code == "OFF_TRACK"
    assert cost_status(Decimal(0), Decimal(0), breaches=0, watched=0).code == "ON_TRACK"
