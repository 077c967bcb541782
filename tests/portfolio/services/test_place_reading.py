"""The system of coordinates is recognised, said, and never silently corrected."""

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.imports import geometry_text
from portfolio.services import place_reading

HERE = Point(-0.49, 45.21, srid=4326)
BOW = "POLYGON ((-0.5 45.2, -0.4 45.3, -0.4 45.2, -0.5 45.3, -0.5 45.2))"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def read(text: str, **asked):
    return place_reading.recognised(geometry_text.read(text), **asked)


def refused(text: str, **asked) -> ValidationError:
    with pytest.raises(ValidationError) as error:
        read(text, **asked)
    return error.value.error_dict["geometry"][0]


def in_system(srid: int) -> GEOSGeometry:
    return HERE.transform(srid, clone=True)


@pytest.mark.parametrize("srid", [4326, 2154, 3944, 3945, 3946])
def test_a_system_is_recognised_by_its_values(srid):
    found = read(in_system(srid).wkt)
    assert (found.srid, found.declared) == (srid, False)
    assert found.geometry.coords == pytest.approx((-0.49, 45.21), abs=1e-6)
    assert found.geometry.srid == 4326


def test_a_named_system_is_taken_at_its_word():
    found = read(f"SRID=2154;{in_system(2154).wkt}")
    assert (found.srid, found.declared) == (2154, True)
    assert "Lambert-93" in found.system


def test_a_named_system_that_cannot_be_is_refused_with_what_it_looks_like():
    error = refused(f"SRID=2154;{HERE.wkt}")
    assert "says Lambert-93" in error.message
    assert "WGS84" in error.message


def test_latitude_before_longitude_is_refused_and_swapped_when_asked():
    error = refused("POINT (45.21 -0.49)")
    assert error.code == "swapped"
    assert "latitude then longitude" in error.message
    assert "45.21" in error.message
    found = read("POINT (45.21 -0.49)", swap=True)
    assert found.swapped
    assert found.geometry.coords == (-0.49, 45.21)


def test_northing_before_easting_is_refused_and_swapped_when_asked():
    metres = in_system(2154)
    text = f"POINT ({metres.y} {metres.x})"
    assert refused(text).code == "swapped"
    assert read(text, swap=True).srid == 2154


@pytest.mark.parametrize("text", ["POINT (2.35 48.85)", "POINT (500000 500000)", "POINT (1e300 1)"])
def test_elsewhere_is_refused_with_where(text):
    error = refused(text)
    assert error.code == "place"
    assert "Outside Métropole de Valombre" in error.message


def test_a_place_that_leaves_the_territory_is_refused():
    assert "Outside" in refused("LINESTRING (-0.49 45.21, -0.49 45.3, -0.8 45.6)").message


def test_a_crossed_outline_is_repaired_only_when_asked():
    assert refused(BOW).code == "crossed"
    found = read(BOW, repair=True)
    assert found.repaired
    assert found.geometry.valid
    assert found.geometry.geom_type == "MultiPolygon"


def test_an_outline_that_encloses_nothing_cannot_be_repaired():
    flat = "POLYGON ((-0.5 45.2, -0.4 45.2, -0.5 45.2, -0.5 45.2))"
    assert refused(flat, repair=True).message


def test_too_many_points_are_refused():
    points = "\n".join(f"{-0.49 + n * 1e-6:.6f} 45.21" for n in range(10_001))
    assert "10,001" in refused(points).message


@settings(max_examples=50, deadline=None)
@given(st.floats(-0.84, -0.26), st.floats(45.01, 45.44))
def test_every_point_of_the_territory_is_found_again_whatever_its_system(x, y):
    with translation.override("en"):
        point = Point(x, y, srid=4326)
        for srid in (4326, 2154, 3945):
            found = read(point.transform(srid, clone=True).wkt)
            assert found.srid == srid
            assert found.geometry.coords == pytest.approx((x, y), abs=2e-6)
