"""A place from its text: GeoJSON, WKT or coordinates, merged and flat; anything else is refused."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.imports import geometry_text
from portfolio.imports.table import FileRefusedError

SQUARE = [[[-0.5, 45.2], [-0.4, 45.2], [-0.4, 45.3], [-0.5, 45.3], [-0.5, 45.2]]]
BESIDE = [[[-0.45, 45.25], [-0.3, 45.25], [-0.3, 45.35], [-0.45, 45.35], [-0.45, 45.25]]]


def collection(*geometries, **members) -> str:
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features} | members)


@pytest.mark.parametrize(
    ("text", "wkt"),
    [
        ('{"type":"Point","coordinates":[-0.5,45.2]}', "POINT (-0.5 45.2)"),
        ('\ufeff {"type":"Feature","geometry":{"type":"Point","coordinates":[-0.5,45.2]}}',
         "POINT (-0.5 45.2)"),
        ("POINT (-0.5 45.2)", "POINT (-0.5 45.2)"),
        ("SRID=2154;POINT Z (417000 6453000 12)", "POINT (417000 6453000)"),
        ("-0.5, 45.2", "POINT (-0.5 45.2)"),
        ("-0,5 45,2", "POINT (-0.5 45.2)"),
        ("−0,5 ; 45,2 ; 12", "POINT (-0.5 45.2)"),
        ("-0.5,45.2\n\n-0.4,45.2", "MULTIPOINT ((-0.5 45.2), (-0.4 45.2))"),
    ],
)  # fmt: skip
def test_each_form_is_read(text, wkt):
    assert geometry_text.read(text).geometry.wkt == wkt


def test_a_list_draws_what_is_asked():
    corners = "-0.5 45.2\n-0.4 45.2\n-0.4 45.3"
    assert geometry_text.read(corners, kind="LINE").geometry.geom_type == "LineString"
    assert geometry_text.read(corners, kind="AREA").geometry.area == pytest.approx(0.005)


def test_heights_and_the_named_system_are_told():
    text = collection({"type": "Point", "coordinates": [1, 2, 3]},
                      crs={"type": "name", "properties": {"name": "EPSG:2154"}})  # fmt: skip
    read = geometry_text.read(text)
    assert (read.had_heights, read.srid, read.geometry.hasz) == (True, 2154, False)
    assert not geometry_text.read("POINT (1 2)").had_heights
    assert geometry_text.read("SRID=2154;POINT Z (1 2 3)").had_heights


def test_features_are_merged_by_kind():
    point, line = {"type": "Point", "coordinates": [0, 1]}, {
        "type": "LineString", "coordinates": [[0, 1], [2, 3]]}  # fmt: skip
    assert geometry_text.read(collection(point, point)).geometry.geom_type == "MultiPoint"
    assert geometry_text.read(collection(line, line)).geometry.geom_type == "MultiLineString"
    mixed = geometry_text.read(collection(point, line))
    assert (mixed.geometry.geom_type, mixed.shapes) == ("GeometryCollection", 2)


def test_areas_that_overlap_become_one():
    both = [{"type": "Polygon", "coordinates": rings} for rings in (SQUARE, BESIDE)]
    merged = geometry_text.read(collection(*both)).geometry
    assert (merged.geom_type, merged.valid) == ("Polygon", True)


def test_a_feature_without_a_place_is_passed_over():
    read = geometry_text.read(collection(None, {"type": "Point", "coordinates": [1, 2]}))
    assert read.shapes == 1


DEEP = 200_000
HOSTILE = [
    "", "   ", "{", "{}", '{"type":"FeatureCollection"}', '{"type":"FeatureCollection","features":[]}',
    '{"type":"FeatureCollection","features":[1,null]}', '{"type":"Point"}', '{"type":"Circle"}',
    '{"type":"Point","coordinates":[]}', '{"type":"Point","coordinates":"12"}',
    '{"type":"Point","coordinates":[true,false]}', '{"type":"Point","coordinates":["1","2"]}',
    '{"type":"Point","coordinates":[NaN,1]}', '{"type":"Point","coordinates":[Infinity,1]}',
    '{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}', '{"type":"Polygon","coordinates":[]}',
    '{"type":"Point","coordinates":[1,2],"crs":{"properties":{"name":"file:///etc/passwd"}}}',
    '{"type":"Point","coordinates":[1,2],"crs":{"properties":null}}',
    '{"type":"Point","coordinates":[1,2],"crs":{"properties":[]}}',
    *('{"type":"GeometryCollection","geometries":[' * deep + '{"type":"Point","coordinates":[1,2]}'
      + "]}" * deep for deep in (9, 485, 490, 495)),
    '{"type":"Feature","geometry":"/vsicurl/http://127.0.0.1/x"}', '{"type":"Feature"}',
    '{"type":"Point","coordinates":' + "[" * DEEP + "]" * DEEP + "}",
    '{"type":"Feature","geometry":' * 5000 + "null" + "}" * 5000,
    '{"type":"GeometryCollection","geometries":[' * 5000 + "]}" * 5000,
    '{"type":"Point","coordinates":[' + "9" * 5000 + ",1]}",
    "GEOMETRYCOLLECTION (" * 5000 + "POINT (1 1)" + ")" * 5000, "POINT (1)", "POINT EMPTY",
    "POLYGON ((0 0, 1 1))", "SRID=99999999;POINT (1 2)", "/etc/passwd", "../../x.shp",
    "<gml:Point/>", "0101000000", "a b", "1 2 3 4", "1,2,3", "x" * 2_000_001,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_place_is_refused_with_a_reason(text):
    with pytest.raises(FileRefusedError) as error:
        geometry_text.read(text)
    assert str(error.value)


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\x89PNG\r\n", b"x" * 2_000_001])
def test_a_file_that_is_no_text_is_refused(data):
    with pytest.raises(FileRefusedError):
        geometry_text.as_text(data)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    for kind in ("POINTS", "LINE", "AREA"):
        with contextlib.suppress(FileRefusedError):
            geometry_text.read(text, kind=kind)


@pytest.mark.parametrize(
    "text", ["POINT (-0.5 45.2)", collection({"type": "Polygon", "coordinates": SQUARE}),
             "GEOMETRYCOLLECTION (POINT (1 1), LINESTRING (1 1, 2 2))"],
)  # fmt: skip
def test_what_is_written_is_read_again(text):
    shape = geometry_text.read(text).geometry
    assert geometry_text.read(geometry_text.written(shape)).geometry.equals_exact(shape)
