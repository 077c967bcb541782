import json

import numpy as np
import pytest
import shapely

from indicators.services.columns import ABSENT
from indicators.services.shapes import outlines

SQUARE = shapely.box(-0.60, 45.20, -0.59, 45.21)
LAMBERT = shapely.box(420_000, 6_460_000, 421_000, 6_461_000)
BOW_TIE = "POLYGON((-0.6 45.2, -0.59 45.21, -0.59 45.2, -0.6 45.21, -0.6 45.2))"


def read(*values, crs=4326, may_be_empty=False):
    return outlines(list(values), crs=crs, metres=2154, may_be_empty=may_be_empty)


@pytest.mark.parametrize(
    "value",
    [
        SQUARE.wkb,
        SQUARE.wkb_hex,
        SQUARE.wkt,
        f"SRID=4326;{SQUARE.wkt}",
        shapely.to_geojson(SQUARE),
        json.loads(shapely.to_geojson(SQUARE)),
        {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(SQUARE))},
        shapely.to_wkt(shapely.force_3d(SQUARE, 12.0), output_dimension=3),
    ],
)
def test_a_polygon_is_read_however_it_is_written(value):
    found = read(value)
    assert list(found.reason) == [""]
    # a hundredth of a degree at 45° north: 787 by 1,112 m
    assert found.shapes[0].area == pytest.approx(787 * 1112, rel=0.01)


def test_coordinates_that_say_their_system_are_taken_at_their_word():
    found = read(
        f"SRID=2154;{LAMBERT.wkt}",
        shapely.to_wkb(shapely.set_srid(LAMBERT, 2154), include_srid=True),
    )
    assert list(found.reason) == ["", ""]
    assert [one.area for one in found.shapes] == [1e6, 1e6]


def test_coordinates_that_do_not_are_in_the_system_of_the_mapping():
    assert read(LAMBERT.wkt, crs=2154).shapes[0].area == 1e6


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (ABSENT, "MISSING_FIELD"),
        (None, "BAD_SHAPE"),
        (12, "BAD_SHAPE"),
        ("", "BAD_SHAPE"),
        ("POLYGON((0 0", "BAD_SHAPE"),
        ("{", "BAD_SHAPE"),
        (b"\x01\x02", "BAD_SHAPE"),
        ({"type": "Polygon"}, "BAD_SHAPE"),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "BAD_SHAPE"),
        ("POLYGON((nan 0, 1 0, 1 1, nan 0))", "BAD_SHAPE"),
        (f"SRID=999999;{SQUARE.wkt}", "BAD_SHAPE"),
        ("POINT(0 0)", "NOT_A_POLYGON"),
        ("LINESTRING(0 0, 1 1)", "NOT_A_POLYGON"),
        ("POLYGON EMPTY", "EMPTY_SHAPE"),
        ("POLYGON((0 45, 1 45, 0 45, 0 45))", "EMPTY_SHAPE"),
        (LAMBERT.wkt, "LOOKS_PROJECTED"),
    ],
)
def test_what_is_no_polygon_says_why(value, reason):
    found = read(SQUARE.wkt, value)
    assert list(found.reason) == ["", reason]
    assert found.shapes[1] is None


def test_an_endless_nesting_is_no_polygon():
    deep: object = []
    for _ in range(100_000):
        deep = [deep]
    assert list(read({"type": "Polygon", "coordinates": deep}).reason) == ["BAD_SHAPE"]


def test_an_empty_polygon_covers_nothing_where_that_has_a_meaning():
    found = read("MULTIPOLYGON EMPTY", may_be_empty=True)
    assert (list(found.reason), found.shapes[0]) == ([""], None)


def test_a_polygon_that_crosses_itself_is_repaired():
    found = read(BOW_TIE, SQUARE.wkt)
    assert found.repaired.tolist() == [True, False]
    assert shapely.is_valid(found.shapes).all()
    assert found.shapes[0].area == pytest.approx(found.shapes[1].area / 2, rel=0.01)


def test_nothing_gives_nothing():
    assert isinstance(read().shapes, np.ndarray)
