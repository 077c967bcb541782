"""Files that somebody made up, or that a spreadsheet spoilt."""

import io
import time
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from portfolio.imports.exchange import file as exchange_file
from portfolio.imports.exchange import marked
from portfolio.imports.exchange.plan import CellFault
from portfolio.imports.table import FileRefusedError
from portfolio.models import Project
from tests.factories.portfolio import make_organisation, make_project, make_user
from tests.portfolio.imports.exchange.sheets import (
    apply,
    changed,
    exported,
    put,
    saved,
    send,
    sheet_of,
    stored,
)

HEADER = ["code", "name_fr", "starts_on", "state", "version"]


@pytest.fixture
def owner(client, db):
    owner = make_user(organisation=make_organisation())
    client.force_login(owner)
    return owner


@pytest.fixture
def project(owner) -> Project:
    return make_project(code="P-1", manager=owner, starts_on=date(2025, 1, 1))


def faults(job) -> dict[str, str]:
    return {fault["cell"] or str(fault["line"]): fault["reason"] for fault in job.faults}


def archive(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return content.getvalue()


def repacked(data: bytes, name: str, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {part: packed.read(part) for part in packed.namelist()}
    return archive({**parts, name: change(parts[name])})


def test_a_bomb_is_refused_before_it_is_unpacked(owner):
    bomb = archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"0" * 90_000_000})
    started = time.monotonic()
    job = send(bomb, owner)
    assert time.monotonic() - started < 2
    assert job.state == "REFUSED"


def test_three_million_cells_are_refused_long_before_the_last(owner):
    row = b'<row><c t="n"><v>1</v></c>' + b'<c t="n"><v>1</v></c>' * 299 + b"</row>"
    cells = b"".join(row for _ in range(10_000))
    body = repacked(
        sheet_of([HEADER]), "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>"),
    )  # fmt: skip
    with pytest.raises(FileRefusedError):
        exchange_file.read(body)


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_an_entity_is_never_resolved(owner, name):
    trick = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    body = repacked(sheet_of([HEADER]), name, lambda xml: trick + xml)
    assert send(body, owner).state == "REFUSED"


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04rubbish", b"%PDF-1.7", b"\x00" * 50,
                                  b"{\"type\": NaN}", b"<html></html>"])  # fmt: skip
def test_what_is_no_table_is_refused_in_words(owner, body):
    job = send(body, owner)
    assert job.state == "REFUSED"
    assert job.faults[0]["reason"]


def test_a_list_of_another_shape_is_for_administrators(owner):
    assert send(b"code;nom\nA-1;Halle\n", owner).state == "REFUSED"
    chief = make_user(is_superuser=True)
    job = apply(send(b"code;nom\nA-1;Halle\n", chief, "liste.csv"))
    assert (job.kind, stored("A-1").name_fr) == ("MAPPING", "Halle")


def test_a_formula_counts_for_its_value_and_never_empties_a_cell(client, owner, project):
    data = changed(exported(client), lambda b: put(b, "PROJECTS", 2, "starts_on", "=TODAY()"))
    job = send(data, owner)
    assert list(faults(job)) == ["M2"]
    assert job.changes == []


def test_merged_cells_are_told_and_never_empty_a_project(client, owner, project):
    make_project(code="P-2", manager=owner, name_fr="Zone", address="là")

    def merge(book):
        book.worksheets[0].merge_cells("O2:O3")

    job = send(changed(exported(client), merge), owner)
    assert set(faults(job)) == {"A2", "A3"}
    body, _suffix = marked.mark(
        changed(exported(client), merge), [CellFault(**fault) for fault in job.faults]
    )
    assert load_workbook(io.BytesIO(body)).worksheets[0].merged_cells.ranges


def test_numbers_that_are_no_dates_and_words_that_are_no_amounts_are_told(client, owner, project):
    rows = [["P-1", "Pont", 45_000, "NaN", ""], ["P-1", "Encore", "", "", ""],
            ["", "Sans code", "", "", ""]]  # fmt: skip
    found = faults(send(sheet_of([HEADER, *rows]), owner))
    assert set(found) == {"C2", "D2", "A3", "A4"}


def test_spaces_and_blanks_around_a_value_are_not_a_change(client, owner, project):
    version = project.updated_at.isoformat()
    row = ["P-1 ", f" {project.name_fr}\u00a0\n ", " 01/01/2025\u00a0", " Active ", version]
    job = send(sheet_of([HEADER, row, [None, " ", None], [""]]), owner)
    assert (job.faults, job.changes) == ([], [])


def test_an_error_of_the_spreadsheet_is_not_a_text(client, owner, project):
    job = send(sheet_of([HEADER, ["P-1", "#REF!", "", "", ""]]), owner)
    assert list(faults(job)) == ["B2"]


def test_a_name_that_is_a_formula_stays_a_text_all_the_way(client, owner, project):
    data = changed(exported(client), _name_of("=1+1"))
    apply(send(data, owner))
    assert stored("P-1").name_fr == "=1+1"
    page = load_workbook(io.BytesIO(exported(client))).worksheets[0]
    assert (page["B2"].data_type, page["B2"].value, page["B2"].quotePrefix) == ("s", "=1+1", True)
    assert send(exported(client), owner).changes == []


def _name_of(text):
    def change(book):
        cell = book.worksheets[0]["B2"]
        cell.value, cell.data_type = text, "s"

    return change


def test_two_columns_of_one_name_are_refused(owner):
    assert send(sheet_of([[*HEADER, "name_fr"], ["P-1"]]), owner).state == "REFUSED"


def test_a_csv_and_a_geojson_come_back_with_their_errors(client, owner, project):
    text = f"code;name_fr;state;version\nP-1;Pont;zzz;{project.updated_at.isoformat()}\n"
    for body, name in (
        (text.encode(), "p.csv"),
        ((b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":'
         b'{"code":"P-1","name_fr":"Pont","state":"zzz","version":""}}]}'), "p.geojson"),
    ):  # fmt: skip
        job = send(body, owner, name)
        (fault,) = job.faults
        assert fault["value"] == "zzz"
        back, _suffix = marked.mark(body, [CellFault(**fault)])
        assert b"import_error" in back
        assert send(back, owner, name).faults[0]["reason"] == fault["reason"]


def test_a_very_wide_or_very_long_sheet_is_refused(owner):
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(["x"] * 400)
    assert send(saved(book), owner).state == "REFUSED"
