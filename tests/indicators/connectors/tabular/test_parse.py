import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from indicators.connectors.base import (
    Answer,
    HttpStatusError,
    MissingCollectionError,
    NotFinite,
    NotJsonError,
    QueryRefusedError,
    TruncatedError,
    Window,
    WrongShapeError,
)
from indicators.connectors.http import Refusal
from indicators.connectors.tabular import client, parse

URL = "http://source/api/resources/r/data/"


def answer(body: bytes | dict | list) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(URL, "application/json", raw)


def refused(status: int, body: object) -> Refusal:
    return Refusal(URL, status, {}, json.dumps(body).encode())


def test_a_page_gives_its_rows_and_the_link_to_the_next():
    page = answer({"data": [{"__id": 1, "a": None}], "links": {"next": f"{URL}?page=2"}})
    assert parse.rows(page) == ({"__id": 1, "a": None},)
    assert parse.next_link(page) == f"{URL}?page=2"


@pytest.mark.parametrize("links", [{"next": None}, {}, None, []])
def test_the_last_page_has_no_link(links):
    assert parse.next_link(answer({"data": [], "links": links})) == ""


def test_a_number_that_no_float_holds_keeps_its_text():
    assert parse.rows(answer(b'{"data": [{"a": NaN}]}')) == ({"a": NotFinite("NaN")},)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, WrongShapeError),
        ({"data": {}}, WrongShapeError),
        ({"data": [1]}, WrongShapeError),
        ([], WrongShapeError),
        (b"<html>", NotJsonError),
        (b'{"data": [{"a"', TruncatedError),
    ],
    ids=range(6),
)
def test_what_is_no_page_is_named(body, error):
    with pytest.raises(error):
        parse.rows(answer(body))


def test_a_resource_is_told_by_its_file_and_its_date():
    body = {"created_at": "2023-04-21T22:54:22.043492+00:00", "url": "https://a/b/fake.csv"}
    told = parse.resource(answer(body))
    assert told.title == "fake.csv"
    assert told.parsed_at == datetime(2023, 4, 21, 22, 54, 22, 43492, tzinfo=UTC)
    assert told.token == body["created_at"]


def test_a_date_that_cannot_be_read_is_none():
    assert parse.resource(answer({"created_at": "hier"})).parsed_at is None


@pytest.mark.parametrize("body", [{}, {"created_at": None}])
def test_what_is_no_resource_is_named(body):
    with pytest.raises(WrongShapeError, match="created_at"):
        parse.resource(answer(body))


@pytest.mark.parametrize(
    ("profile", "types"),
    [
        (
            {"columns": {"a": {"python_type": "float"}, "b": {"format": "commune"}, "c": None}},
            {"a": "float", "b": "commune", "c": ""},
        ),
        ({"header": ["a", "b"]}, {"a": "", "b": ""}),
        ({}, {}),
    ],
)
def test_the_types_of_columns_are_those_of_the_profile(profile, types):
    assert parse.field_types(answer({"profile": profile})) == types


def test_what_is_no_profile_is_named():
    with pytest.raises(WrongShapeError, match="profile"):
        parse.field_types(answer({"data": []}))


def test_a_row_is_named_by_its_number_or_else_by_what_it_is_sorted_by():
    rows = ({"__id": 1, "code": "x"}, {"code": "x"})
    assert list(parse.keys(rows, ("__id", "code"))) == ["__id=1", "code='x'"]
    with pytest.raises(WrongShapeError, match="__id or code"):
        list(parse.keys(({"a": 1},), ("__id", "code")))


def test_the_next_page_must_answer_the_same_question():
    asked = f"{URL}?date__greater=2024-01-01&__id__sort=asc&page=1&page_size=50"
    parse.check_question(asked, f"{URL}?__id__sort=asc&date__greater=2024-01-01&page=2")
    with pytest.raises(WrongShapeError, match="forgets date__greater"):
        parse.check_question(asked, f"{URL}?__id__sort=asc&page=2&page_size=50")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, QueryRefusedError),
        (403, HttpStatusError),
        (404, MissingCollectionError),
        (410, MissingCollectionError),
    ],
)
def test_a_refusal_is_named_in_the_words_of_the_service(status, kind):
    errors = [
        {"title": "Database error", "detail": {"message": 'column "a" does not exist'}},
        {"title": "Other", "detail": "b"},
        "c",
    ]
    error = parse.refusal(refused(status, {"errors": errors}))
    assert type(error) is kind
    assert error.message.endswith('Database error: column "a" does not exist; Other: b; c')


def test_a_refusal_may_say_nothing():
    assert parse.refusal(refused(404, {"errors": None})).message.endswith("answered 404: ")
    assert parse.refusal(refused(500, {"errors": []})) is None


@pytest.mark.parametrize(
    ("zone", "end", "days"),
    [
        ("UTC", (2024, 1, 4), ("2024-01-02", "2024-01-04")),
        ("Europe/Paris", (2024, 1, 4), ("2024-01-01", "2024-01-04")),
        ("America/Martinique", (2024, 1, 4), ("2024-01-02", "2024-01-05")),
        ("UTC", (2024, 1, 4, 8), ("2024-01-02", "2024-01-05")),
    ],
)
def test_whole_days_are_asked_for(zone, end, days):
    place = ZoneInfo(zone)
    window = Window(datetime(2024, 1, 2, tzinfo=place), datetime(*end, tzinfo=place))
    assert client.days_of(window) == tuple(map(date.fromisoformat, days))
