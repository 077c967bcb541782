"""The same file back, with what is wrong: a column of errors, and the cells marked."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill

from portfolio.imports import csv_file
from portfolio.imports.exchange.plan import CellFault
from portfolio.imports.rejected import ERROR_COLUMN
from portfolio.spreadsheets import guarded

_WRONG = PatternFill("solid", fgColor="F9D6D2")


def mark(data: bytes, faults: Iterable[CellFault]) -> tuple[bytes, str]:
    """The file and its suffix. Nothing else of it changes: a spreadsheet opens it as it was."""
    known = list(faults)
    if data.startswith(b"PK"):
        return _workbook(data, known), ".xlsx"
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return _geojson(data, known), ".geojson"
    return _csv(data, known), ".csv"


def _reasons(faults: Iterable[CellFault]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for fault in faults:
        name = " ".join(part for part in (fault.cell, fault.column) if part)
        found[fault.sheet, fault.line].append(f"{name}: {fault.reason}" if name else fault.reason)
    return {place: " | ".join(reasons) for place, reasons in found.items()}


def _workbook(data: bytes, faults: list[CellFault]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    for page in book.worksheets:
        _clear(page)
    for (sheet, line), text in _reasons(faults).items():
        page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        place = _error_column(page)
        cell = page.cell(line, place)
        cell.value, cell.data_type = text, "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for fault in faults:
        if fault.cell and fault.sheet in book.sheetnames:
            cell = book[fault.sheet][fault.cell]
            if hasattr(cell, "fill") and not _is_merged(cell):
                cell.fill = _WRONG
                cell.comment = Comment(fault.reason, "Gouvernail", height=90, width=260)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _clear(page: Any) -> None:
    """What an earlier round said."""
    headings = [cell.value for cell in page[1]] if page.max_row else []
    if ERROR_COLUMN in headings:
        for line in range(2, page.max_row + 1):
            page.cell(line, headings.index(ERROR_COLUMN) + 1).value = None


def _is_merged(cell: Any) -> bool:
    return type(cell).__name__ == "MergedCell"


def _error_column(page: Any) -> int:
    """Where the errors of an earlier round stand, else after the last heading."""
    headings = [cell.value for cell in page[1]]
    if ERROR_COLUMN in headings:
        return headings.index(ERROR_COLUMN) + 1
    place = max((i for i, value in enumerate(headings, 1) if value), default=0) + 1
    head = page.cell(1, place, ERROR_COLUMN)
    head.font, head.fill = Font(bold=True), _WRONG
    page.column_dimensions[head.column_letter].width = 60
    return place


def _csv(data: bytes, faults: list[CellFault]) -> bytes:
    table = csv_file.read(data, encoding="utf-8", delimiter=";", fallback="cp1252")
    reasons = _reasons(faults)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    kept = [i for i, name in enumerate(table.header) if name != ERROR_COLUMN]
    writer.writerow([*(guarded(table.header[i]) for i in kept), ERROR_COLUMN])
    for row in table.rows:
        cells = [guarded(row.cells[i]) if i < len(row.cells) else "" for i in kept]
        writer.writerow([*cells, guarded(reasons.get(("", row.line), ""))])
    return text.getvalue().encode("utf-8-sig")


def _geojson(data: bytes, faults: list[CellFault]) -> bytes:
    document = json.loads(data.decode("utf-8-sig"))
    for (_sheet, line), text in _reasons(faults).items():
        feature = document["features"][line - 1]
        if isinstance(feature, dict):
            feature["properties"] = {**(feature.get("properties") or {}), ERROR_COLUMN: text}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
