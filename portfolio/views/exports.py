"""A list of projects as the register's own file: to change in a spreadsheet and bring back, or to
draw on a map."""

import json
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.imports.exchange import cells, workbook
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.workbook import Note
from portfolio.models import PaymentCredit, Project
from portfolio.querysets import ProjectQuerySet
from portfolio.roles import Part
from portfolio.templatetags import figures
from portfolio.views.listing import ProjectListing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RELATED = ("programme", "lead", "manager", "phase_set", "phase")


@login_required
def projects_xlsx(request: HttpRequest) -> HttpResponse:
    """The filtered list, in its order: what comes back is compared with it cell by cell.
    `editable` leaves out what its reader may not change."""
    listing = ProjectListing(request.GET, request.user)
    projects = listing.projects
    if request.GET.get("editable"):
        facts = Project.objects.editable_by(request.user)
        mine = facts | Project.objects.editable_by(request.user, Part.MONEY)
        projects = projects.filter(pk__in=mine.values("pk"))
    chosen = projects.with_costs().select_related(*RELATED).defer("geometry")
    choices = Choices()
    body = workbook.build(
        projects=[cells.project_cells(project, choices) for project in chosen],
        credits_=[cells.credit_cells(line, choices) for line in _credits(projects)],
        choices=choices,
        notes=_notes(listing),
    )
    return _file(body, XLSX, "projets.xlsx")


@login_required
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """The same file without a project, for new ones."""
    body = workbook.build(projects=[], credits_=[], choices=Choices(), notes=_rules())
    return _file(body, XLSX, "nouveaux-projets.xlsx")


@login_required
def projects_geojson(request: HttpRequest) -> HttpResponse:
    """The same columns as properties, by their keys."""
    listing = ProjectListing(request.GET, request.user)
    choices = Choices()
    features = [
        {
            "type": "Feature",
            "geometry": _shape(project.geometry),
            "properties": cells.project_cells(project, choices),
        }
        for project in listing.projects.with_costs().select_related(*RELATED)
    ]
    document = {"type": "FeatureCollection", "features": features}
    body = json.dumps(document, ensure_ascii=False, default=_plain)
    return _file(body.encode(), "application/geo+json", "projets.geojson")


def _credits(projects: ProjectQuerySet) -> Any:
    lines = PaymentCredit.objects.filter(project__in=projects.order_by().values("pk"))
    named = lines.select_related("project").defer(
        "project__geometry", "project__summary_fr", "project__summary_en"
    )
    return named.order_by("project__code", "section", "year")


def _notes(listing: ProjectListing) -> list[Note]:
    when = figures.moment(timezone.now())
    filters = " · ".join(chip.label for chip in listing.chips) or _("none")
    return [
        Note(_("Exported"), when),
        Note(_("Filters"), filters),
        Note(_("Address of the list"), f"?{listing.address}"),
        *_rules(),
    ]


def _rules() -> list[Note]:
    return [
        Note(_("To change projects"), _("Change the white cells, save, and send the file in Imports. Nothing is stored before you have seen what would change.")),
        Note(_("To add a project"), _("Fill in a free line, with a code that no project has.")),
        Note(_("An emptied cell"), _("On an exported line, it says that the fact is not known. On a line of your own, it says nothing.")),
        Note(_("A line taken off"), _("It changes nothing: the register erases no project.")),
    ]  # fmt: skip


def _shape(geometry: Any) -> dict[str, Any] | None:
    """Every digit is kept: what comes back unchanged is the same geometry."""
    if geometry is None:
        return None
    if geometry.geom_type == "GeometryCollection":
        return {"type": geometry.geom_type, "geometries": [_shape(part) for part in geometry]}
    return {"type": geometry.geom_type, "coordinates": geometry.coords}


def _plain(value: object) -> str | float:
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
