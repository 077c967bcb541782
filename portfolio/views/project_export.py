"""The list of projects as a file that a spreadsheet opens: what the screen shows."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from portfolio.queries.projects import ProjectRow
from portfolio.spreadsheets import guarded

# What each column of the list becomes; those of the record itself are always there.
COLUMNS: dict[str, list[str]] = {
    "programme": ["programme"],
    "lead": ["lead"],
    "manager": ["manager"],
    "phase": ["phase"],
    "starts_on": ["starts_on"],
    "ends_on": ["ends_on"],
    "milestone": ["next_milestone", "milestone_original_on", "milestone_current_on"],
    "commissioning": [
        "commissioning_original_on",
        "commissioning_current_on",
        "commissioning_actual_on",
    ],
    "original_eur": ["original_cost_eur"],
    "current_eur": ["current_cost_eur"],
    "updated_at": ["updated_at"],
}
ALWAYS = ["code", "name", "state", "visibility"]


def csv_response(rows: Iterable[ProjectRow], columns: Iterable[str]) -> HttpResponse:
    """One project a line, with the columns of the list."""
    shown = list(columns)
    header = [*ALWAYS, *(name for column in shown for name in COLUMNS[column])]
    return spreadsheet("projets.csv", header, (_values(row, shown) for row in rows))


def spreadsheet(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """UTF-8 with a mark and semicolons, as French spreadsheets expect; figures are exact."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\N{BYTE ORDER MARK}")
    writer = csv.writer(response, delimiter=";")
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return response


def _values(row: ProjectRow, shown: list[str]) -> list[object]:
    values: list[Any] = [row.code, row.name, row.state, row.visibility]
    for column in shown:
        if column == "milestone":
            step = row.milestone
            values += [step.name, step.original_on, step.current_on] if step else [None] * 3
        elif column == "commissioning":
            serves = row.commissioning
            days = (serves.original_on, serves.current_on, serves.actual_on) if serves else None
            values += days or [None] * 3
        elif column == "updated_at":
            values.append(row.updated_at.isoformat())
        else:
            values.append(getattr(row, column))
    return values


def _plain(value: object) -> str:
    return guarded("" if value is None else str(value))
