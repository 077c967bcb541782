"""The public holidays of France, on which a street is counted otherwise than on other days."""

from __future__ import annotations

from datetime import date, timedelta

# Month and day. Law: Code du travail, article L.3133-1.
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday: days after Easter Sunday


def french_holidays(first_year: int, last_year: int) -> frozenset[date]:
    """Those of the years from `first_year` to `last_year`, both included; not those of Alsace and
    Moselle alone, nor of the overseas departments."""
    days: set[date] = set()
    for year in range(first_year, last_year + 1):
        days |= {date(year, month, day) for month, day in FIXED}
        days |= {easter(year) + timedelta(days=after) for after in AFTER_EASTER}
    return frozenset(days)


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar: the anonymous algorithm (Nature, 20 April 1876), as
    Meeus (1991), Astronomical Algorithms, chapter 8, gives it."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leap, leap_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon + 15) % 30
    weekday = (32 + 2 * leap_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
