"""The arithmetic of a calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.schedule import (
    Period,
    Slip,
    add_months,
    cycle_through,
    lateness_of_prerequisite,
    latest_move,
    months_between,
    order_findings,
    slip,
)
from portfolio.results import Unknown

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
MARCH, NOVEMBER = date(2027, 3, 1), date(2027, 11, 1)


def test_a_date_that_did_not_move_has_not_slipped():
    assert slip(MARCH, current=MARCH) == Slip(MARCH, 0, 0)


def test_a_postponed_date_is_late_by_whole_months():
    found = slip(MARCH, current=NOVEMBER)
    assert (found.days, found.months, found.is_fact) == (245, 8, False)


def test_what_happened_counts_before_what_was_planned():
    found = slip(MARCH, current=NOVEMBER, actual=date(2027, 2, 20), today=date(2028, 1, 1))
    assert (found.days, found.months, found.is_fact, found.at_least) == (-9, 0, True, False)


def test_a_day_that_passed_is_late_at_least_until_today():
    found = slip(MARCH, current=NOVEMBER, today=date(2027, 12, 1))
    assert (found.months, found.at_least) == (9, True)


@given(days, days, st.none() | days, days)
def test_a_slip_is_the_distance_to_the_day_that_holds(announced, current, actual, today):
    found = slip(announced, current=current, actual=actual, today=today)
    assert announced + timedelta(days=found.days) == (actual or max(current, today))
    assert found.is_fact == (actual is not None)
    assert (found.days > 0) >= (found.months > 0)
    assert (found.days < 0) >= (found.months < 0)


@given(days, days)
def test_months_between_two_days_are_opposite_backwards_and_bounded(first, last):
    months = months_between(first, last)
    assert months == -months_between(last, first)
    early, late = sorted((first, last))
    count = abs(months)
    assert add_months(early, count) <= late < add_months(early, count + 1)


@given(days, st.integers(0, 600))
def test_adding_months_is_that_many_months(day, months):
    assert months_between(day, add_months(day, months)) == months


def test_the_last_day_of_a_month_is_a_month_from_the_last_of_the_next():
    assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 1


def test_the_latest_move_starts_from_the_date_before_it():
    moves = [(MARCH, NOVEMBER), (NOVEMBER, date(2027, 10, 1))]
    assert latest_move(moves).months == -1
    assert latest_move([]) == Unknown("NEVER_MOVED")


# ---------------------------------------------------------------- the order of phases


def period(rank, start, end):
    return Period(rank, f"phase {rank}", date(2026, 1, 1) + timedelta(start),
                  date(2026, 1, 1) + timedelta(end))  # fmt: skip


@pytest.mark.parametrize(
    ("second", "code", "length"),
    [((99, 200), None, 0), ((100, 200), None, 0), ((90, 200), "OVERLAP", 10),
     ((-5, 200), "BEFORE", 5), ((131, 200), None, 0), ((160, 200), "GAP", 60)],
)  # fmt: skip
def test_phases_that_follow_badly_are_said(second, code, length):
    found = order_findings([period(2, *second), period(1, 0, 99)])
    assert [(one.code, one.days) for one in found] == ([(code, length)] if code else [])
    assert all((one.before, one.after) == ("phase 1", "phase 2") for one in found)


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(0, 20)), max_size=8))
def test_phases_laid_end_to_end_have_nothing_to_say(lengths):
    start, periods = 0, []
    for rank, (length, pause) in enumerate(lengths):
        periods.append(period(rank, start, start + length))
        start += length + 1 + pause
    assert order_findings(periods) == []


# ---------------------------------------------------------------- cycles

arrows = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=25)


def needs_of(pairs):
    needs = {}
    for one, other in pairs:
        needs.setdefault(one, set()).add(other)
    return needs


def reachable(needs, start):
    """Written otherwise than the function under test: a closure, without paths."""
    found, todo = set(), [start]
    while todo:
        new = needs.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


@given(arrows, st.integers(0, 7), st.integers(0, 7))
def test_a_cycle_is_found_when_there_is_one_and_every_step_of_it_exists(pairs, waiting, needed):
    needs = needs_of(pairs)
    path = cycle_through(needs, waiting, needed)
    assert bool(path) == (waiting == needed or waiting in reachable(needs, needed))
    if path:
        assert (path[0], path[1], path[-1]) == (waiting, needed, waiting)
        assert set(pairwise(path[1:])) <= pairs
        assert len(set(path[:-1])) == len(path) - 1


def test_the_shortest_cycle_is_named():
    needs = {2: [3, 1], 3: [4], 4: [1]}
    assert cycle_through(needs, 1, 2) == [1, 2, 1]
    assert cycle_through({2: [3], 3: [1]}, 1, 2) == [1, 2, 3, 1]


# ---------------------------------------------------------------- prerequisites


def test_a_prerequisite_that_serves_too_late_is_measured():
    assert lateness_of_prerequisite(NOVEMBER, MARCH) == 245
    assert lateness_of_prerequisite(MARCH, NOVEMBER) == -245
    assert lateness_of_prerequisite(None, MARCH) == Unknown("NO_COMMISSIONING")
    assert lateness_of_prerequisite(MARCH, None) == Unknown("NO_START")
