import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from indicators.connectors.base import (
    Answer,
    MissingCollectionError,
    Query,
    TruncatedError,
    UnreachableError,
    Window,
    WrongShapeError,
)
from indicators.connectors.sql import parse, tables
from indicators.connectors.sql.session import place
from indicators.connectors.sql.tables import Column, Table

PARIS = ZoneInfo("Europe/Paris")
SCHEMA = pa.schema([("n", pa.int64())])


def column(name: str, kind: str = "text") -> Column:
    return Column(name, kind, kind, "public", name)


def stream(*parts: list[dict]) -> bytes:
    file = io.BytesIO()
    with pa.ipc.new_stream(file, SCHEMA) as writer:
        for rows in parts:
            writer.write_batch(pa.RecordBatch.from_pylist(rows, schema=SCHEMA))
    return file.getvalue()


def read(body: bytes) -> list[list[dict]]:
    answer = Answer("postgresql://h/d/t", "application/vnd.apache.arrow.stream", body)
    return [batch.to_pylist() for batch in parse.batches(answer)]


def test_the_parts_of_an_answer_are_read_in_order():
    assert read(stream([{"n": 1}, {"n": None}], [{"n": 3}])) == [
        [{"n": 1}, {"n": None}],
        [{"n": 3}],
    ]
    assert read(stream()) == []


def test_what_is_no_stream_and_what_was_cut_is_named():
    with pytest.raises(WrongShapeError):
        read(b"<html>")
    with pytest.raises(TruncatedError):
        read(stream([{"n": 1}])[:-40])


def test_an_address_and_a_secret_say_where_and_who():
    told = place(Query("postgresql://h.example/db%20a", "t", secret="moi:a:b"))
    assert (told.host, told.port, told.database) == ("h.example", 5432, "db a")
    assert (told.user, told.password) == ("moi", "a:b")
    assert place(Query("postgresql://h:5433/d", "t")).port == 5433


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("postgresql://h:99999/d", UnreachableError),
        ("postgresql://h", MissingCollectionError),
        ("postgresql:///d", MissingCollectionError),
    ],
)
def test_an_address_that_leads_nowhere_is_named(address, fault):
    with pytest.raises(fault):
        place(Query(address, "t"))


def test_names_are_quoted_and_instants_are_parameters():
    time = column('at"; DROP TABLE x', "timestamptz")
    table = Table("s", 't"', "", (time, column("n", "int4")))
    text = tables.statement(table, table.columns, time, [table.column("n")]).as_string(None)
    assert text == (
        'SELECT "at""; DROP TABLE x"::text, "n" FROM "s"."t""" '
        'WHERE "at""; DROP TABLE x" >= %s AND "at""; DROP TABLE x" < %s '
        'ORDER BY "at""; DROP TABLE x", "n"'
    )


@pytest.mark.parametrize("kind", ["text", "int4"])
def test_a_month_or_a_year_has_no_bounds_and_all_is_asked_for(kind):
    time = column("annee", kind)
    table = Table("s", "t", "", (time,))
    assert "WHERE" not in tables.statement(table, (time,), time, []).as_string(None)


def test_bounds_are_instants_or_the_clocks_of_the_window():
    window = Window(datetime(2024, 1, 1, tzinfo=PARIS), datetime(2024, 2, 1, tzinfo=PARIS))
    assert tables.bounds(column("at", "timestamptz"), window) == [window.start, window.end]
    naive = [datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-02-01")]
    assert tables.bounds(column("at", "timestamp"), window) == naive
    assert tables.bounds(column("at", "date"), window) == naive


def test_a_window_that_ends_in_the_hour_that_comes_twice_leaves_no_row_out():
    end = datetime(2024, 10, 27, 1, 30, tzinfo=UTC).astimezone(PARIS)  # 02:30, the second
    window = Window(datetime(2024, 10, 1, tzinfo=PARIS), end)
    last = tables.bounds(column("at", "timestamp"), window)[1]
    # 02:45 is read as the first, which is before the end
    assert last > datetime.fromisoformat("2024-10-27T02:45")


def test_a_column_that_is_not_there_is_named_or_left_out():
    table = Table("s", "t", "", (column("a"), column("b")))
    assert [one.name for one in tables.chosen(table, ["b", "gone"])] == ["b"]
    for fault in (lambda: tables.chosen(table, ["gone"]), lambda: table.column("gone"),
                  lambda: tables.as_names("a", "order")):  # fmt: skip
        with pytest.raises(WrongShapeError):
            fault()


def test_columns_have_types_that_do_not_change_from_part_to_part():
    kinds = {"int2": pa.int64(), "float4": pa.float64(), "bool": pa.bool_(),
             "numeric": pa.string(), "date": pa.string(), "geometry": pa.list_(pa.float64())}  # fmt: skip
    schema = pa.schema([column(kind, kind).arrow for kind in kinds])
    assert schema.types == list(kinds.values())
    assert tables.batch([(None,) * 6], schema).schema == schema
    assert tables.batch([], schema).num_rows == 0
