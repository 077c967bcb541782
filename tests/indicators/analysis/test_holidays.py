from datetime import date

import pytest

from indicators.analysis.holidays import easter, french_holidays


@pytest.mark.parametrize(
    "day",
    [date(1954, 4, 18), date(2000, 4, 23), date(2008, 3, 23), date(2011, 4, 24), date(2024, 3, 31),
     date(2026, 4, 5), date(2038, 4, 25)],
)  # fmt: skip
def test_easter_is_on_its_day(day):
    assert easter(day.year) == day


def test_a_year_has_its_eleven_holidays():
    found = french_holidays(2026, 2026)
    assert len(found) == 11
    assert {date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25), date(2026, 7, 14)} <= found


def test_several_years_are_given_both_ends_included():
    assert {day.year for day in french_holidays(2023, 2025)} == {2023, 2024, 2025}
