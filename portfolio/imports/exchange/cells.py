"""Between a fact of the register and a cell of its file, both ways."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portfolio.imports import parse
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.columns import CHOICE, DAY, EUROS, TEXT, YEAR, Column
from portfolio.imports.parse import CellError
from portfolio.models import PaymentCredit, Project

DATE_FORMATS = ("YYYY-MM-DD", "DD/MM/YYYY")
MOST_CHARACTERS = 32_767  # a spreadsheet cuts what is beyond
NOT_KNOWN = frozenset(
    {"-", "\u2013", "n.d.", "nd", "n/d", "n.c.", "nc", "n/a", "na", "inconnu", "unknown"}
)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANKS = re.compile(r"[ \t\u00a0\u202f\u2009\u2007]+(?=\n|$)")

Cell = str | int | date | Decimal | None


def project_cells(project: Any, choices: Choices) -> dict[str, Cell]:
    """A project as a row; its costs where it comes with them (`with_costs`)."""
    names = ("name_fr", "name_en", "summary_fr", "summary_en", "address", "source_url")
    cells: dict[str, Cell] = {name: plain(getattr(project, name)) for name in names}
    for name in ("programme", "lead", "manager", "phase_set", "phase", "state", "visibility"):
        cells[name] = plain(choices.label(name, getattr(project, name)))
    return cells | {
        "code": project.code,
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "original_cost_eur": getattr(project, "original_cost_eur", None),
        "current_cost_eur": getattr(project, "current_cost_eur", None),
        "version": version(project),
    }


def credit_cells(credit: PaymentCredit, choices: Choices) -> dict[str, Cell]:
    """A year's credits as a row."""
    return {
        "code": credit.project.code,
        "name": plain(credit.project.name),
        "section": choices.label("section", credit.section),
        "year": credit.year,
        "voted_eur": credit.voted_eur,
        "carried_over_eur": credit.carried_over_eur,
        "committed_eur": credit.committed_eur,
        "paid_eur": credit.paid_eur,
        "version": version(credit.project),
    }


def version(project: Project) -> str:
    return project.updated_at.isoformat()


def plain(text: str) -> str:
    """A text as a cell can hold it and give it back: one kind of line end, no blank at the end
    of a line, nothing that a workbook cannot store."""
    text = _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BLANKS.sub("", text).strip()[:MOST_CHARACTERS].strip()


def written(cell: Cell) -> str:
    """A cell as text, for a file without types, a comparison or a reader."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return f"{cell.to_integral_value() if whole else cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def read(column: Column, text: str, choices: Choices, row: Mapping[str, Any]) -> Any:
    """The value of a cell; None (or an empty text) where it says that nothing is known.

    `row` holds what was read before it. Raises CellError.
    """
    parse.text(text)  # refuses the errors of a spreadsheet and what is not text
    if column.kind == TEXT:
        return plain(text)
    cell = " ".join(plain(text).split())
    if cell.casefold() in NOT_KNOWN or not cell:
        return None
    if column.kind == CHOICE:
        return choices.read(column.key, cell, phase_set=row.get("phase_set"))
    return _PARSERS[column.kind](cell)


def _day(cell: str) -> date:
    try:
        return parse.day(cell, DATE_FORMATS)
    except CellError as error:
        if cell.replace(".", "", 1).isdigit() and len(cell) > 4:
            raise CellError(_("“%s” is a number: format the cell as a date.") % cell) from error
        raise


def _year(cell: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", cell):
        raise CellError(_("“%s” is not a year.") % cell)
    return int(cell)


_PARSERS = {DAY: _day, EUROS: parse.money, YEAR: _year}
