from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysis import areas


def boxes(*edges: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.box(*one) for one in edges], dtype=object)


ZONES = boxes((0, 0, 100, 100), (100, 0, 200, 100))  # two squares side by side


def shared(polygons: np.ndarray, zones: np.ndarray = ZONES) -> areas.Shares:
    found = areas.pieces(polygons, zones)
    return areas.by_area(found, shapely.area(polygons), shapely.area(zones))


def told(shares: areas.Shares) -> dict[tuple[int, int], tuple[float, float]]:
    rows = zip(shares.polygon, shares.zone, shares.part, shares.cover, strict=True)
    return {
        (int(polygon), int(zone)): (round(float(part), 9), round(float(cover), 9))
        for polygon, zone, part, cover in rows
    }


def test_a_polygon_is_shared_by_the_area_that_it_has_in_each_zone():
    shares = shared(boxes((80, 0, 180, 100)))
    assert told(shares) == {(0, 0): (0.2, 0.2), (0, 1): (0.8, 0.8)}
    assert shares.outside.tolist() == [0]


def test_what_lies_beyond_all_zones_goes_to_none():
    shares = shared(boxes((150, 0, 250, 100)))
    assert told(shares) == {(0, 1): (0.5, 0.5)}
    assert shares.outside.tolist() == [0.5]


def test_a_common_border_is_no_land():
    shares = shared(boxes((200, 0, 300, 100)))
    assert told(shares) == {}
    assert shares.outside.tolist() == [1]


def test_a_sliver_goes_to_the_rest_of_its_polygon():
    """A block whose border was drawn five centimetres into the next zone, and beyond the edge."""
    shares = shared(boxes((0, -0.05, 100.05, 100)))
    assert told(shares) == {(0, 0): (1, 1)}
    assert shares.outside.tolist() == [0]


def test_a_small_part_of_a_large_polygon_is_no_sliver_where_it_is_a_whole_zone():
    zones = boxes((0, 0, 10, 10), (10, 0, 5000, 5000))
    shares = shared(boxes((0, 0, 5000, 5000)), zones)
    assert told(shares)[0, 0] == (pytest.approx(100 / 25e6, rel=0.01), 1)


def test_a_hole_belongs_to_nobody():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(25, 25, 75, 75))
    shares = shared(np.array([ring], dtype=object))
    assert told(shares) == {(0, 0): (1, 0.75)}


edge = st.floats(-150, 350).map(lambda x: round(x, 2))


@given(
    polygons=st.lists(st.tuples(edge, edge, st.floats(1, 300), st.floats(1, 300)), min_size=1),
    values=st.data(),
    cuts=st.lists(st.floats(1, 199), max_size=5),
)
@settings(deadline=None)
def test_whatever_the_polygons_the_zones_and_the_outside_make_the_total(polygons, values, cuts):
    borders = sorted({0.0, 200.0, *cuts})
    zones = boxes(*((a, 0, b, 100) for a, b in pairwise(borders)))
    shapes = boxes(*((x, y, x + w, y + h) for x, y, w, h in polygons))
    worth = np.array([values.draw(st.floats(-1e6, 1e6)) for _ in polygons])
    shares = shared(shapes, zones)
    inside = (worth[shares.polygon] * shares.part).sum()
    assert inside + (worth * shares.outside).sum() == pytest.approx(worth.sum(), abs=1e-5)
    assert (shares.part >= 0).all()
    assert (shares.outside >= 0).all()
    assert (shares.cover <= 1 + 1e-9).all()


def homes() -> areas.Cells:
    """The first zone: 900 people in its eastern half, 100 in the other; the second: 500."""
    shapes = boxes((0, 0, 50, 100), (50, 0, 100, 100), (100, 0, 200, 100))
    return areas.cells(shapes, np.array([100.0, 900.0, 500.0]), ZONES)


def by_people(polygons: np.ndarray, cells: areas.Cells) -> areas.Shares:
    return areas.by_people(areas.pieces(polygons, cells.shapes), cells, shared(polygons))


def test_a_polygon_is_shared_by_the_people_that_live_in_its_pieces():
    shares = by_people(boxes((50, 0, 150, 100)), homes())
    assert told(shares) == {
        (0, 0): (round(900 / 1150, 9), 0.9),
        (0, 1): (round(250 / 1150, 9), 0.5),
    }


def test_what_is_outside_stays_there_whoever_lives_inside():
    shares = by_people(boxes((50, -100, 150, 100)), homes())
    assert shares.outside.tolist() == [0.5]
    assert sum(part for part, _cover in told(shares).values()) == pytest.approx(0.5)


def test_where_nobody_lives_it_is_shared_by_area():
    cells = areas.cells(ZONES, np.array([0.0, 0.0]), ZONES)
    assert told(by_people(boxes((80, 0, 180, 100)), cells)) == {
        (0, 0): (0.2, 0.2),
        (0, 1): (0.8, 0.8),
    }


def test_where_inhabitants_are_not_known_it_is_shared_by_area():
    cells = areas.cells(ZONES[:1], np.array([1000.0]), ZONES)
    assert np.isnan(cells.known[1])
    assert told(by_people(boxes((80, 0, 180, 100)), cells)) == {
        (0, 0): (0.2, 0.2),
        (0, 1): (0.8, 0.8),
    }


def test_people_within_a_polygon_are_counted_by_zone():
    polygons = boxes((25, 0, 150, 100))
    cells = homes()
    found = areas.people_within(areas.pieces(polygons, cells.shapes), cells)
    assert [list(map(float, one)) for one in found] == [[0, 0], [0, 1], [950, 250]]


def test_people_of_a_shape_over_two_zones_live_on_both_sides():
    cells = areas.cells(boxes((0, 0, 200, 100)), np.array([800.0]), ZONES)
    assert cells.known.tolist() == [400, 400]


def test_a_sliver_of_the_next_zone_takes_nobody_away():
    cells = areas.cells(boxes((0, 0, 100.04, 100)), np.array([1000.0]), ZONES)
    assert cells.known[0] == 1000
    assert np.isnan(cells.known[1])


def test_the_finest_zones_stand_for_those_that_they_cover():
    city, north, south, other, quarter = (
        (0, 0, 100, 100), (0, 50, 100, 100), (0, 0, 100, 50), (100, 0, 200, 100), (100, 0, 120, 20)
    )  # fmt: skip
    shapes = boxes((0, 0, 200, 100), city, north, south, other, quarter)
    parents = [None, 0, 1, 1, 0, 4]
    # the quarter covers a fifth of the other commune: the commune is kept, and the quarter hidden
    assert areas.finest(shapes, parents) == [2, 3, 4]
