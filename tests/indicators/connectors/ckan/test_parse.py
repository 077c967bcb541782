import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from indicators.connectors.base import (
    Answer,
    NotFinite,
    NotJsonError,
    PageLoopError,
    QueryRefusedError,
    TruncatedError,
    Window,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.ckan import parse

PARIS = ZoneInfo("Europe/Paris")
# as a CKAN 2.12 answered, a row of three kept
RECORDED = (
    b'{"help": "http://127.0.0.1/api/3/action/help_show?name=datastore_search", "success": true,'
    b' "result": {"include_total": false, "limit": 2, "records_format": "objects", "resource_id":'
    b' "9879b097", "sort": "_id", "records": [{"_id":73,"compteur":"A","date":'
    b'"2024-01-02T00:00:00.000","n":0,"tz":null}], "fields": [{"id": "_id", "type": "int"},'
    b' {"id": "compteur", "type": "text"}, {"id": "date", "type": "timestamp"}, {"id": "n", "type":'
    b' "numeric", "info": {"label": "Passages", "unit": "velos", "notes": "x"}}]}}'
)
REFUSED = (
    b'{"help": "http://127.0.0.1", "error": {"filters": ["Unknown field: jour"], "__type":'
    b' "Validation Error"}, "success": false}'
)


def answer(body: bytes | dict) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("http://source/api/3/action/datastore_search", "application/json", raw)


def page(*records: object, **more: object) -> Answer:
    return answer({"success": True, "result": {"records": list(records), **more}})


def window(start: str, end: str) -> Window:
    return Window(*(datetime.fromisoformat(one).replace(tzinfo=PARIS) for one in (start, end)))


def test_a_record_is_a_row():
    assert parse.rows(answer(RECORDED)) == (
        {"_id": 73, "compteur": "A", "date": "2024-01-02T00:00:00.000", "n": 0, "tz": None},
    )


def test_the_fields_are_told_with_their_types_and_units():
    assert parse.field_types(answer(RECORDED)) == {
        "_id": "int", "compteur": "text", "date": "timestamp", "n": "numeric",
    }  # fmt: skip
    assert parse.units(answer(RECORDED)) == {"n": "velos"}


def test_a_number_that_no_float_holds_keeps_its_text():
    (row,) = parse.rows(answer(b'{"success": true, "result": {"records": [{"_id": 1, "n": NaN}]}}'))
    assert isinstance(row["n"], NotFinite)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", NotJsonError),
        (b"<html>", NotJsonError),
        (RECORDED[:200], TruncatedError),
        (REFUSED, WrongShapeError),
        ({"success": True, "result": []}, WrongShapeError),
        ({"success": True, "result": {"records": "1,A\n"}}, WrongShapeError),
        ({"success": True, "result": {"records": [1]}}, WrongShapeError),
        ({"success": True, "result": {"records": [], "records_truncated": True}}, TruncatedError),
    ],
    ids=range(8),
)
def test_anything_else_is_named(body, error):
    with pytest.raises(error):
        parse.rows(answer(body))


def test_a_refusal_says_what_the_source_says():
    with pytest.raises(WrongShapeError, match="Unknown field: jour"):
        parse.rows(answer(REFUSED))


def test_the_last_key_is_that_of_the_last_record():
    assert parse.last_key(page({"_id": 4}, {"_id": 9}), after=3) == 9


@pytest.mark.parametrize(
    ("records", "error"),
    [
        ([{"_id": 3}], PageLoopError),
        ([{"_id": 5}, {"_id": 4}], PageLoopError),
        ([{"n": 1}], WrongShapeError),
    ],
)
def test_keys_that_do_not_grow_are_refused(records, error):
    with pytest.raises(error):
        parse.last_key(page(*records), after=3)


def test_a_field_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(QueryRefusedError, match="r1 has no field jour: it has _id, date"):
        parse.require("jour", {"_id": "int", "date": "timestamp"}, "r1")


@pytest.mark.parametrize(
    ("kind", "first", "end"),
    [
        ("timestamp", "2024-01-01T00:00:00", "2024-02-01T08:30:00"),
        ("timestamptz", "2024-01-01T00:00:00+01:00", "2024-02-01T08:30:00+01:00"),
        ("date", "2024-01-01", "2024-02-02"),
        ("int4", 2024, 2025),
        ("text", "2023-12", "2025"),
    ],
)
def test_the_bounds_are_written_as_the_type_needs(kind, first, end):
    told = parse.bounds(kind, window("2024-01-01T00:00", "2024-02-01T08:30"))
    assert told == {"gte": first, "lt": end}


@pytest.mark.parametrize("kind", ["date", "int4"])
def test_an_end_at_midnight_leaves_its_day_out(kind):
    told = parse.bounds(kind, window("2023-01-01", "2024-01-01"))
    assert told["lt"] == {"date": "2024-01-01", "int4": 2024}[kind]


@pytest.mark.parametrize(
    "text",
    ["2024-03-01", "2024-03", "2024-Q2", "2024-T2", "2024-02-29T23:00:00Z", "2024-03-31T21:59:59Z"],
)
def test_no_way_to_write_a_period_of_the_window_is_left_out(text):
    told = parse.bounds("text", window("2024-03-01", "2024-04-01"))
    assert told["gte"] <= text < told["lt"]


def test_a_year_is_not_left_out():
    told = parse.bounds("text", window("2024-01-01", "2025-01-01"))
    assert told["gte"] <= "2024" < told["lt"]


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("2026-11-30T08:39:49.258399", datetime(2026, 11, 30, 8, 39, 49, 258399, UTC)),
        ("2026-11-30T09:39:49+01:00", datetime(2026, 11, 30, 8, 39, 49, 0, UTC)),
        (None, None),
        ("hier", None),
    ],
)
def test_the_date_of_the_data_is_utc(told, moment):
    assert parse.changed_at({"last_modified": told}) == moment


def test_the_token_falls_back_on_the_date_of_the_description():
    assert parse.token({"last_modified": None, "metadata_modified": "2026"}) == "2026"
