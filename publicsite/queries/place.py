"""A small map of where a project is, drawn on the server."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.gis.db.models.functions import Distance
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.charts.maps.place import place_map
from portfolio.models import Zone
from publicsite.queries.facts import ProjectFacts

ZONES_DRAWN = 12  # the nearest ones: more would not fit in the window
NARROW, WIDE = (340, 260), (720, 420)


@dataclass(frozen=True)
class Drawings:
    """The same map for a narrow and a wide column, so that its words keep a readable size."""

    narrow: SafeString
    wide: SafeString


def project_map(facts: ProjectFacts) -> Drawings | None:
    """None where the register holds no geometry."""
    geometry = facts.project.geometry
    if geometry is None:
        return None
    nearest = (
        Zone.objects.filter(kind=Zone.Kind.COMMUNE, geometry__isnull=False)
        .order_by(Distance("geometry", geometry.centroid), "pk")
        .only("name", "geometry")[:ZONES_DRAWN]
    )
    zones = [(zone.name, zone.geometry) for zone in nearest if zone.geometry]
    narrow, wide = (
        place_map(
            place=geometry, zones=zones, crs=settings.TERRITORY.crs, title=_title(facts), size=size
        )
        for size in (NARROW, WIDE)
    )
    return Drawings(narrow, wide)


def _title(facts: ProjectFacts) -> str:
    where = ", ".join(zone.name for zone in facts.communes) or settings.TERRITORY.name
    words = {"name": facts.project.name, "where": where}
    return _("Map: %(name)s, in %(where)s; north is up.") % words
