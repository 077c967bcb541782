"""The list of projects as a file that a spreadsheet opens."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from portfolio.queries.projects import ProjectRow
from portfolio.spreadsheets import guarded

COLUMNS = [
    "code", "name", "programme", "lead", "phase", "state", "visibility", "next_milestone",
    "milestone_original_on", "milestone_current_on", "original_cost_eur", "current_cost_eur",
    "updated_at", "commissioning_original_on", "commissioning_current_on",
    "commissioning_actual_on",
]  # fmt: skip


def csv_response(rows: Iterable[ProjectRow]) -> HttpResponse:
    """One project a line."""
    return spreadsheet("projets.csv", COLUMNS, (_values(row) for row in rows))


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


def _values(row: ProjectRow) -> list[object]:
    milestone, serves = row.milestone, row.commissioning
    return [
        row.code, row.name, row.programme, row.lead, row.phase, row.state, row.visibility,
        milestone.name if milestone else None,
        milestone.original_on if milestone else None,
        milestone.current_on if milestone else None,
        row.original_eur, row.current_eur, row.updated_at.isoformat(),
        serves.original_on if serves else None,
        serves.current_on if serves else None,
        serves.actual_on if serves else None,
    ]  # fmt: skip


def _plain(value: object) -> str:
    return guarded("" if value is None else str(value))
