"""How large a place is, in the projected system of the territory."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry


@dataclass(frozen=True)
class Extent:
    """Metres and square metres; zero where the place has no line, no area."""

    length_m: float
    area_m2: float

    @property
    def is_large(self) -> bool:
        """Better said in kilometres or hectares."""
        return self.length_m >= 1000 or self.area_m2 >= 10_000

    @property
    def length_km(self) -> float:
        return self.length_m / 1000

    @property
    def area_ha(self) -> float:
        return self.area_m2 / 10_000


def extent_of(geometry: GEOSGeometry) -> Extent:
    """Of a geometry in EPSG:4326. The length is that of its lines alone."""
    metric = geometry.transform(settings.TERRITORY.crs, clone=True)
    area = metric.area
    return Extent(length_m=0.0 if area else metric.length, area_m2=area)
