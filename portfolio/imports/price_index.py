"""Rows of a price index, pasted from a spreadsheet or read from a CSV file: a month, a value, and
a word where the value is provisional."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from portfolio.imports.parse import CellError, day, text
from portfolio.imports.table import key

MONTHS = ["YYYY-MM", "MM/YYYY", "YYYY-MM-DD", "DD/MM/YYYY"]
PROVISIONAL = {"p", "provisoire", "provisional"}
FINAL = {"", "d", "definitif", "final", "a"}
MOST_LINES = 2000
_VALUE = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,3})?")


@dataclass(frozen=True)
class IndexLine:
    """One month, its first day."""

    month_on: date
    value: Decimal
    is_provisional: bool


@dataclass(frozen=True)
class LineError:
    """`line` counts from 1, as people count."""

    line: int
    message: str


@dataclass(frozen=True)
class IndexLines:
    lines: tuple[IndexLine, ...]
    errors: tuple[LineError, ...]


def read(pasted: str) -> IndexLines:
    """Every line that can be read, and every one that cannot with its reason. A first line of
    titles and empty lines are left out."""
    found: dict[date, IndexLine] = {}
    errors: list[LineError] = []
    for number, row in _rows(pasted):
        try:
            line = _line(row, found)
        except CellError as error:
            if number > 1 or _has_figure(row):
                errors.append(LineError(number, str(error)))
        else:
            found[line.month_on] = line
    if len(pasted.splitlines()) > MOST_LINES:
        errors.append(LineError(MOST_LINES + 1, _("There are too many lines.")))
    return IndexLines(tuple(found.values()), tuple(errors))


def _rows(pasted: str) -> Iterator[tuple[int, list[str]]]:
    lines = pasted.removeprefix("\N{BYTE ORDER MARK}").splitlines()
    for number, line in enumerate(lines[:MOST_LINES], start=1):
        if line.strip(" ;\t"):
            yield number, [cell.strip(' "') for cell in re.split(r"[;\t]", line)]


def _line(row: list[str], before: Container[date]) -> IndexLine:
    month, value, *rest = [*row, ""] if len(row) < 3 else row
    if not value:
        raise CellError(_("A line is a month and a value, with a semicolon or a tab between them."))
    word = key(rest[0]) if rest else ""
    if word not in PROVISIONAL | FINAL:
        raise CellError(_("“%s” is not a word for provisional or final.") % rest[0])
    month_on = day(text(month), MONTHS).replace(day=1)
    if month_on in before:
        raise CellError(_("This month comes twice."))
    return IndexLine(month_on, _value(value), word in PROVISIONAL)


def _value(cell: str) -> Decimal:
    if not _VALUE.fullmatch(cell):
        raise CellError(_("“%s” is not the value of an index.") % cell)
    value = Decimal(cell.replace(",", "."))
    if value == 0:
        raise CellError(_("“%s” is not the value of an index.") % cell)
    return value


def _has_figure(row: list[str]) -> bool:
    return bool(re.search(r"[0-9]", "".join(row)))
