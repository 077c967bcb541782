"""From an answer of OGC API – Features to rows."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urljoin, urlsplit

from indicators.connectors.base import Answer, Listed, Row, Rows, WrongShapeError
from indicators.connectors.json_answers import json_object

POLYGONS = ("Polygon", "MultiPolygon")


def rows(answer: Answer) -> Rows:
    """Raises SourceError if the answer is not a GeoJSON FeatureCollection."""
    document = json_object(answer)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise WrongShapeError(f"{answer.url}: no FeatureCollection")
    return tuple(_row(feature, answer.url) for feature in features[: _until_next(answer)])


def ids(answer: Answer) -> set[str]:
    """What names the features of a page, as far as they have a name. pygeoapi's GeoParquet provider
    numbers the features of every page from 0: the property `id` may name them then."""
    features = json_object(answer).get("features")
    listed = features[: _until_next(answer)] if isinstance(features, list) else []
    found = [one.get("id") for one in listed if isinstance(one, dict)]
    if [str(one) for one in found] == [str(place) for place in range(len(found))]:
        found = [row["id"] for row in rows(answer)] if _property_names(listed) else []
    return {str(one) for one in found if one is not None}


def _property_names(features: list[object]) -> bool:
    return all(
        isinstance(one, dict)
        and isinstance(one.get("properties"), dict)
        and "id" in one["properties"]
        for one in features
    )


def _until_next(answer: Answer) -> int | None:
    """How many features of a page come before the next one: pygeoapi's GeoParquet provider gives
    more than it was asked for where a page ends inside a group of rows, and gives the surplus
    again. None: all."""
    link = next_link(answer)
    if link is None:
        return None
    try:
        steps = _offset(urljoin(answer.url, link)) - _offset(answer.url)
    except ValueError:  # no address at all: who follows the link says so
        return None
    return steps if steps > 0 else None


def _offset(url: str) -> int:
    """0 where an address has none."""
    told = parse_qs(urlsplit(url).query).get("offset", [""])[-1]
    return int(told) if told.isascii() and told.isdigit() else 0


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
