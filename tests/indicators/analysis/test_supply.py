"""By when the next delivery is due."""

from datetime import date

import pytest

from indicators.analysis.supply import coarser, due_on


@pytest.mark.parametrize(
    ("published", "frequency", "days", "expected"),
    [
        (date(2026, 3, 31), "DAY", 2, date(2026, 4, 3)),
        (date(2026, 3, 31), "MONTH", 30, date(2026, 5, 30)),
        (date(2025, 12, 31), "MONTH", 0, date(2026, 1, 31)),
        (date(2026, 3, 31), "QUARTER", 10, date(2026, 7, 10)),
        (date(2025, 12, 31), "YEAR", 90, date(2027, 3, 31)),
        (date(2024, 1, 31), "MONTH", 0, date(2024, 2, 29)),
    ],
)
def test_the_period_after_the_last_one_published_is_due_some_days_after_its_end(
    published, frequency, days, expected
):
    given = {"published_on": published, "starts_on": date(2019, 1, 1)}
    assert due_on(**given, frequency=frequency, days=days) == expected


@pytest.mark.parametrize(
    ("starts", "frequency", "expected"),
    [
        (date(2026, 1, 1), "MONTH", date(2026, 1, 31)),
        (date(2026, 1, 2), "MONTH", date(2026, 2, 28)),
        (date(2026, 2, 1), "QUARTER", date(2026, 6, 30)),
        (date(2026, 1, 1), "YEAR", date(2026, 12, 31)),
        (date(2026, 6, 15), "YEAR", date(2027, 12, 31)),
        (date(2026, 6, 15), "DAY", date(2026, 6, 15)),
    ],
)
def test_where_nothing_came_yet_the_first_whole_period_counts(starts, frequency, expected):
    assert due_on(published_on=None, starts_on=starts, frequency=frequency, days=0) == expected


def test_another_frequency_is_refused():
    with pytest.raises(KeyError):
        due_on(published_on=None, starts_on=date(2026, 1, 1), frequency="WEEK", days=0)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("MONTH", "YEAR", "YEAR"), ("QUARTER", "DAY", "QUARTER"), ("MONTH", "MONTH", "MONTH")],
)
def test_a_yearly_measure_comes_once_a_year_in_a_monthly_supply(one, other, expected):
    assert coarser(one, other) == coarser(other, one) == expected
