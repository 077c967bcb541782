"""The places of several projects on one map."""

from django.conf import settings
from django.contrib.gis.geos import GeometryCollection, Polygon
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.charts.maps.place import places_map
from portfolio.models import Project, Zone

SIZE = (640, 420)
MARGIN = 0.3  # degrees around the places in which communes are looked for


def programme_map(projects: QuerySet[Project], name: str) -> SafeString | None:
    """Every drawn project among the communes; None where none is drawn."""
    drawn = projects.filter(geometry__isnull=False).order_by("pk")
    places = [one for one in drawn.values_list("geometry", flat=True) if one is not None]
    if not places:
        return None
    west, south, east, north = GeometryCollection(places, srid=4326).extent
    around = Polygon.from_bbox((west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN))
    around.srid = 4326
    communes = Zone.objects.filter(kind=Zone.Kind.COMMUNE, geometry__bboverlaps=around)
    zones = [(zone, area) for zone, area in communes.values_list("name", "geometry") if area]
    title = _("Map: the places of “%(name)s”; north is up.") % {"name": name}
    return places_map(
        places=places, zones=zones, crs=settings.TERRITORY.crs, title=title, size=SIZE
    )
