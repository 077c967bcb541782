"""The map of one project, read from the register."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portfolio.charts.maps.place import place_map
from portfolio.models import Project, Zone

USUAL_SIZE = (320, 240)
ZONES_DRAWN = 12  # the nearest communes: more would not fit in the window


def project_map(project: Project) -> SafeString | None:
    """`project` among the communes around it; None where nobody has drawn it."""
    drawn = project_maps(project, [USUAL_SIZE])
    return drawn[0] if drawn else None


def project_maps(project: Project, sizes: Sequence[tuple[int, int]]) -> list[SafeString]:
    """The same map, once a size in pixels; nothing where nobody has drawn the project."""
    if project.geometry is None:
        return []
    communes = Zone.objects.filter(kind=Zone.Kind.COMMUNE, projects=project).order_by("name")
    names = list(communes.values_list("name", flat=True))
    return maps_of(project.geometry, name=project.name, communes=names, sizes=sizes)


def maps_of(
    geometry: GEOSGeometry,
    *,
    name: str,
    communes: Sequence[str],
    sizes: Sequence[tuple[int, int]] = (USUAL_SIZE,),
) -> list[SafeString]:
    """Maps of a geometry (EPSG:4326), once a size; `communes` are the names its title says."""
    nearest = (
        Zone.objects.filter(kind=Zone.Kind.COMMUNE, geometry__isnull=False)
        .order_by(Distance("geometry", geometry.centroid), "pk")
        .values_list("name", "geometry")[:ZONES_DRAWN]
    )
    drawn = [(zone, area) for zone, area in nearest if area is not None]
    where = ", ".join(communes) or settings.TERRITORY.name
    title = _("Map: %(name)s, in %(where)s; north is up.") % {"name": name, "where": where}
    crs = settings.TERRITORY.crs
    return [
        place_map(place=geometry, zones=drawn, crs=crs, title=title, size=size) for size in sizes
    ]
