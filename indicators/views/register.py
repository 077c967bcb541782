"""The register of sources: as a table, as files, and what is to be put in order."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.forms.register import UNKNOWN, RegisterFilterForm
from indicators.queries.register import RegisterRow, incomplete, register
from indicators.views.register_files import COLUMNS, source_cells, workbook
from portfolio.permissions import may
from portfolio.roles import Part
from portfolio.views.filtering import Chip
from portfolio.views.project_export import spreadsheet


@login_required
def register_page(request: HttpRequest) -> HttpResponse:
    form, rows = _chosen(request)
    context = {
        "form": form, "rows": rows, "chips": _chips(request, form),
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


def _chips(request: HttpRequest, form: RegisterFilterForm) -> list[Chip]:
    """The filters in use, each with the address without it."""
    chips = []
    for name in form.fields:
        if not request.GET.get(name):
            continue
        kept = request.GET.copy()
        kept.pop(name)
        value = form.cleaned_data.get(name) or request.GET[name]
        choices: dict[Any, Any] = {}
        if isinstance(value, str):
            choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        words = {"label": form[name].label, "value": choices.get(value, value)}
        chips.append(Chip(_("%(label)s: %(value)s") % words, f"?{kept.urlencode()}"))
    return chips
