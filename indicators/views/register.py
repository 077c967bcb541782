"""The register of sources: as a table, as files, and what is to be put in order."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from indicators.forms.register import UNKNOWN, RegisterFilterForm
from indicators.queries.register import RegisterRow, incomplete, register
from indicators.views.register_files import COLUMNS, source_cells, workbook
from portfolio.permissions import may
from portfolio.roles import Part
from portfolio.views.filtering import chips_of
from portfolio.views.project_export import spreadsheet


@login_required
def register_page(request: HttpRequest) -> HttpResponse:
    form, rows = _chosen(request)
    context = {
        "form": form, "rows": rows, "chips": chips_of(request, form),
        "address": request.GET.urlencode(), "may_edit": may(request.user, Part.SOURCES),
    }  # fmt: skip
    return render(request, "indicators/pages/register.html", context)


@login_required
def register_csv(request: HttpRequest) -> HttpResponse:
    """What the table shows, a source a line."""
    _form, rows = _chosen(request)
    return spreadsheet("registre-des-sources.csv", COLUMNS, map(source_cells, rows))


@login_required
def register_xlsx(request: HttpRequest) -> HttpResponse:
    """What the table shows, with a sheet of the agreements."""
    _form, rows = _chosen(request)
    return workbook(rows)


@login_required
def swamp(request: HttpRequest) -> HttpResponse:
    """Every source that lacks something, with the reason and the next action."""
    rows = incomplete(register(user=request.user, now=timezone.now()))
    context = {"rows": rows, "may_edit": may(request.user, Part.SOURCES)}
    return render(request, "indicators/pages/swamp.html", context)


def _chosen(request: HttpRequest) -> tuple[RegisterFilterForm, list[RegisterRow]]:
    """Nothing where the address is wrong."""
    form = RegisterFilterForm(request.GET)
    if not form.is_valid():
        return form, []
    rows = register(user=request.user, now=timezone.now())
    return form, [row for row in rows if _is_asked(row, form.cleaned_data)]


def _is_asked(row: RegisterRow, asked: dict[str, Any]) -> bool:
    missing = {lack.code for lack in row.lacks} | ({"ANY"} if row.lacks else set())
    wanted = "" if asked["personal_data"] == UNKNOWN else asked["personal_data"]
    return (
        (not asked["missing"] or asked["missing"] in missing)
        and (asked["steward"] is None or row.source.steward_id == asked["steward"].pk)
        and (not asked["personal_data"] or row.source.personal_data == wanted)
    )
