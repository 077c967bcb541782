import gzip
import io
import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from indicators.connectors.base import (
    Answer,
    NotJsonError,
    TooBigError,
    TruncatedError,
    WrongShapeError,
)
from indicators.connectors.files import parse

LIMIT = 1_000_000


def rows(body: bytes, name: str = "a.csv", headers: dict | None = None, **options) -> list[dict]:
    answer = Answer(f"http://lake/{name}", "application/octet-stream", body, headers=headers or {})
    found = parse.batches(answer, options, limit=LIMIT)
    return [row for batch in found for row in batch.to_pylist()]


def parquet(table: pa.Table, **options) -> bytes:
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def geo(about: dict) -> bytes:
    """A GeoParquet file with a point, a line and no shape."""
    shapes = [shapely.Point(-0.57, 44.84), shapely.LineString([(0, 0), (1, 1)]), None]
    table = pa.table({"n": [1, 2, 3], "geom": shapely.to_wkb(shapes)})
    told = {"version": "1.1.0", "primary_column": "geom",
            "columns": {"geom": {"encoding": "WKB", "geometry_types": [], **about}}}  # fmt: skip
    return parquet(table.replace_schema_metadata({"geo": json.dumps(told)}))


# ---------------------------------------------------------------- CSV


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_the_delimiter_is_found_and_the_byte_order_mark_is_no_part_of_a_name(sign):
    text = f"\ufeffjour{sign}n\r\n2024-01-01{sign}12\r\n2024-01-02{sign}\r\n"
    assert rows(text.encode()) == [
        {"jour": "2024-01-01", "n": "12"},
        {"jour": "2024-01-02", "n": None},
    ]


def test_every_cell_is_text_as_written():
    body = b"id,n\n007,1e3\n1.0,NaN\n"
    assert rows(body) == [{"id": "007", "n": "1e3"}, {"id": "1.0", "n": "NaN"}]


def test_a_french_number_is_not_guessed():
    assert rows(b"n;x\n1 234,5;a\n") == [{"n": "1 234,5", "x": "a"}]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1 234,5", "1234.5"), ("1\u202f234\u00a0567", "1234567"), ("-0,25", "-0.25"), ("12", "12"),
        ("1234", "1234"), ("12 34", "12 34"), ("1,2,3", "1,2,3"), ("3,5 m", "3,5 m"), ("n.d.", "n.d."),
    ],
)  # fmt: skip
def test_a_french_number_is_read_where_it_is_told(cell, read):
    found = rows(f"n;x\n{cell};a\n".encode(), decimal=",", thousands=" ")
    assert found == [{"n": read, "x": "a"}]


def test_a_decimal_comma_alone_leaves_blanks():
    assert rows(b"n;x\n1 234,5;2,5\n", decimal=",") == [{"n": "1 234,5", "x": "2.5"}]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_an_encoding_is_followed(encoding):
    body = "année,lieu\n2024,Mérignac\n".encode(encoding)
    assert rows(body, encoding=encoding) == [{"année": "2024", "lieu": "Mérignac"}]


@pytest.mark.parametrize("text", ["année,lieu\n2024,a\n", "an,lieu\n2024,Mérignac\n"])
def test_another_encoding_than_told_is_named(text):
    with pytest.raises(WrongShapeError, match="encoding"):
        rows(text.encode("cp1252"))


def test_an_encoding_that_does_not_exist_is_named():
    with pytest.raises(WrongShapeError, match="klingon"):
        rows(b"a,b\n1,2\n", encoding="klingon")


def test_cells_may_hold_lines_quotes_and_delimiters():
    assert rows(b'a,b\n"x, ""y""\nz",2\n') == [{"a": 'x, "y"\nz', "b": "2"}]


def test_only_the_columns_wanted_are_read_and_a_missing_one_is_no_column():
    assert rows(b"a,b,c\n1,2,3\n", columns=["c", "gone"]) == [{"c": "3"}]


def test_a_column_without_a_name_is_left_out():
    assert rows(b"a;b;\n1;2;\n") == [{"a": "1", "b": "2"}]


def test_the_values_of_the_path_are_texts_of_each_row():
    assert rows(b"n\n1\n", "year%3D2024/zone=A/a.csv") == [{"n": "1", "year": "2024", "zone": "A"}]


def test_a_value_of_the_row_goes_before_that_of_the_path():
    assert rows(b"year,n\n2023,1\n", "year=2024/a.csv") == [{"year": "2023", "n": "1"}]


def test_many_rows_come_in_parts_in_their_order():
    body = b"n\n" + b"".join(b"%d\n" % n for n in range(300_000))
    answer = Answer("http://lake/a.csv", "text/csv", body)
    parts = list(parse.batches(answer, {}, limit=LIMIT))
    assert len(parts) > 1
    assert pa.Table.from_batches(parts)["n"].to_pylist() == [str(n) for n in range(300_000)]


def test_a_packed_file_is_unpacked():
    assert rows(gzip.compress(b"n,x\n1,2\n", mtime=0), "a.csv.gz") == [{"n": "1", "x": "2"}]


def test_a_packed_file_that_unfolds_too_far_is_stopped():
    with pytest.raises(TooBigError):
        rows(gzip.compress(b"n,x\n" + b"1,2\n" * LIMIT, mtime=0), "a.csv.gz")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"<!doctype html><html></html>", NotJsonError),
        (b"\xef\xbb\xbf\n <html>", NotJsonError),
        (b"", WrongShapeError),
        (b"\n\n", WrongShapeError),
        (b"jour,n\n2024-01-01,1\n2024-01-", TruncatedError),
        (b"jour,n\n2024-01-01,1\n2024-01-02\n2024-01-03,3\n", WrongShapeError),
        (b"jour,n\n2024-01-01,1,4\n", WrongShapeError),
        (b"jour,jour\n1,2\n", WrongShapeError),
        (gzip.compress(b"jour,n\n2024,1\n", mtime=0)[:-10], TruncatedError),
        (b"\x1f\x8bnot really packed", WrongShapeError),
    ],
)
def test_what_is_no_csv_is_named(body, fault):
    with pytest.raises(fault, match="lake"):
        rows(body)


def test_a_header_alone_is_a_file_without_rows():
    assert rows(b"jour,n\n") == []


# ---------------------------------------------------------------- Parquet


def test_parquet_keeps_its_types():
    table = pa.table({
        "jour": [date(2024, 1, 1), None],
        "at": pa.array([1_704_067_200_000_000_123, None], pa.timestamp("ns", "UTC")),
        "n": [1.5, None],
        "code": pa.array(["A", "B"]).dictionary_encode(),
        "name": pa.array(["x", "y"], pa.string_view()),
    })  # fmt: skip
    first, second = rows(parquet(table), "a.parquet")
    assert first == {"jour": date(2024, 1, 1), "at": datetime(2024, 1, 1, tzinfo=UTC), "n": 1.5,
                     "code": "A", "name": "x"}  # fmt: skip
    assert (second["n"], second["name"]) == (None, "y")


def test_only_the_columns_wanted_of_parquet_are_read():
    body = parquet(pa.table({"a": [1], "b": [2]}))
    assert rows(body, "year=2024/a.parquet", columns=["b", "gone"]) == [{"b": 2}]
    assert rows(body, "year=2024/a.parquet", columns=["b", "year"]) == [{"b": 2, "year": "2024"}]


def test_parquet_is_known_by_its_beginning_and_comes_in_parts():
    answer = Answer("http://lake/export", "", parquet(pa.table({"n": list(range(40_000))})))
    parts = list(parse.batches(answer, {}, limit=LIMIT))
    assert [part.num_rows for part in parts] == [16_384, 16_384, 7_232]


def test_a_long_part_needs_little_memory(tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table({name: range(1_000_000) for name in "abcd"})
    pq.write_table(table, path, row_group_size=len(table), use_dictionary=False, compression="none")
    del table
    kept, most = pa.total_allocated_bytes(), 0
    for _batch in parse.batches(Answer("http://lake/a.parquet", "", path), {}, limit=LIMIT):
        most = max(most, pa.total_allocated_bytes() - kept)
    assert path.stat().st_size > 30_000_000
    assert most < 15_000_000


@pytest.mark.parametrize("kind", ["date", "instant", "text"])
def test_parts_outside_the_window_are_skipped_only_where_they_say_so(kind):
    days = [date(2024, 1, 1 + n) for n in range(30)]
    write = {"date": lambda day: day, "text": date.isoformat,
             "instant": lambda day: datetime.fromisoformat(f"{day}T12:00:00")}[kind]  # fmt: skip
    table = pa.table({"jour": [write(day) for day in days], "n": list(range(30))})
    body = parquet(table, row_group_size=5)
    headers = {"window": "2024-01-12T00:00:00+00:00/2024-01-14T00:00:00+00:00"}
    assert [row["n"] for row in rows(body, "a.parquet", headers, time_field="jour")] == list(
        range(10, 15)
    )
    assert len(rows(body, "a.parquet", headers)) == 30
    assert len(rows(body, "a.parquet", headers, time_field="n")) == 30
    assert len(rows(body, "a.parquet", headers, time_field="gone")) == 30


def test_points_become_longitude_and_latitude():
    assert rows(geo({}), "a.parquet") == [
        {"n": 1, "geometry": [-0.57, 44.84]},
        {"n": 2, "geometry": None},
        {"n": 3, "geometry": None},
    ]


def test_polygons_stay_as_they_are():
    square = shapely.box(0, 45, 1, 46)
    shapes = [square, shapely.MultiPolygon([square]), shapely.LineString([(0, 0), (1, 1)]), None]
    table = pa.table({"geom": shapely.to_wkb(shapes)})
    told = {"primary_column": "geom", "columns": {"geom": {"encoding": "WKB"}}}
    body = parquet(table.replace_schema_metadata({"geo": json.dumps(told)}))
    assert [row["geometry"] for row in rows(body, "a.parquet")] == [
        shapes[0].wkb, shapes[1].wkb, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"name": "WGS 84 (CRS84)", "id": {"authority": "OGC", "code": "CRS84"}},
        {"name": "WGS 84", "id": {"authority": "EPSG", "code": 4326}},
    ],
)
def test_longitude_and_latitude_are_told_in_several_ways(crs):
    assert rows(geo({"crs": crs}), "a.parquet")[0]["geometry"] == [-0.57, 44.84]


def test_another_reference_system_is_named_unless_its_column_is_left_out():
    body = geo({"crs": {"name": "RGF93", "id": {"authority": "EPSG", "code": 2154}}})
    with pytest.raises(WrongShapeError, match="EPSG:2154"):
        rows(body, "a.parquet")
    assert len(rows(body, "a.parquet", columns=["n"])) == 3


def test_points_written_as_pairs_are_read_too():
    kind = pa.struct([("x", pa.float64()), ("y", pa.float64())])
    table = pa.table({"geom": pa.array([{"x": 1.0, "y": 2.0}, None], kind)})
    told = {"primary_column": "geom", "columns": {"geom": {"encoding": "point"}}}
    body = parquet(table.replace_schema_metadata({"geo": json.dumps(told)}))
    assert rows(body, "a.parquet") == [{"geometry": [1.0, 2.0]}, {"geometry": None}]


def test_a_parquet_file_without_its_end_is_truncated():
    body = parquet(pa.table({"n": list(range(1000))}))
    for size in (4, 10, len(body) // 2, len(body) - 1):
        with pytest.raises(TruncatedError):
            rows(body[:size], "a.parquet")


def test_a_spoilt_parquet_file_is_named():
    body = parquet(pa.table({"n": list(range(1000))}))
    for spoilt in (body[:4] + b"\x00" * (len(body) - 8) + body[-4:], b"jour,n\n1,2\n"):
        with pytest.raises(WrongShapeError):
            rows(spoilt, "a.parquet")


def test_a_page_instead_of_parquet_is_named():
    with pytest.raises(NotJsonError):
        rows(b"<html>404</html>", "a.parquet")


def test_the_format_can_be_told():
    assert rows(b"n\n1\n", "export.pq", format="csv") == [{"n": "1"}]
    with pytest.raises(WrongShapeError, match="shapefile"):
        rows(b"n\n1\n", format="shapefile")


def test_the_fields_of_a_file():
    csv_file = Answer("http://lake/year=2024/a.csv", "", b"a;b\n1;2\n")
    assert parse.fields(csv_file, {}, limit=LIMIT) == {"year": "text", "a": "text", "b": "text"}
    table = Answer("http://lake/a.parquet", "", parquet(pa.table({"n": [1]})))
    assert parse.fields(table, {}, limit=LIMIT) == {"n": "int64"}
