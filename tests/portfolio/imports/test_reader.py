import io
import json
import random
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from portfolio.imports import reader, table, xlsx_file
from portfolio.imports.reader import FileShape
from portfolio.imports.table import FileRefusedError


def read(data: bytes, **shape):
    return reader.read(data, FileShape(**shape))


def texts(read_table) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table.rows]


def workbook(*rows, sheets=()) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, content in sheets:
        page = book.create_sheet(name)
        for row in content:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, **parts: str) -> bytes:
    """The workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name.split("/")[-1].split(".")[0], old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_byte_order_mark_do_not_matter(end, mark):
    data = (mark + end.join(["code;titre", "1;Parc", "2;Place"])).encode()
    assert texts(read(data)) == [("1", "Parc"), ("2", "Place")]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines_and_lines_still_count():
    data = b'a;b\n1;"un; ""deux""\ntrois"\n2;x\n'
    found = read(data)
    assert texts(found) == [("1", 'un; "deux"\ntrois'), ("2", "x")]
    assert [row.line for row in found.rows] == [2, 4]


def test_another_encoding_and_delimiter_are_read_when_declared():
    data = "code,titre\n1,Métro\n".encode("latin-1")
    assert texts(read(data, encoding="latin-1", delimiter=",")) == [("1", "Métro")]


def test_a_byte_order_mark_tells_utf_16():
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        data = mark + "code;titre\n1;Métro\n".encode(encoding)
        assert texts(read(data)) == [("1", "Métro")]


def test_the_fallback_encoding_reads_what_is_not_in_the_declared_one_at_all():
    data = "code;titre\n1;Métro à l’été\n".encode("cp1252")
    assert texts(read(data, fallback_encoding="cp1252")) == [("1", "Métro à l’été")]
    cut = "code;titre\n1;Métro à l’été".encode()[:-1]
    with pytest.raises(FileRefusedError):
        read(cut, fallback_encoding="cp1252")


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_a_header_without_the_declared_delimiter_has_another(delimiter):
    data = f"a{delimiter}b\n1{delimiter}x;y\n".encode()
    assert texts(read(data)) == [("1", "x;y")]


def test_blank_lines_are_no_rows():
    found = read(b"\na;b\n\n1;2\n;\n3;4\n")
    assert [(row.line, row.cells) for row in found.rows] == [(4, ("1", "2")), (6, ("3", "4"))]


@pytest.mark.parametrize("line", ["1", "1;2;3"])
def test_a_row_of_another_length_is_a_fault_of_its_own(line):
    found = read(f"a;b\n{line}\n5;6\n".encode())
    assert found.rows[0].fault is not None
    assert found.rows[0].cells == tuple(line.split(";"))
    assert found.rows[1].fault is None


def test_an_apostrophe_against_formulas_is_taken_away():
    assert texts(read(b"a;b\n'+ de vert;'l'eau\n")) == [("+ de vert", "'l'eau")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", 0),
        (b"  \r\n ", 0),
        (b"\xef\xbb\xbf", 0),
        (b"a;b\n", 0),
        ("a;b\n1;M\u00e9tro\n".encode("latin-1"), 2),
        ("a;b\n1;2\n".encode("utf-16")[:-1], 2),
        ("é;b\n1;2\n".encode()[:1] + b";b\n1;2\n", 1),
        (b'a;b\n1;2\n3;"open\n4;5\n', 3),
        (b'a;b\n1;"x"y\n', 2),
        (b"a;b\n1;\x002\n", 0),
        (b"a;A\n1;2\n", 0),
        ("é;e\n1;2\n".encode(), 0),
        (b"%PDF-1.7", 0),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0),
        (b"\x1f\x8b\x08", 0),
        (b"<!DOCTYPE html><p>Erreur 500", 0),
        (b"<?xml version='1.0'?><a/>", 0),
        (b"PK\x03\x04 not an archive", 0),
        (b'{"type": "Feature"}', 0),
        (b'{"type": "FeatureCollection", "features": [', 1),
        (b'{"type": "FeatureCollection",\n "features": {}}', 0),
        (b'{"type": "FeatureCollection", "features": [{"properties": {"a": NaN}}]}', 0),
        (b'{"a":' * 100_000, 0),
        (b'{"type": "FeatureCollection", "features": []}', 0),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(data, line):
    with pytest.raises(FileRefusedError) as refusal:
        read(data)
    assert [fault.line for fault in refusal.value.faults] == [line]
    assert refusal.value.faults[0].reason


def test_caps_are_checked_before_parsing(monkeypatch):
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(FileRefusedError):
        read(b"a;b\n1;2\n3;4\n")


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("portfolio.imports.csv_file.MAX_ROWS", 2)
    with pytest.raises(FileRefusedError) as refusal:
        read(b"a\n1\n2\n3\n")
    assert refusal.value.faults[0].line == 4


def test_too_many_columns_are_refused():
    wide = ";".join(f"c{number}" for number in range(table.MAX_COLUMNS + 1))
    with pytest.raises(FileRefusedError):
        read(f"{wide}\n{wide}\n".encode())


def test_a_workbook_is_read_as_the_csv_would_be():
    data = workbook(
        ["code", "titre", "budget", "date", "vrai"],
        [2204, "Parc", 1500000.0, datetime(2017, 7, 1), True],  # noqa: DTZ001 - as Excel has it
        [None, None, None, None, None],
        [2205, "+ de vert", 0.1, date(2018, 1, 2), None],
    )
    found = read(data)
    assert found.format == "XLSX"
    assert [(row.line, row.cells) for row in found.rows] == [
        (2, ("2204", "Parc", "1500000", "2017-07-01", "True")),
        (4, ("2205", "+ de vert", "0.1", "2018-01-02", "")),
    ]


def test_the_sheet_may_be_named():
    data = workbook(["notes"], ["rien"], sheets=[("Projets", [["code"], ["1"]])])
    assert texts(read(data)) == [("rien",)]
    assert texts(read(data, sheet="Projets")) == [("1",)]
    with pytest.raises(FileRefusedError):
        read(data, sheet="Absent")


def test_an_archive_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (xlsx_file.RATIO_MATTERS_OVER * 5))
    with pytest.raises(FileRefusedError):
        read(out.getvalue())


def test_an_archive_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("lisez-moi.txt", "bonjour")
    with pytest.raises(FileRefusedError):
        read(out.getvalue())


def test_entities_of_a_workbook_are_not_expanded():
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(FileRefusedError):
        read(repacked(workbook(["a"], ["1"]), sheet1=bomb))


@pytest.mark.parametrize("cell", ["A9999999", "XFD2"])
def test_a_workbook_that_claims_a_giant_sheet_is_refused(cell):
    far = "".join(char for char in cell if char.isdigit())
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        f'<row r="{far}"><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(FileRefusedError):
        read(repacked(workbook(["a"], ["1"]), sheet1=sheet))


def test_a_damaged_workbook_is_read_or_refused_never_more():
    whole = bytearray(workbook(["code", "titre"], *[[n, f"Projet {n}"] for n in range(50)]))
    chance = random.Random(1)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        with suppress(FileRefusedError):
            read(bytes(damaged))


def collection(*features, **members) -> bytes:
    document = {"type": "FeatureCollection", "features": list(features), **members}
    return json.dumps(document).encode()


def feature(geometry=None, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_geojson_properties_are_columns_and_features_rows():
    point = {"type": "Point", "coordinates": [-0.5, 45.2, 12]}
    found = read(collection(feature(point, code=1, b=None), feature(None, code=2.50, c="x")))
    assert found.header == ("code", "b", "c")
    assert texts(found) == [("1", "", ""), ("2.5", "", "x")]
    assert [row.line for row in found.rows] == [1, 2]
    assert found.rows[0].geometry.coords == (-0.5, 45.2)
    assert found.rows[0].geometry.srid == 4326
    assert found.rows[1].geometry is None


SQUARE = [[0, 0], [1, 0], [1, 1], [0, 0]]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("LineString", [[0, 0], [1, 1]]),
        ("Polygon", [SQUARE]),
        ("MultiPoint", [[0, 0], [1, 1]]),
        ("MultiLineString", [[[0, 0], [1, 1]]]),
        ("MultiPolygon", [[SQUARE], [SQUARE]]),
    ],
)
def test_every_kind_of_geometry_is_drawn(kind, coordinates):
    shape = {"type": kind, "coordinates": coordinates}
    assert read(collection(feature(shape, a=1))).rows[0].geometry.geom_type == kind
    members = {"type": "GeometryCollection", "geometries": [shape]}
    drawn = read(collection(feature(members, a=1))).rows[0].geometry
    assert drawn.geom_type == "GeometryCollection"


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["-0.5", "45"]},
        {"type": "Point", "coordinates": [1]},
        {"type": "Point"},
        {"type": "Circle", "coordinates": [0, 0]},
        {"type": "LineString", "coordinates": [[0, 0]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
        {"type": "Polygon", "coordinates": "POLYGON"},
        "POINT (0 0)",
        [],
    ],
)
def test_a_geometry_that_cannot_be_drawn_is_a_fault_of_its_row(geometry):
    found = read(collection(feature(geometry, a=1), feature(None, a=2)))
    assert found.rows[0].fault.column == "geometry"
    assert found.rows[1].fault is None


def test_the_reference_system_of_older_files_is_read():
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    point = {"type": "Point", "coordinates": [417000, 6453000]}
    assert read(collection(feature(point, a=1), crs=named)).rows[0].geometry.srid == 2154
    named["properties"]["name"] = "une projection"
    with pytest.raises(FileRefusedError):
        read(collection(feature(point, a=1), crs=named))


def test_what_is_no_feature_is_a_fault_of_its_row():
    found = read(collection(feature(None, a=1), "x", {"type": "Feature", "properties": [1]}))
    assert [row.fault is not None for row in found.rows] == [False, True, False]
