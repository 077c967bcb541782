"""The multi-year investment plan: years × programmes, and the same as a file."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.models import Project
from portfolio.queries.ppi import Cell, Ppi, ppi
from portfolio.views.project_export import spreadsheet

YEARS_SHOWN = 4
YEARS_IN_FILE = range(1990, 2101)
COLUMNS = [
    "programme", "programme_name", "year", "projects_with_credits", "voted_eur", "committed_eur",
    "committed_known", "paid_eur", "paid_known",
]  # fmt: skip


@login_required
def ppi_table(request: HttpRequest) -> HttpResponse:
    """Four years from the one of the address, by default from last year."""
    first = _first_year(request)
    found = _plan(request, range(first, first + YEARS_SHOWN))
    after = first + YEARS_SHOWN
    context = {
        "ppi": found,
        "before": first - YEARS_SHOWN if found.first and found.first < first else None,
        "after": after if found.last and found.last >= after else None,
    }
    return render(request, "portfolio/pages/ppi.html", context)


@login_required
def ppi_csv(request: HttpRequest) -> HttpResponse:
    """Every year that holds credits, a line a programme and year; figures are exact."""
    found = _plan(request, YEARS_IN_FILE)
    return spreadsheet("ppi.csv", COLUMNS, _lines(found))


def _plan(request: HttpRequest, years: range) -> Ppi:
    readable = Project.objects.visible_to(request.user)
    return ppi(readable, years, this_year=timezone.localdate().year)


def _first_year(request: HttpRequest) -> int:
    """What cannot be read as a year of the register is the default."""
    text = request.GET.get("from", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 1990 <= year <= 2100 else timezone.localdate().year - 1


def _lines(found: Ppi) -> Iterator[list[object]]:
    for row in found.rows:
        for year, cell in row.cells:
            if cell is not None:
                yield [row.code, row.name, year, *_figures(cell)]


def _figures(cell: Cell) -> list[object]:
    return [
        cell.projects, cell.voted_eur, cell.committed_eur, cell.committed_known, cell.paid_eur,
        cell.paid_known,
    ]  # fmt: skip
