"""The multi-year investment plan: years × programmes, the lines behind a cell, and the same as
files."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolio.models import Programme, Project
from portfolio.queries import green, ppi_lines
from portfolio.queries.ppi import Cell, Ppi, ppi
from portfolio.views.money import SECTIONS, SLUGS
from portfolio.views.ppi_workbook import workbook
from portfolio.views.project_export import spreadsheet

YEARS_SHOWN = 4
YEARS_IN_FILE = range(1990, 2101)
COLUMNS = [
    "programme", "programme_name", "section", "year", "projects_with_credits", "voted_eur",
    "committed_eur", "committed_known", "paid_eur", "paid_known",
]  # fmt: skip


@login_required
def ppi_table(request: HttpRequest) -> HttpResponse:
    """Four years from the one of the address, by default from last year."""
    first, section = _first_year(request), _section(request)
    years = range(first, first + YEARS_SHOWN)
    found = _plan(request, years)
    after = first + YEARS_SHOWN
    readable = Project.objects.visible_to(request.user)
    context = {
        "ppi": found,
        "slug": SLUGS[section],
        "section": section,
        "green": green.totals(readable, years, section=section) if found.totals.total else [],
        "first_year": first,
        "before": first - YEARS_SHOWN if found.first and found.first < first else None,
        "after": after if found.last and found.last >= after else None,
    }
    return render(request, "portfolio/pages/ppi.html", context)


@login_required
def ppi_cell(request: HttpRequest, section: str, year: int) -> HttpResponse:
    """The credit lines of a programme and of all below it, in one year."""
    code = request.GET.get("programme", "")
    readable = Project.objects.visible_to(request.user)
    projects = ppi_lines.of_programme(readable, code)
    if section not in SECTIONS or projects is None:
        raise Http404
    context = {
        "found": ppi_lines.lines(projects, years=[year], section=SECTIONS[section]),
        "programme": Programme.objects.filter(code=code).first(),
        "without": code == ppi_lines.NONE,
        "section": SECTIONS[section],
        "slug": section,
        "year": year,
    }
    return render(request, "portfolio/pages/ppi_lines.html", context)


@login_required
def ppi_csv(request: HttpRequest) -> HttpResponse:
    """Every year that holds credits, a line a programme and year; figures are exact. A programme
    counts its own projects alone, so that lines add up."""
    found = _plan(request, YEARS_IN_FILE)
    return spreadsheet("ppi.csv", COLUMNS, _lines(found, _section(request)))


@login_required
def ppi_xlsx(request: HttpRequest) -> HttpResponse:
    """The table with its tree, and every credit line behind it."""
    section = _section(request)
    readable = Project.objects.visible_to(request.user)
    lines = ppi_lines.lines(readable, years=None, section=section)
    years = sorted({line.year for line in lines.lines})
    found = ppi(readable, years, this_year=timezone.localdate().year, section=section)
    return workbook(found, lines)


# ---------------------------------------------------------------- below


def _plan(request: HttpRequest, years: range) -> Ppi:
    readable = Project.objects.visible_to(request.user)
    year = timezone.localdate().year
    return ppi(readable, years, this_year=year, section=_section(request))


def _section(request: HttpRequest) -> str:
    """What is not a section is the investment."""
    return SECTIONS.get(request.GET.get("section", ""), SECTIONS["investissement"]).value


def _first_year(request: HttpRequest) -> int:
    """What cannot be read as a year of the register is the default."""
    text = request.GET.get("from", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if 1990 <= year <= 2100 else timezone.localdate().year - 1


def _lines(found: Ppi, section: str) -> Iterator[list[object]]:
    for row in found.leaves:
        for year, cell in row.cells:
            if cell is not None:
                yield [row.code, row.name, section, year, *_figures(cell)]


def _figures(cell: Cell) -> list[object]:
    return [
        cell.projects, cell.voted_eur, cell.committed_eur, cell.committed_known, cell.paid_eur,
        cell.paid_known,
    ]  # fmt: skip
