from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portfolio.charts.scales import Scale, date_ticks, decimals_of, extent, nice_ticks


def test_a_scale_places_its_ends_and_its_middle():
    scale = Scale(0, 200, 300, 100)
    assert [scale(0), scale(100), scale(200)] == [300, 200, 100]


def test_a_scale_of_one_value_places_it_in_the_middle():
    assert Scale(5, 5, 0, 100)(5) == 50


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (0, 12400, [0, 5000, 10000, 15000]),
        (0.12, 0.31, [0.1, 0.15, 0.2, 0.25, 0.3, 0.35]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_ticks_are_round_and_hold_the_values(low, high, ticks):
    assert nice_ticks(low, high) == pytest.approx(ticks)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 9))
def test_ticks_always_enclose_the_values(low, width, about):
    ticks = nice_ticks(low, low + width, about)
    slack = 1e-6 * (abs(low) + width)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + width - slack
    assert len(ticks) <= 2 * about + 3


@pytest.mark.parametrize(("low", "high"), [(1, 0), (float("nan"), 1), (0, float("inf"))])
def test_ticks_of_no_interval_are_refused(low, high):
    with pytest.raises(ValueError, match="low, high"):
        nice_ticks(low, high)


@pytest.mark.parametrize(("values", "ends"), [([10, 100], (0, 100)), ([90, 100], (90, 100)),
                                              ([-100, -10], (-100, 0)), ([], (0, 1)),
                                              ([-1, 5], (-1, 5))])  # fmt: skip
def test_zero_is_kept_where_it_is_near(values, ends):
    assert extent(values) == ends


def test_ticks_show_the_decimals_they_need():
    assert (decimals_of([0, 25]), decimals_of([0.5, 1]), decimals_of([0.25])) == (0, 1, 2)


def test_dates_are_years_over_years_and_months_over_months():
    with translation.override("en"):
        years = date_ticks(date(2023, 5, 1), date(2028, 1, 1), 7)
        months = date_ticks(date(2026, 1, 10), date(2026, 6, 1), 6)
    assert [label for _, label in years] == ["2024", "2025", "2026", "2027", "2028"]
    assert months[0][0] == date(2026, 2, 1)
    assert len(months) == 5


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 20_000), st.integers(2, 9))
def test_there_are_never_more_dates_than_asked(first, days, most):
    last = date.fromordinal(first.toordinal() + days)
    ticks = date_ticks(first, last, most)
    assert len(ticks) <= most
    assert all(first <= day <= last for day, _ in ticks)
