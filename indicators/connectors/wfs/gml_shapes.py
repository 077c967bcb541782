"""Polygons written in GML 2 and 3, as GeoJSON."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from indicators.connectors.xml_answers import local_name

SURFACES = {"Polygon", "MultiPolygon", "Surface", "MultiSurface"}
PATCHES = {"Polygon", "PolygonPatch", "Rectangle"}
OUTER, INNER = {"exterior", "outerBoundaryIs"}, {"interior", "innerBoundaryIs"}
COORDINATES = {"posList", "pos", "coordinates"}
# systems of degrees; by their long names the latitude comes first
LATITUDE_FIRST = ("urn:ogc:def:crs:EPSG:", "http://www.opengis.net/def/crs/EPSG/")
Place = list[object]


def turned(system: str, first: float, second: float) -> Place | None:
    """[longitude, latitude]; None where the coordinates are not degrees."""
    if system.endswith("CRS84"):
        return [first, second]
    if not system.endswith(("4326", "4326/")):
        return None
    return [second, first] if system.startswith(LATITUDE_FIRST) else [first, second]


def polygons(surface: Element) -> dict[str, object] | None:
    """A GeoJSON multipolygon in longitude and latitude; None where it is not in degrees, or bounded
    by anything but straight lines."""
    system = surface.get("srsName", "")
    size = surface.get("srsDimension", "")
    try:
        found = [
            _polygon(one, system, size) for one in surface.iter() if local_name(one) in PATCHES
        ]
    except ValueError:
        return None
    return {"type": "MultiPolygon", "coordinates": found} if found else None


def _polygon(patch: Element, system: str, size: str) -> list[list[Place]]:
    """Its outer ring, then its holes. Raises ValueError."""
    system = patch.get("srsName") or system
    rings = [
        _ring(boundary, system, size)
        for names in (OUTER, INNER)
        for boundary in patch
        if local_name(boundary) in names
    ]
    if not rings:
        raise ValueError("a polygon without a border")
    return rings


def _ring(boundary: Element, system: str, size: str) -> list[Place]:
    if not any(local_name(one) == "LinearRing" for one in boundary):
        raise ValueError("a border of arcs")
    places = [turned(system, *pair) for pair in _pairs(boundary, size)]
    if len(places) < 4 or None in places:
        raise ValueError("no ring in degrees")
    return [place for place in places if place is not None]


def _pairs(boundary: Element, size: str) -> Iterator[tuple[float, float]]:
    """The two first numbers of each place, however many it has. Raises ValueError."""
    for one in boundary.iter():
        name = local_name(one)
        if name not in COORDINATES:
            continue
        text = one.text or ""
        if name == "posList":
            numbers = [float(part) for part in text.split()]
            step = int(one.get("srsDimension") or size or 2)
            if step < 2 or len(numbers) % step:
                raise ValueError(f"{len(numbers)} numbers by {step}")
            yield from zip(numbers[::step], numbers[1::step], strict=True)
        else:
            for place in [text.split()] if name == "pos" else (p.split(",") for p in text.split()):
                yield float(place[0]), float(place[1] if len(place) > 1 else "")
