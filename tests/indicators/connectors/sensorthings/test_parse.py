import json
from datetime import UTC, datetime

import pytest

from indicators.connectors.base import (
    Answer,
    NotJsonError,
    OptionsError,
    TruncatedError,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.sensorthings import parse
from indicators.connectors.sensorthings.parse import Datastream

STREAM = Datastream("12", 12, "Compteur A", "passages", None)
# as django-ogc-sensorthings 1.2 answered, shortened
RECORDED_ARRAY = (
    b'{"value": [{"Datastream@iot.navigationLink": "http://127.0.0.1/v1.1/Datastreams(\'a\')",'
    b' "components": ["id", "phenomenonTime", "resultTime", "result", "resultQuality"],'
    b' "dataArray": [["o1", "2024-01-02T00:00:00+00:00", "2024-01-02T00:00:00+00:00", 24.0, null],'
    b' ["o2", "2024-01-02T01:00:00+00:00", "2024-01-02T01:00:00+00:00", 25.0, null]]}],'
    b' "@iot.nextLink": "http://127.0.0.1/v1.1/Datastreams(\'a\')/Observations?$filter='
    b'phenomenonTime ge 2024-01-02T00:00:00Z&$top=2&$skip=2"}'
)
RECORDED_PLAIN = (
    b'{"value": [{"@iot.id": "o1", "phenomenonTime": "2024-01-02T00:00:00+00:00", "resultTime":'
    b' "2024-01-02T00:00:00+00:00", "result": 24.0}, {"@iot.id": "o2", "phenomenonTime":'
    b' "2024-01-02T01:00:00+00:00", "resultTime": "2024-01-02T01:00:00+00:00", "result": 25.0}]}'
)


def answer(body: bytes | object) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("http://source/v1.1/Datastreams(12)/Observations?$top=100", "", raw)


def rows(body: bytes | object, seen: set[str] | None = None):
    return parse.rows(answer(body), STREAM, set() if seen is None else seen)


def one_row(**fields: object):
    (row,) = rows({"value": [{"@iot.id": 7, **fields}]})
    return row


def test_both_forms_of_an_answer_give_the_same_rows():
    assert rows(RECORDED_ARRAY) == rows(RECORDED_PLAIN)
    assert rows(RECORDED_ARRAY)[1] == {
        "id": "o2", "phenomenonTime": "2024-01-02T01:00:00+00:00", "phenomenonEnd": None,
        "resultTime": "2024-01-02T01:00:00+00:00", "result": 25.0, "resultQuality": None,
        "datastream": 12, "datastream_name": "Compteur A", "unit": "passages",
    }  # fmt: skip


def test_the_identifier_may_have_its_long_name_in_an_array():
    group = {"components": ["@iot.id", "result"], "dataArray": [[7, 1.5]]}
    assert [(row["id"], row["result"]) for row in rows({"value": [group]})] == [(7, 1.5)]


def test_an_interval_gives_its_start_and_its_end():
    row = one_row(phenomenonTime="2024-01-02T00:00:00Z/2024-01-02T01:00:00Z", result=3)
    assert (row["phenomenonTime"], row["phenomenonEnd"]) == (
        "2024-01-02T00:00:00Z", "2024-01-02T01:00:00Z",
    )  # fmt: skip


def test_an_observation_without_time_or_result_is_left_to_the_pull():
    row = one_row()
    assert (row["phenomenonTime"], row["result"]) == ("", None)


def test_the_quality_is_kept_as_received():
    assert one_row(resultQuality={"code": "provisoire"})["resultQuality"] == {"code": "provisoire"}


def test_a_row_met_on_an_earlier_page_is_left_out():
    seen: set[str] = set()
    assert len(rows(RECORDED_ARRAY, seen)) == 2
    assert rows(RECORDED_PLAIN, seen) == ()


def test_identifiers_1_and_text_1_are_two():
    value = [{"@iot.id": 1, "result": 1}, {"@iot.id": "1", "result": 2}]
    assert [row["result"] for row in rows({"value": value})] == [1, 2]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotJsonError),
        (b"<html>", NotJsonError),
        (RECORDED_ARRAY[:250], TruncatedError),
        ({"code": 404, "message": "Not found"}, WrongShapeError),
        ({"value": [1]}, WrongShapeError),
        ({"value": [{"result": 1}]}, WrongShapeError),
        ({"value": [{"dataArray": [[1, 2]]}]}, WrongShapeError),
        ({"value": [{"components": ["result"], "dataArray": [[2]]}]}, WrongShapeError),
        ({"value": [{"components": ["id", "result"], "dataArray": [[2]]}]}, WrongShapeError),
    ],
    ids=range(9),
)
def test_anything_else_is_named(body, error):
    with pytest.raises(error):
        rows(body)


def test_the_next_page_is_that_of_the_link_unless_the_page_is_empty():
    assert parse.next_link(answer(RECORDED_ARRAY)).endswith("$skip=2")
    assert parse.next_link(answer(RECORDED_PLAIN)) is None
    assert parse.next_link(answer({"value": [], "@iot.nextLink": "http://source/x"})) is None


def datastream(**fields: object) -> dict:
    return {"@iot.id": 12, "name": "A", "unitOfMeasurement": {"symbol": "m", "name": "mètre"}} | {
        **fields
    }


def test_a_datastream_comes_alone_or_in_a_list():
    alone, listed = answer(datastream()), answer({"value": [datastream()]})
    assert parse.datastreams(alone) == parse.datastreams(listed)
    assert parse.datastreams(alone) == [Datastream("12", 12, "A", "m", None)]


@pytest.mark.parametrize(
    ("name", "key"), [(12, "12"), ("a-b", "'a-b'"), ("l'île", "'l''île'"), ("12", "'12'")]
)
def test_an_identifier_is_written_as_an_address_needs(name, key):
    (found,) = parse.datastreams(answer(datastream(**{"@iot.id": name})))
    assert found.key == key


@pytest.mark.parametrize(
    ("unit", "told"),
    [({"name": "mètre"}, "mètre"), ({"symbol": None, "name": None}, ""), (None, "")],
)
def test_the_unit_is_its_symbol_or_its_name(unit, told):
    (found,) = parse.datastreams(answer(datastream(unitOfMeasurement=unit)))
    assert found.unit == told


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ("2024-01-01T00:00:00Z/2024-01-31T08:00:00Z", datetime(2024, 1, 31, 8, tzinfo=UTC)),
        ("2024-01-31T08:00:00", datetime(2024, 1, 31, 8, tzinfo=UTC)),
        ("hier", None),
        (None, None),
    ],
)
def test_the_latest_result_is_the_end_of_the_interval(told, last):
    (found,) = parse.datastreams(answer(datastream(resultTime=told)))
    assert found.last == last


@pytest.mark.parametrize("document", [{"value": 1}, {"name": "A"}, {"value": ["A"]}])
def test_what_is_no_datastream_is_named(document):
    with pytest.raises(WrongShapeError):
        parse.datastreams(answer(document))


@pytest.mark.parametrize(
    "collection", ["Datastreams", "Datastreams(12)", "/Datastreams('a')", "Things(3)/Datastreams"]
)
def test_a_collection_is_a_path_to_datastreams(collection):
    assert parse.path(collection) == collection.strip("/")


@pytest.mark.parametrize(
    "collection", ["", "Observations", "Datastreams(12)/Thing", "Datastreams?x"]
)
def test_another_path_is_refused(collection):
    with pytest.raises(OptionsError):
        parse.path(collection)


def test_a_page_is_made_smaller_until_it_is_small():
    sizes, url = [], "http://source/Observations?$top=5000&$skip=10"
    while (url := parse.smaller(url)) is not None:
        sizes.append(parse.top(url))
        assert url.endswith("&$skip=10")
    assert sizes == ["1000", "200", "40"]
    assert parse.smaller("http://source/Datastreams(12)") is None
    assert parse.top(parse.smaller("http://source/x?%24top=500")) == "100"


def test_a_service_says_that_it_has_data_arrays():
    standard = "http://www.opengis.net/spec/iot_sensing/1.1/req/data-array/data-array"
    assert parse.has_data_arrays(answer({"serverSettings": {"conformance": [standard]}}))
    assert not parse.has_data_arrays(answer({"serverSettings": {"conformance": ["/req/other"]}}))
    assert not parse.has_data_arrays(answer({"value": []}))
