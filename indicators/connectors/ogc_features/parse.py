"""From the bytes of an answer to rows. Strict: what is not plain JSON is named, never guessed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.connectors.base import (
    NotFinite,
    NotJsonError,
    Row,
    SourceError,
    TruncatedError,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.http import Answer


@dataclass(frozen=True)
class Items:
    """Rows of one page, the address of the next one, and a digest of the rows alone."""

    rows: tuple[Row, ...]
    next_link: str | None
    digest: str


def items(answer: Answer) -> Items:
    """Raises SourceError if the answer is not a GeoJSON FeatureCollection."""
    document = json_object(answer)
    features = document.get("features")
    if document.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise WrongShapeError(f"{answer.url}: no FeatureCollection")
    rows = tuple(_row(feature, answer.url) for feature in features)
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return Items(rows, _next_link(document), hashlib.sha256(text.encode()).hexdigest())


def json_object(answer: Answer) -> dict[str, object]:
    """The answer as one JSON object. Raises NotJsonError, TruncatedError, WrongShapeError."""
    start, end = answer.body[:400].lstrip()[:1], answer.body[-400:].rstrip()[-1:]
    if start not in {b"{", b"["}:
        kind = answer.content_type or "no content type"
        raise NotJsonError(f"{answer.url}: {kind}, starting with {answer.body[:60]!r}")
    try:
        document = json.loads(answer.body, parse_constant=NotFinite, parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise _unreadable(answer, error, ended=end in {b"}", b"]"}) from error
    if not isinstance(document, dict):
        raise WrongShapeError(f"{answer.url}: a list instead of an object")
    return document


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


def _unreadable(answer: Answer, error: Exception, *, ended: bool) -> SourceError:
    kind = NotJsonError if ended else TruncatedError
    return kind(f"{answer.url}: {error}")


def _number(text: str) -> float | NotFinite:
    """1e400 is valid JSON and no float: kept as text, to be set aside with its row."""
    value = float(text)
    return NotFinite(text) if value in {float("inf"), float("-inf")} else value


def _row(feature: object, url: str) -> Row:
    """Properties, plus `id` and `geometry` where no property has that name already."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        raise WrongShapeError(f"{url}: a feature without properties")
    return {
        "id": feature.get("id"),
        "geometry": _point(feature.get("geometry")),
        **feature["properties"],
    }


def _point(geometry: object) -> list[object] | None:
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        coordinates = geometry.get("coordinates")
        return coordinates[:2] if isinstance(coordinates, list) else None
    return None


def _next_link(document: Mapping[str, object]) -> str | None:
    links = document.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            return str(link["href"])
    return None
