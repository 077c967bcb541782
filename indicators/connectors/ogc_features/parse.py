"""From an answer of OGC API – Features to rows."""

from collections.abc import Mapping

from indicators.connectors.base import Answer, Listed, Row, Rows, WrongShapeError
from indicators.connectors.json_answers import json_object

POLYGONS = ("Polygon", "MultiPolygon")


def rows(answer: Answer) -> Rows:
    """Raises SourceError if the answer is not a GeoJSON FeatureCollection."""
    document = json_object(answer)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise WrongShapeError(f"{answer.url}: no FeatureCollection")
    return tuple(_row(feature, answer.url) for feature in features)


def next_link(answer: Answer) -> str | None:
    links = json_object(answer).get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            return str(link["href"])
    return None


def listed(answer: Answer) -> list[Listed]:
    """The collections of a service. Raises WrongShapeError."""
    told = json_object(answer).get("collections")
    if not isinstance(told, list):
        raise WrongShapeError(f"{answer.url}: no list of collections")
    found = [one for one in told if isinstance(one, dict) and one.get("id")]
    return [Listed(str(one["id"]), title(one)) for one in found]


def title(document: Mapping[str, object]) -> str:
    return str(document.get("title") or document.get("id") or "")


def field_types(schema: Mapping[str, object]) -> dict[str, str]:
    """Field name → type, from a JSON Schema of queryables."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {
        name: str(one.get("format") or one.get("type") or "") if isinstance(one, dict) else ""
        for name, one in properties.items()
    }


def _row(feature: object, url: str) -> Row:
    """Properties, plus `id` and `geometry` where no property has that name already."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise WrongShapeError(f"{url}: a feature without properties")
    return {
        "id": feature.get("id"),
        "geometry": _shape(feature.get("geometry")),
        **feature["properties"],
    }


def _shape(geometry: object) -> object:
    """[longitude, latitude] of a point; a polygon as it is; null for other shapes."""
    if not isinstance(geometry, dict):
        return None
    if geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        return coordinates[:2] if isinstance(coordinates, list) else None
    return geometry if geometry.get("type") in POLYGONS else None
