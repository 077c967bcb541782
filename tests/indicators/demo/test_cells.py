"""The map of noise of the demonstration: squares that measure most of the metropolis."""

from datetime import date

from django.contrib.gis.geos import GEOSGeometry

from indicators.demo import cells
from portfolio.demo import territory

UNTIL = date(2026, 11, 1)


def test_the_same_squares_are_written_twice_and_later_years_change_none():
    once = list(cells.rows(UNTIL))
    assert once == list(cells.rows(UNTIL))
    assert list(cells.rows(date(2027, 2, 1)))[: len(once)] == once
    assert {row[3].year for row in once} == {2021, 2022, 2023, 2024, 2025}


def test_squares_lie_where_the_metropolis_is():
    whole = next(zone.geometry for zone in territory.plan() if zone.code == territory.METROPOLIS)
    places = [GEOSGeometry(row[1]) for row in cells.rows(date(2022, 1, 1))]
    assert all(place.intersects(whole) for place in places[::20])
    assert sum(place.area for place in places) > whole.area


def test_a_part_of_the_metropolis_is_not_listened_to():
    values = [row[4] for row in cells.rows(date(2022, 1, 1))]
    silent = values.count(None) / len(values)
    assert 0.02 < silent < 0.1
    assert all(40 < value < 75 for value in values if value is not None)
