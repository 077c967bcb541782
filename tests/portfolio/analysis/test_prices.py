"""Bringing a cost to other prices: a ratio of two published months, or unknown with the reason."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis import prices
from portfolio.analysis.prices import Actualised, Point
from portfolio.results import Unknown

JANUARY, MAY, JUNE = date(2024, 1, 1), date(2026, 5, 1), date(2026, 6, 1)
SERIES = {JANUARY: Point(Decimal(100)), MAY: Point(Decimal(110), is_provisional=True)}
amounts = st.decimals(0, 10**9, places=2)
values = st.decimals("50", "300", places=1)


def brought(amount="1000", valued_on=JANUARY, wanted_on=MAY, series=SERIES):
    return prices.actualised(Decimal(amount), series, valued_on=valued_on, wanted_on=wanted_on)


def test_a_cost_follows_its_index():
    assert brought() == Actualised(Decimal("1100.00"), MAY, is_provisional=True)


def test_any_day_stands_for_its_month():
    assert brought(valued_on=date(2024, 1, 31), wanted_on=date(2026, 5, 9)) == brought()


@pytest.mark.parametrize(
    ("given_days", "reason"),
    [
        ({"wanted_on": JUNE}, "MONTH_NOT_PUBLISHED"),
        ({"valued_on": date(2023, 12, 1)}, "START_NOT_PUBLISHED"),
        ({"series": {}}, "START_NOT_PUBLISHED"),
    ],
)
def test_a_month_that_is_not_published_is_never_guessed(given_days, reason):
    assert brought(**given_days) == Unknown(reason)


def test_the_last_month_published_is_asked_for_by_name():
    assert prices.last_month(SERIES, until=JUNE) == MAY
    assert prices.last_month(SERIES, until=date(2026, 4, 30)) == JANUARY
    assert prices.last_month({}, until=JUNE) == Unknown("NOTHING_PUBLISHED")


@given(amounts, values)
def test_the_prices_of_the_same_month_change_nothing(amount, value):
    series = {MAY: Point(value)}
    assert brought(amount, valued_on=MAY, series=series).amount == amount


@given(amounts, values, values)
def test_a_rise_of_the_index_never_lowers_a_cost(amount, start, end):
    series = {JANUARY: Point(min(start, end)), MAY: Point(max(start, end))}
    assert brought(amount, series=series).amount >= amount


@given(amounts, values, values, values)
def test_two_steps_are_one_but_for_the_cents_rounded_between(amount, first, second, third):
    series = {JANUARY: Point(first), MAY: Point(second), JUNE: Point(third)}
    direct = brought(amount, series=series, wanted_on=JUNE).amount
    there = brought(amount, series=series).amount
    again = brought(there, series=series, valued_on=MAY, wanted_on=JUNE).amount
    assert abs(again - direct) <= Decimal("0.01") * (third / second + 1)


@given(amounts, values, values, st.booleans(), st.booleans())
def test_what_rests_on_a_provisional_value_is_provisional(amount, start, end, one, other):
    series = {JANUARY: Point(start, is_provisional=one), MAY: Point(end, is_provisional=other)}
    assert brought(amount, series=series).is_provisional == (one or other)
