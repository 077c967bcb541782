from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.lateness import last_day, late


@pytest.mark.parametrize(
    ("period", "until"),
    [("HOUR", date(2024, 2, 10)), ("DAY", date(2024, 2, 10)), ("MONTH", date(2024, 2, 29)),
     ("QUARTER", date(2024, 3, 31)), ("YEAR", date(2024, 12, 31))],
)  # fmt: skip
def test_the_last_day_of_a_period(period, until):
    assert last_day(date(2024, 2, 10), period) == until


def test_a_value_is_late_the_day_after_the_last_one_promised():
    given = {"awaited_from": date(2024, 2, 1), "period": "MONTH", "promised_days": 10}
    assert late(**given, today=date(2024, 3, 10)) is None
    found = late(**given, today=date(2024, 3, 11))
    assert (found.awaited_on, found.since) == (date(2024, 2, 29), date(2024, 3, 11))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_once_late_it_stays_so(day, after):
    given = {"awaited_from": day, "period": "QUARTER", "promised_days": 30}
    first = late(**given, today=day + timedelta(days=after))
    assert first is None or late(**given, today=day + timedelta(days=after + 1)) == first
