"""The register's file as tests write and change it."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook, load_workbook

from portfolio.imports.exchange.columns import COLUMNS
from portfolio.models import ImportJob, Project, User
from portfolio.services import import_jobs
from tests.factories.portfolio import NOW

SHEETS = list(COLUMNS)  # in the order of the workbook, whatever its language


def exported(client, query: str = "") -> bytes:
    response = client.get(f"/pilotage/projets.xlsx?{query}")
    assert response.status_code == 200
    return response.content


def changed(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody worked on it."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def saved(book: Any) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def put(book: Any, sheet: str, line: int, key: str, value: object) -> str:
    """Writes a cell by its column's key; gives its address."""
    page = book.worksheets[SHEETS.index(sheet)]
    place = [column.key for column in COLUMNS[sheet]].index(key) + 1
    cell = page.cell(line, place)
    cell.value = value
    return cell.coordinate


def cell(book: Any, sheet: str, line: int, key: str) -> Any:
    page = book.worksheets[SHEETS.index(sheet)]
    return page.cell(line, [column.key for column in COLUMNS[sheet]].index(key) + 1).value


def sheet_of(rows: list[list[object]], title: str = "Projets") -> bytes:
    book = Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    return saved(book)


def clock():
    return NOW


def send(data: bytes, by: User, name: str = "projets.xlsx") -> ImportJob:
    """Sent and checked."""
    job = import_jobs.send(content=data, file_name=name, language="fr", by=by, at=NOW)
    import_jobs.check(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    return job


def apply(job: ImportJob, *, forced: tuple[str, ...] = (), reason: str = "Revue de juin") -> Any:
    import_jobs.ask(job=job, reason=reason, forced=forced, by=job.owner)
    import_jobs.apply(job_id=job.pk, clock=clock)
    job.refresh_from_db()
    return job


def code_of(job: ImportJob) -> list[str]:
    return [change["code"] for change in job.changes]


def stored(code: str) -> Project:
    return Project.objects.get(code=code)
