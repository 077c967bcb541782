import json
from datetime import UTC, datetime

import pytest

from indicators.connectors.base import (
    Answer,
    BusyError,
    HttpStatusError,
    MissingCollectionError,
    NotFinite,
    NotJsonError,
    OptionsError,
    QueryRefusedError,
    TruncatedError,
    WrongShapeError,
)
from indicators.connectors.http import Refusal
from indicators.connectors.opendatasoft import parse
from tests.shared import DATA, needs

RECORDS = ("ods", "paris_records_etat-special-7e.json")
CARD = ("ods", "paris_dataset_meta_conseillers.json")
URL = "http://source/api/explore/v2.1/catalog/datasets/mesures"


def answer(body: bytes | dict | list) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(URL, "application/json", raw)


def recorded(*place: str) -> Answer:
    return Answer(URL, "application/json", DATA.joinpath(*place))


def refused(status: int, body: object, **headers: str) -> Refusal:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Refusal(URL, status, {k.replace("_", "-"): v for k, v in headers.items()}, raw)


@needs(*CARD)
def test_the_card_that_paris_answered_gives_the_date_of_its_data():
    told = parse.dataset(recorded(*CARD))
    assert told.title == "Conseillers.ère.s d'arrondissements"
    # its `modified` is three days later, and does not move with the data
    assert told.processed_at == datetime(2021, 11, 29, 10, 46, 16, tzinfo=UTC)
    assert (told.count, told.token) == (390, "2021-11-29T10:46:16+00:00/390")
    assert told.licence == "Open Database License (ODbL)"
    assert told.fields["fonction_dans_l_executif"] == "text"
    assert len(told.fields) == 6


@needs(*RECORDS)
def test_the_records_that_paris_answered_are_rows():
    rows = parse.records(recorded(*RECORDS))
    assert len(rows) == 11
    assert sum(row["budgets_votes_pmt"] for row in rows[:2]) == 161405 + 36365
    assert rows[0]["type_du_vote"] == "Budget Primitif"


def test_a_card_may_say_little():
    told = parse.dataset(answer({"dataset_id": "mesures", "fields": [{"name": "a"}, {}, 3]}))
    assert (told.title, told.processed_at, told.count) == ("mesures", None, None)
    assert told.fields == {"a": ""}


def test_the_unit_of_a_field_is_among_its_annotations():
    fields = [{"name": "a", "annotations": {"unit": "µg/m3"}}, {"name": "b", "annotations": []}]
    assert parse.dataset(answer({"fields": fields})).units == {"a": "µg/m3"}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": 1}, WrongShapeError),
        ([], WrongShapeError),
        (b"<html></html>", NotJsonError),
        (b'{"fields": [', TruncatedError),
    ],
)
def test_what_is_no_card_is_named(body, error):
    with pytest.raises(error):
        parse.dataset(answer(body))


@pytest.mark.parametrize("body", [{}, {"results": {}}, {"results": [1]}, {"results": None}])
def test_what_is_no_page_of_records_is_named(body):
    with pytest.raises(WrongShapeError):
        parse.records(answer(body))


def test_an_export_is_read_line_by_line_a_batch_at_a_time(monkeypatch):
    monkeypatch.setattr(parse, "BATCH", 2)
    body = b'{"n": 1}\n{"n": 2}\r\n\n{"n": 1e400}'  # the last line has no end
    assert list(parse.exported(answer(body))) == [
        ({"n": 1}, {"n": 2}),
        ({"n": NotFinite("1e400")},),
    ]


def test_an_export_without_a_line_has_no_row():
    assert list(parse.exported(answer(b""))) == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html>\n</html>", NotJsonError),
        (b'{"n": 1}\n{"n": ', TruncatedError),
        (b'{"n": 1}\n{"n": 2}}\n', NotJsonError),
        (b'[{"n": 1}]\n', NotJsonError),
        (b'{"n": "\xff"}\n', NotJsonError),
    ],
    ids=range(5),
)
def test_what_is_no_export_is_named(body, error):
    with pytest.raises(error):
        list(parse.exported(answer(body)))


def test_a_row_is_named_by_its_key():
    rows = ({"a": 1, "b": "x", "c": 0}, {"a": 1, "b": None, "c": 0})
    assert list(parse.keys(rows, ["a", "b"])) == ['{"a": 1, "b": "x"}', '{"a": 1, "b": null}']
    with pytest.raises(OptionsError, match="leaves out d"):
        list(parse.keys(rows, ["a", "d"]))


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, {"error_code": "ODSQLError", "message": "Unknown field: a"}, QueryRefusedError,
         "ODSQLError: Unknown field: a"),
        (404, {"error_code": "NotFoundResource", "message": "gone"}, MissingCollectionError,
         "NotFoundResource: gone"),
        (401, {"message": "no key"}, HttpStatusError, "no key"),
        (400, b"<html>", QueryRefusedError, "answered 400"),
        (400, ["a"], QueryRefusedError, "answered 400"),
    ],
)  # fmt: skip
def test_a_refusal_is_named_in_the_words_of_the_source(status, body, kind, words):
    error = parse.refusal(refused(status, body))
    assert type(error) is kind
    assert words in error.message


def test_another_status_says_enough():
    assert parse.refusal(refused(502, b"")) is None


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"reset_time": "2024-01-02T00:00:00Z"}, {"date": "Mon, 01 Jan 2024 23:59:00 GMT"}, 60),
        ({"reset_time": "2024-01-01T00:00:00Z"}, {"date": "Mon, 01 Jan 2024 23:59:00 GMT"}, 0),
        ({"reset_time": "2024-01-02T00:00:00Z"}, {"retry_after": "7"}, 7),
        ({"reset_time": "2024-01-02T00:00:00Z"}, {}, None),
        ({"reset_time": "soon"}, {"date": "Mon, 01 Jan 2024 23:59:00 GMT"}, None),
        ({}, {"date": "Mon, 01 Jan 2024 23:59:00 GMT"}, None),
    ],
)
def test_the_wait_for_a_quota_is_told_by_the_clock_of_the_source(body, headers, seconds):
    error = parse.refusal(refused(429, {"errorcode": 10002, "error": "Too many"} | body, **headers))
    assert isinstance(error, BusyError)
    assert error.retry_after_s == seconds
    assert "10002: Too many" in error.message
