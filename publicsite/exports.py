"""The list as files: exactly the projects that the page shows, all pages of it."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.http import HttpResponse

from portfolio.models import Project, Zone
from portfolio.querysets import ProjectQuerySet
from portfolio.spreadsheets import guarded

COLUMNS = (
    "code", "name", "programme", "phase", "state", "communes", "original_cost_eur",
    "current_cost_eur", "starts_on", "ends_on", "updated_on",
)  # fmt: skip


def projects_csv(projects: ProjectQuerySet) -> HttpResponse:
    rows = [
        [guarded(v or "") for v in _properties(project).values()] for project in _read(projects)
    ]
    return csv_answer([COLUMNS, *rows], "projects.csv")


def projects_geojson(projects: ProjectQuerySet) -> HttpResponse:
    """A FeatureCollection; a project without geometry is there, with a null one (RFC 7946)."""
    found = _read(projects.annotate(shape=AsGeoJSON("geometry", precision=6)).defer("geometry"))
    features = [
        {
            "type": "Feature",
            "id": project.code,
            "geometry": json.loads(project.shape) if project.shape else None,  # type: ignore[attr-defined]
            "properties": _properties(project),
        }
        for project in found
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Content-Disposition"] = 'attachment; filename="projects.geojson"'
    return response


def csv_answer(rows: Iterable[Sequence[object]], filename: str) -> HttpResponse:
    """A CSV in UTF-8 with its mark, so that spreadsheets read the accents."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _read(projects: ProjectQuerySet) -> ProjectQuerySet:
    joined = projects.with_costs().select_related("programme", "phase")
    return joined.prefetch_related("zones")


def _properties(project: Project) -> dict[str, str | None]:
    communes = sorted(z.name for z in project.zones.all() if z.kind == Zone.Kind.COMMUNE)
    values = {
        "code": project.code,
        "name": project.name,
        "programme": project.programme.name if project.programme else None,
        "phase": project.phase.name if project.phase else None,
        "state": project.state,
        "communes": ", ".join(communes) or None,
        "original_cost_eur": project.original_cost_eur,  # type: ignore[attr-defined]
        "current_cost_eur": project.current_cost_eur,  # type: ignore[attr-defined]
        "starts_on": project.starts_on,
        "ends_on": project.ends_on,
        "updated_on": project.updated_at.date(),
    }
    return {name: None if value is None else str(value) for name, value in values.items()}
