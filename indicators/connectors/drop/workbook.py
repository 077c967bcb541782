"""Lines of a sheet of an Excel workbook: an archive of XML, weighed before it is opened."""

import io
import re
import warnings
import zipfile
from typing import Any

from openpyxl import load_workbook

from indicators.connectors.drop.faults import (
    FileError,
    FileTooBigError,
    MissingSheetError,
    OtherFileError,
)
from indicators.connectors.drop.lines import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Lines
from portfolio.imports.table import FileRefusedError
from portfolio.imports.xlsx_file import BROKEN, check_archive, merged_ranges

CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
Grid = list[tuple[int, list[object]]]


def lines(data: bytes, sheet: str) -> Lines:
    """Of the sheet of that name, else of the first. A formula counts for its computed value; one
    without stays the text of the formula, which is no number. Raises FileError."""
    try:
        check_archive(data)
        _check_kind(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            return _lines(data, sheet)
    except FileRefusedError as error:
        raise FileTooBigError(str(error)) from error
    except BROKEN as error:
        raise FileError(type(error).__name__) from error


def _check_kind(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return
        is_open_document = "mimetype" in names and "content.xml" in names
    raise OtherFileError("OpenDocument" if is_open_document else "zip")


def _lines(data: bytes, sheet: str) -> Lines:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if sheet and sheet not in book.sheetnames:
            raise MissingSheetError(sheet)
        page = book[sheet] if sheet else book.worksheets[0]
        has_formulas = _weigh(data, page)
        grid = _grid(page)
        if has_formulas:
            _write_uncomputed(data, page.title, grid)
        merged = {ref: _last_line(ref) for ref in merged_ranges(data, page)}
        told = {"format": "XLSX", "sheet": page.title}
        return Lines(told, grid, merged, may_be_long=True)
    finally:
        book.close()


def _weigh(data: bytes, page: Any) -> bool:
    """Cells are counted before one of them is built; returns whether there are formulas."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        xml = archive.read(page._worksheet_path)
    for count, _cell in enumerate(CELL.finditer(xml), start=1):
        if count > MAX_CELLS:
            raise FileTooBigError(f"{MAX_CELLS}")
    return FORMULA.search(xml) is not None


def _grid(page: Any) -> Grid:
    page.reset_dimensions()  # the size that the file states may be wrong
    grid: Grid = []
    for line, values in enumerate(page.iter_rows(values_only=True), start=1):
        cells = list(values)
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        if len(grid) > MAX_ROWS or len(cells) > MAX_COLUMNS:
            raise FileTooBigError(line=line)
        grid.append((line, cells))
    return grid


def _write_uncomputed(data: bytes, title: str, grid: Grid) -> None:
    """Where a formula has no computed value, its text."""
    known = dict(grid)
    book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    try:
        page = book[title]
        page.reset_dimensions()
        for line, row in enumerate(page.iter_rows(), start=1):
            for place, cell in enumerate(row):
                if cell.data_type == "f":
                    _put(known.setdefault(line, []), place, str(cell.value))
    finally:
        book.close()
    grid[:] = sorted(known.items())


def _put(cells: list[object], place: int, text: str) -> None:
    """Unless the cell has a value."""
    cells += [None] * (place + 1 - len(cells))
    if cells[place] is None:
        cells[place] = text


def _last_line(ref: str) -> int:
    return max(int(number) for number in re.findall(r"[0-9]+", ref))
