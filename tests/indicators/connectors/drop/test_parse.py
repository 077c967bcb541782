"""What people call a table: read where it is one, refused with the line where it is not."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from indicators.connectors.base import Answer, HttpPolicy, Query, Window
from indicators.connectors.drop import parse
from indicators.connectors.drop.client import NothingToAskError
from indicators.connectors.drop.faults import (
    EmptyFileError,
    FileError,
    FileTooBigError,
    LongLineError,
    MergedCellsError,
    MissingSheetError,
    OtherFileError,
    ProtectedFileError,
    QuotesError,
    TwoColumnsError,
)
from indicators.connectors.registry import about, opened
from tests.deposits import csv_of, saved, xlsx_of


def read(data: bytes, **options) -> parse.Table:
    return parse.table(Answer("", "", data), options)


def cells(data: bytes, **options) -> list[dict]:
    return [dict(row.cells) for row in read(data, **options).rows]


def refused(data: bytes, **options) -> FileError:
    with pytest.raises(FileError) as found:
        read(data, **options)
    return found.value


def test_a_workbook_and_a_csv_file_say_the_same():
    rows = [("2026-10", 12, "007", 1234.5, None)]
    header = ["mois", "compteur", "code", "nombre", "vide"]
    written = [("2026-10", "12", "007", "1 234,5", "")]
    assert cells(xlsx_of(*rows, header=header)) == cells(csv_of(*written, header=header))
    assert cells(xlsx_of(*rows, header=header)) == [
        {"mois": "2026-10", "compteur": 12, "code": "007", "nombre": 1234.5, "vide": None}
    ]


def test_dates_of_excel_are_dates():
    october = datetime.fromisoformat("2026-10-01T00:00")  # as Excel has it, without a time zone
    found = cells(xlsx_of((october, "A", 3.0), (date(2026, 11, 1), "A", 4)))
    assert [row["mois"] for row in found] == [date(2026, 10, 1), date(2026, 11, 1)]
    assert [row["nombre"] for row in found] == [3, 4]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_the_encoding_is_found_and_said(encoding, told):
    data = "mois;commune;nombre\n2026-10;Évry;3".encode(encoding)
    found = read(data)
    assert found.rows[0].cells["commune"] == "Évry"
    assert found.told["encoding"] == told


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_found_and_said(delimiter):
    found = read(delimiter.join("abc").encode() + b"\n" + delimiter.join("123").encode())
    assert dict(found.rows[0].cells) == {"a": 1, "b": 2, "c": 3}
    assert found.told["delimiter"] == delimiter


@pytest.mark.parametrize(
    ("texts", "values", "told"),
    [
        (["1,5", "1 234,75"], [1.5, 1234.75], ","),
        (["1.5", "2"], [1.5, 2], "."),
        (["1,5", "2.5"], ["1,5", 2.5], None),  # a comma that could be anything stays a text
        (["n.d.", "-3"], ["n.d.", -3], None),
    ],
)
def test_the_decimal_sign_is_the_only_one_that_the_file_uses(texts, values, told):
    found = read(csv_of(*[("2026-10", "A", text) for text in texts]))
    assert [row.cells["nombre"] for row in found.rows] == values
    assert found.told.get("decimal") == told


def test_dates_that_are_texts_are_read_only_if_the_feed_says_how():
    data = csv_of(("31/10/2026", "A", 1), ("10/2026", "A", 1))
    assert [row["mois"] for row in cells(data)] == ["31/10/2026", "10/2026"]
    assert [row["mois"] for row in cells(data, dates="DD/MM/YYYY")] == ["2026-10-31", "2026-10"]


def test_a_title_and_empty_lines_may_stand_around_the_table():
    data = b"Signalements du mois\n\nmois;commune;nombre\n\n2026-10;A;3\n;;\n2026-10;B;4\n"
    found = read(data)
    assert (found.header_line, [row.line for row in found.rows]) == (3, [5, 7])
    assert found.letters == {"mois": "A", "commune": "B", "nombre": "C"}


def test_a_merged_title_is_a_title_and_merged_columns_are_refused():
    book = Workbook()
    page = book.active
    page["A1"] = "Signalements"
    page.merge_cells("A1:C1")
    for row in (["mois", "commune", "nombre"], ["2026-10", "A", 3]):
        page.append(row)
    assert read(saved(book)).header_line == 2
    page.merge_cells("B2:C2")
    fault = refused(saved(book))
    assert isinstance(fault, MergedCellsError)
    assert (fault.detail, fault.line) == ("B2:C2", 2)


def test_a_formula_counts_for_its_value_and_without_one_for_nothing():
    book = Workbook()
    page = book.active
    page.append(["mois", "commune", "nombre"])
    page.append(["2026-10", "A", "=1+2"])  # never opened by a spreadsheet: nothing is computed
    assert cells(saved(book))[0]["nombre"] == "=1+2"


def test_notes_beside_the_table_of_a_workbook_are_left():
    assert cells(xlsx_of(("2026-10", "A", 3, "à vérifier"))) == [
        {"mois": "2026-10", "commune": "A", "nombre": 3}
    ]


def test_the_sheet_of_the_feed_is_read():
    book = Workbook()
    book.active.append(["rien"])
    page = book.create_sheet("2026")
    page.append(["mois", "nombre"])
    page.append(["2026-10", 3])
    assert cells(saved(book), sheet="2026") == [{"mois": "2026-10", "nombre": 3}]
    assert refused(saved(book), sheet="2027").detail == "2027"
    assert isinstance(refused(saved(book), sheet="2027"), MissingSheetError)


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return content.getvalue()


PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")  # fmt: skip


@pytest.mark.parametrize(
    ("data", "kind", "line"),
    [
        (b"", EmptyFileError, 0),
        (b" \n\n", EmptyFileError, 0),
        (b";;\n;;\n", EmptyFileError, 0),
        (b"%PDF-1.7 ...", OtherFileError, 0),
        (b"<html><table></table></html>", OtherFileError, 0),
        (PROTECTED, ProtectedFileError, 0),
        (PROTECTED[:600], OtherFileError, 0),  # an old .xls
        (b"PK\x03\x04 cut", FileError, 0),
        (b"a;b\n1;2\n1;2;3\n", LongLineError, 3),
        (b"a,b\n1,5,A\n", LongLineError, 2),  # a decimal comma among commas
        (b'a;b\n1;"2\n', QuotesError, 2),
        (b"a;b;a\n1;2;3\n", TwoColumnsError, 1),
        (b"a;b\n\x00\x01;2", OtherFileError, 0),
        (b"a;" * 200 + b"\n", FileTooBigError, 1),
        (b"x" * 10_000_001, FileTooBigError, 0),
    ],
)
def test_what_is_no_table_is_refused_by_its_name_and_line(data, kind, line):
    fault = refused(data)
    assert type(fault) is kind
    assert fault.line == line


def test_an_open_document_is_named():
    data = zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content=b"")
    assert isinstance(refused(data), OtherFileError)


def sheet_of(rows: bytes) -> bytes:
    """A workbook whose sheet holds these rows."""
    source = io.BytesIO(xlsx_of())
    content = io.BytesIO()
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after:  # fmt: skip
        for name in before.namelist():
            body = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start, end = body.index(b"<sheetData>") + 11, body.index(b"</sheetData>")
                body = body[:start] + rows + body[end:]
            after.writestr(name, body)
    return content.getvalue()


def test_three_million_cells_are_refused_before_one_is_read():
    assert isinstance(refused(sheet_of(b"<row>" + b"<c/>" * 3_000_000 + b"</row>")), FileTooBigError)  # fmt: skip


def test_more_cells_than_allowed_in_an_archive_that_hides_it_are_counted():
    cells_ = b"".join(b"<c><v>%d</v></c>" % (n * 7919) for n in range(300_001))
    assert isinstance(refused(sheet_of(b"<row>" + cells_ + b"</row>")), FileTooBigError)


def test_an_entity_bomb_is_a_damaged_file():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><row><c t="str"><v>&a;</v></c></row>'
    assert isinstance(refused(sheet_of(bomb)), FileError)


def test_nothing_is_ever_asked_of_the_network():
    query = Query("drop://voirie", "signalements")
    window = Window(datetime.fromisoformat("2026-01-01T00:00Z"), datetime.fromisoformat("2026-02-01T00:00Z"))  # fmt: skip
    with opened("drop", query, HttpPolicy(allow=())) as connector:
        with pytest.raises(NothingToAskError):
            connector.fetch(window)
        assert [len(batch) for batch in connector.read([Answer("", "", csv_of((1, 2, 3)))])] == [1]
        assert connector.probe().title == connector.describe().title == "signalements"
    assert about("drop").schemes == ("drop",)
