"""The register's file as an XLSX workbook: typed cells, lists, help, notes."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from portfolio.imports.exchange.cells import Cell
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.columns import (
    CHOICE,
    CODE,
    COLUMNS,
    CREDITS,
    DAY,
    EUROS,
    NOTE,
    PROJECTS,
    TITLES,
    VERSION,
    YEAR,
    Column,
)
from portfolio.spreadsheets import guarded

FREE_ROWS = 500  # below the last project, for new ones: they have the lists too
_FORMATS = {DAY: "yyyy-mm-dd", EUROS: "#,##0.00", NOTE: "#,##0.00", YEAR: "0"}
_HEAD = PatternFill("solid", fgColor="0F4C5C")
_FIXED = PatternFill("solid", fgColor="EFEDE6")
_OPEN = Protection(locked=False)

Rows = Iterable[Mapping[str, Cell]]


@dataclass(frozen=True)
class Note:
    """A line of the sheet of notes."""

    subject: str
    text: str


def build(*, projects: Rows, credits_: Rows, choices: Choices, notes: Iterable[Note]) -> bytes:
    """The workbook; with no project, the template for new ones."""
    book = Workbook()
    lists = _lists(book, choices)
    for place, (sheet, rows) in enumerate(((PROJECTS, projects), (CREDITS, credits_))):
        page = book.create_sheet(str(TITLES[sheet]), place)
        _fill(page, COLUMNS[sheet], rows, lists)
    _notes(book, notes)
    book.remove(book["Sheet"])
    book.active = 0
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _lists(book: Workbook, choices: Choices) -> dict[str, str]:
    """A column a list; the range of each."""
    page = book.create_sheet(_("Lists"))
    ranges = {}
    columns = [c for name in (PROJECTS, CREDITS) for c in COLUMNS[name] if c.kind == CHOICE]
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        _head(page.cell(1, place), column)
        values = choices.listed(column.key)
        for line, value in enumerate(values, 2):
            _put(page.cell(line, place), value)
        ranges[column.key] = f"'{page.title}'!${letter}$2:${letter}${max(len(values), 1) + 1}"
        page.column_dimensions[letter].width = column.width
    page.freeze_panes = "A2"
    return ranges


def _fill(page: Any, columns: tuple[Column, ...], rows: Rows, lists: Mapping[str, str]) -> None:
    for place, column in enumerate(columns, 1):
        _head(page.cell(1, place), column)
        size = page.column_dimensions[get_column_letter(place)]
        size.width = column.width
        size.hidden = column.kind == VERSION
        size.protection = _OPEN
    last = 1
    for last, row in enumerate(rows, 2):
        for place, column in enumerate(columns, 1):
            _cell(page.cell(last, place), column, row.get(column.key))
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        _check(page, column, f"{letter}2:{letter}{last + FREE_ROWS}", lists)
    _protect(page)


def _head(cell: Any, column: Column) -> None:
    _put(cell, str(column.heading))
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = _HEAD
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.comment = Comment(str(column.help), "Gouvernail", height=90, width=260)


def _cell(cell: Any, column: Column, value: Cell) -> None:
    _put(cell, value)
    if isinstance(value, (date, Decimal, int)):
        cell.number_format = _FORMATS.get(column.kind, "General")
    if column.is_editable:
        cell.protection = _OPEN
    else:
        cell.fill = _FIXED


def _put(cell: Any, value: Cell) -> None:
    """A text stays a text, even once somebody opens its cell: what starts as a formula is
    quoted."""
    if value is None or value == "":
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = guarded(value) != value


def _check(page: Any, column: Column, cells: str, lists: Mapping[str, str]) -> None:
    rules: dict[str, dict[str, Any]] = {
        CHOICE: {"type": "list", "formula1": lists.get(column.key)},
        DAY: {"type": "date", "operator": "between", "formula1": "1", "formula2": "73415"},
        EUROS: {"type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0"},
        YEAR: {"type": "whole", "operator": "between", "formula1": "1990", "formula2": "2100"},
    }
    if column.kind not in rules:
        return
    rule = DataValidation(allow_blank=True, showErrorMessage=True, **rules[column.kind])
    rule.errorTitle, rule.error = str(column.heading)[:32], str(column.help)[:255]
    # Amounts are also read as people write them (1,5 M€): the sheet warns, the import decides.
    rule.errorStyle = "stop" if column.kind in {CHOICE, YEAR} else "warning"
    rule.add(cells)
    page.add_data_validation(rule)


def _protect(page: Any) -> None:
    """Against slips, without a password: codes and costs cannot be typed over."""
    page.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows", "formatCells",
                    "insertRows", "deleteRows"):  # fmt: skip
        setattr(page.protection, allowed, False)  # False: not forbidden


def _notes(book: Workbook, notes: Iterable[Note]) -> None:
    page = book.create_sheet(_("Notes"))
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 28, 100
    lines = list(notes)
    for sheet in (PROJECTS, CREDITS):
        lines += [
            Note(f"{TITLES[sheet]} · {column.heading}", str(column.help))
            for column in COLUMNS[sheet]
            if column.kind not in {CODE, VERSION} or sheet == PROJECTS
        ]
    for line, note in enumerate(lines, 1):
        _put(page.cell(line, 1), note.subject)
        _put(page.cell(line, 2), note.text)
        page.cell(line, 1).font = Font(bold=True)
        page.cell(line, 2).alignment = Alignment(wrap_text=True, vertical="top")
