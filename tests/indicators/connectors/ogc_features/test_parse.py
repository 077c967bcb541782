import json
from dataclasses import replace

import pytest

from indicators.connectors.base import (
    Answer,
    NotFinite,
    NotJsonError,
    TruncatedError,
    WrongShapeError,
)
from indicators.connectors.ogc_features import parse


def answer(body: bytes | dict) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("http://source/items", "application/geo+json", raw, None)


def page(*features: dict, **more: object) -> Answer:
    return answer({"type": "FeatureCollection", "features": list(features), **more})


def feature(**properties: object) -> dict:
    point = {"type": "Point", "coordinates": [-0.5, 45.2, 12]}
    return {"type": "Feature", "id": 7, "geometry": point, "properties": properties}


def test_a_row_holds_the_properties_the_id_and_the_point():
    rows = parse.rows(page(feature(count=3)))
    assert rows == ({"id": 7, "geometry": [-0.5, 45.2], "count": 3},)


def test_a_property_named_id_wins_over_the_feature_id():
    assert parse.rows(page(feature(id=None)))[0]["id"] is None


def test_the_next_page_is_found_among_the_links():
    links = [{"rel": "self", "href": "a"}, {"rel": "next", "href": "b"}]
    assert parse.next_link(page(links=links)) == "b"
    assert parse.next_link(page()) is None


def test_what_the_next_page_gives_again_is_left_to_it():
    numbered = [{"type": "Feature", "id": str(n), "properties": {"id": f"n{n}"}} for n in range(4)]
    link = [{"rel": "next", "href": "http://source/items?offset=5&limit=2"}]
    here = answer({"type": "FeatureCollection", "features": numbered, "links": link})
    surplus = replace(here, url="http://source/items?offset=3")
    assert [row["id"] for row in parse.rows(surplus)] == ["n0", "n1"]
    assert parse.ids(surplus) == {"n0", "n1"}
    assert len(parse.rows(here)) == 4  # whole: the next page begins behind it


def test_the_place_of_a_feature_on_its_page_is_not_its_name():
    nameless = [{"type": "Feature", "id": str(n), "properties": {}} for n in range(3)]
    assert parse.ids(page(*nameless)) == set()
    assert parse.ids(page(*nameless[1:])) == {"1", "2"}


def test_numbers_that_no_float_holds_keep_their_text():
    body = b'{"type":"FeatureCollection","features":[{"properties":{"a":NaN,"b":-Infinity,"c":1e400,"d":1.5}}]}'
    row = parse.rows(answer(body))[0]
    assert [row[name] for name in "abcd"] == ["NaN", "-Infinity", "1e400", 1.5]
    assert isinstance(row["c"], NotFinite)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotJsonError),
        (b"<html>", NotJsonError),
        (b'"text"', NotJsonError),
        (b"{broken}", NotJsonError),
        (b'{"type": "FeatureCollection", "features": [{"pro', TruncatedError),
        (b"[" * 100_000 + b"]" * 100_000, NotJsonError),
        (b'{"a": ' + b"9" * 5000 + b"}", NotJsonError),
        (b'{"type": "\xff"}', NotJsonError),
        (b"[]", WrongShapeError),
        (b'{"code": "NotFound"}', WrongShapeError),
        (b'{"type": "FeatureCollection", "features": [1]}', WrongShapeError),
        (b'{"type": "FeatureCollection", "features": [{"properties": null}]}', WrongShapeError),
    ],
    ids=range(12),
)
def test_anything_else_is_named(body, error):
    with pytest.raises(error):
        parse.rows(answer(body))


def test_the_types_of_fields_are_read_from_the_queryables():
    schema = {"properties": {"jour": {"type": "string", "format": "date"}, "n": {"type": "number"}}}
    assert parse.field_types(schema) == {"jour": "date", "n": "number"}


def test_a_polygon_stays_as_it_is_and_a_line_is_null():
    ring = [[[0, 45], [1, 45], [1, 46], [0, 45]]]
    shapes = [
        {"type": "Polygon", "coordinates": ring}, {"type": "MultiPolygon", "coordinates": [ring]},
        {"type": "LineString", "coordinates": ring[0]},
    ]  # fmt: skip
    features = [{"type": "Feature", "geometry": one, "properties": {}} for one in shapes]
    assert [row["geometry"] for row in parse.rows(page(*features))] == [*shapes[:2], None]
