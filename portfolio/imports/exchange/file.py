"""The register's own file, read: which sheets, which columns, which rows; nothing is judged yet."""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from portfolio.imports import reader, xlsx_file
from portfolio.imports.exchange.columns import PROJECTS, keys_of, sheet_of
from portfolio.imports.table import MAX_COLUMNS, MAX_ROWS, FileRefusedError, Table, key

MAX_BYTES = 20_000_000
MAX_CELLS = 500_000


@dataclass(frozen=True)
class ExchangeRow:
    """`cells` holds the texts by key; `faulty` says why a cell has none that counts."""

    sheet: str
    title: str
    line: int
    cells: dict[str, str]
    letters: dict[str, str]
    faulty: dict[str, str] = field(default_factory=dict)
    geometry: GEOSGeometry | None = None

    @property
    def code(self) -> str:
        return self.cells.get("code", "").strip()


@dataclass(frozen=True)
class ExchangeFile:
    """`format` is XLSX, CSV or GeoJSON; `unused` names the columns that are none of ours."""

    format: str
    rows: tuple[ExchangeRow, ...]
    unused: tuple[str, ...]


def read(data: bytes) -> ExchangeFile | None:
    """None where no sheet has our columns. Raises FileRefusedError."""
    if len(data) > MAX_BYTES:
        raise FileRefusedError(
            _("The file is over %(size)d MB.") % {"size": MAX_BYTES // 1_000_000}
        )
    if data.startswith(b"PK"):
        return _of_workbook(data)
    table = reader.read(data, reader.FileShape(fallback_encoding="cp1252"))
    sheet = sheet_of(table.header)
    if not sheet:
        return None
    rows = tuple(_table_rows(table, sheet))
    return ExchangeFile(table.format, rows, _unused(table.header, sheet))


def _table_rows(table: Table, sheet: str) -> Iterator[ExchangeRow]:
    names = keys_of(table.header, sheet)
    has_letters = table.format != "GeoJSON"
    letters = {name: get_column_letter(i) if has_letters else ""
               for i, name in enumerate(names, 1) if name}  # fmt: skip
    for row in table.rows:
        cells = dict(zip(names, row.cells, strict=False))
        cells.pop("", None)
        faulty = {"code": row.fault.reason} if row.fault else {}
        yield ExchangeRow(sheet, "", row.line, cells, letters, faulty, row.geometry)


def _unused(header: tuple[str, ...], sheet: str) -> tuple[str, ...]:
    names = keys_of(header, sheet)
    return tuple(text for text, name in zip(header, names, strict=True) if text and not name)


# ---------------------------------------------------------------- workbooks


def _of_workbook(data: bytes) -> ExchangeFile | None:
    try:
        xlsx_file.check_archive(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            sheets = list(_sheets(data))
    except xlsx_file.BROKEN as error:
        raise FileRefusedError(_("The workbook is damaged or is not an XLSX file.")) from error
    known = [(sheet, rows) for sheet, rows, _unknown in sheets]
    if not known:
        return None
    if len({sheet for sheet, _rows in known}) < len(known):
        raise FileRefusedError(_("Two sheets of the workbook have the same columns: keep one."))
    if all(sheet != PROJECTS for sheet, _rows in known) and not any(rows for _s, rows in known):
        raise FileRefusedError(_("The file has a header and no row."))
    return ExchangeFile(
        "XLSX",
        tuple(row for _sheet, rows in known for row in rows),
        tuple(name for _sheet, _rows, unknown in sheets for name in unknown),
    )


def _sheets(data: bytes) -> Iterator[tuple[str, list[ExchangeRow], tuple[str, ...]]]:
    """Formulas are seen in a first reading, their computed values in a second."""
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    computed: Any = None
    cells = 0
    try:
        for page in book.worksheets:
            grid = []
            for row in _rows_of(page):
                cells += len(row)
                if cells > MAX_CELLS:
                    raise FileRefusedError(_("Over %d cells.") % MAX_CELLS)
                grid.append(row)
            first = next((i for i, row in enumerate(grid) if any(t for t, _f in row)), None)
            header = tuple(text for text, _formula in grid[first]) if first is not None else ()
            sheet = sheet_of(header)
            if not sheet or first is None:
                continue
            _check_header(header)
            if any(formula for row in grid for _text, formula in row):
                computed = computed or load_workbook(
                    io.BytesIO(data), read_only=True, data_only=True, keep_links=False
                )
                grid = _computed(grid, computed[page.title])
            merged = xlsx_file.merged_ranges(data, page)
            rows = list(_grid_rows(page.title, sheet, grid, first, merged))
            yield sheet, rows, _unused(header, sheet)
    finally:
        book.close()
        if computed is not None:
            computed.close()


def _check_header(header: tuple[str, ...]) -> None:
    """Two columns of one name would each say something else."""
    named = [key(name) for name in header if key(name)]
    twice = {name for name in named if named.count(name) > 1}
    if twice:
        raise FileRefusedError(
            _("Two columns have the same name: “%s”.") % ", ".join(sorted(twice)), line=1
        )


Grid = list[list[tuple[str, bool]]]


def _rows_of(page: Any) -> Iterator[list[tuple[str, bool]]]:
    """Each cell as its text, and whether it is a formula."""
    page.reset_dimensions()  # the size that the file states may be wrong
    for number, row in enumerate(page.iter_rows(), start=1):
        if number > MAX_ROWS or len(row) > MAX_COLUMNS:
            raise FileRefusedError(
                _("The sheet is over %(rows)d rows or %(columns)d columns.")
                % {"rows": MAX_ROWS, "columns": MAX_COLUMNS},
                line=number,
            )
        cells = [(_text(cell.value), cell.data_type == "f") for cell in row]
        while cells and cells[-1] == ("", False):
            cells.pop()
        yield cells


def _text(value: object) -> str:
    """Sums of cents carry noise beyond them."""
    return xlsx_file.text_of(round(value, 6) if isinstance(value, float) else value)


def _computed(grid: Grid, page: Any) -> Grid:
    page.reset_dimensions()
    values = list(page.iter_rows(values_only=True))
    return [
        [
            (_text(values[line][place]), text == "" or values[line][place] is None)
            if formula
            else (text, False)
            for place, (text, formula) in enumerate(row)
        ]
        for line, row in enumerate(grid)
    ]


def _grid_rows(
    title: str, sheet: str, grid: Grid, first: int, merged: list[str]
) -> Iterator[ExchangeRow]:
    names = keys_of(tuple(text for text, _formula in grid[first]), sheet)
    letters = {name: get_column_letter(i) for i, name in enumerate(names, 1) if name}
    joined = {line: ref for ref in merged for line in _lines_of(ref)}
    for line, row in enumerate(grid[first + 1 :], start=first + 2):
        if not any(text for text, _formula in row):
            continue
        padded = [*row, *[("", False)] * (len(names) - len(row))]
        named = [(name, *cell) for name, cell in zip(names, padded, strict=False) if name]
        faulty = {
            name: _("This formula has no computed value: open the file and save it again.")
            for name, _text_of, formula in named
            if formula
        }
        if line in joined:
            faulty["code"] = _("Cells are merged here (%s): separate them.") % joined[line]
        cells = {name: text for name, text, _formula in named}
        yield ExchangeRow(sheet, title, line, cells, letters, faulty)


def _lines_of(ref: str) -> range:
    found = [int(number) for number in re.findall(r"[0-9]+", ref)]
    return range(found[0], found[-1] + 1) if found else range(0)
