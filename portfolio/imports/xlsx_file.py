"""XLSX workbooks: an archive of XML, so its size is checked before it is opened."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portfolio.imports.table import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Fault,
    FileRefusedError,
    Row,
    Table,
)

MAX_UNPACKED = 100_000_000
MAX_RATIO = 200
RATIO_MATTERS_OVER = 1_000_000  # small parts are often very repetitive
MAX_PARTS = 1_000

# What openpyxl and the archive raise on a damaged file; entity tricks are a ValueError.
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, InvalidFileException, SyntaxError,
    KeyError, IndexError, AttributeError, TypeError, ValueError, OverflowError,
    NotImplementedError, RuntimeError,
)  # fmt: skip

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:]{1,40})\"")
Values = tuple[object, ...]


def read(data: bytes, *, sheet: str) -> Table:
    """The named sheet, or the first. Formulas count for the value last computed."""
    try:
        check_archive(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that do not matter here
            return _table(list(_values(data, sheet)))
    except BROKEN as error:
        raise FileRefusedError(_("The workbook is damaged or is not an XLSX file.")) from error


def check_archive(data: bytes) -> None:
    """Before anything is unpacked. Raises FileRefusedError, zipfile.BadZipFile."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    bomb = any(
        part.file_size > RATIO_MATTERS_OVER
        and part.file_size > MAX_RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED or bomb:
        raise FileRefusedError(_("The workbook is too large once unpacked."))


def merged_ranges(data: bytes, page: Any) -> list[str]:
    """The ranges of merged cells of a sheet read by openpyxl, such as C4:D9."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [ref.decode() for ref in _MERGED.findall(archive.read(page._worksheet_path))]


def _values(data: bytes, sheet: str) -> Iterator[Values]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        if sheet and sheet not in book.sheetnames:
            raise FileRefusedError(_("The workbook has no sheet “%(name)s”.") % {"name": sheet})
        page = book[sheet] if sheet else book.worksheets[0]
        page.reset_dimensions()  # the size that the file states may be wrong
        cells = 0
        for number, values in enumerate(page.iter_rows(values_only=True), start=1):
            cells += len(values)
            if number > MAX_ROWS or cells > MAX_CELLS or len(values) > MAX_COLUMNS:
                raise FileRefusedError(
                    _("The sheet is over %(rows)d rows, %(columns)d columns or %(cells)d cells.")
                    % {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "cells": MAX_CELLS},
                    line=number,
                )
            yield values
    finally:
        book.close()


def _table(values: list[Values]) -> Table:
    lines = [(line, tuple(text_of(cell) for cell in row)) for line, row in enumerate(values, 1)]
    filled = [(line, cells) for line, cells in lines if any(cells)]
    if not filled:
        raise FileRefusedError(_("The file is empty."))
    header = _trimmed(filled[0][1])
    return Table(
        "XLSX", header, tuple(_row(line, cells, len(header)) for line, cells in filled[1:])
    )


def _row(line: int, cells: tuple[str, ...], width: int) -> Row:
    """Empty cells at the end are not stored in the file; more than the header is a fault."""
    cells = _trimmed(cells)
    if len(cells) > width:
        reason = _("The row has %(found)d cells, the header %(wanted)d.") % {
            "found": len(cells),
            "wanted": width,
        }
        return Row(line, cells, fault=Fault(line, "", reason))
    return Row(line, cells + ("",) * (width - len(cells)))


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def text_of(value: object) -> str:
    """A cell as text: dates as ISO 8601, figures exactly."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return f"{exact.to_integral_value() if exact == exact.to_integral_value() else exact:f}"
    return str(value).strip()
