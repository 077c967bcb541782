"""From an answer of WFS 2.0 to rows, whatever its format, or to the fault that it tells."""

from xml.etree.ElementTree import Element

from indicators.connectors.base import (
    Answer,
    MissingCollectionError,
    QueryRefusedError,
    Rows,
    SourceError,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.http import Refusal
from indicators.connectors.ogc_features import parse as geojson
from indicators.connectors.wfs import gml
from indicators.connectors.xml_answers import local_name, xml_root

REPORTS = {"ExceptionReport", "ServiceExceptionReport"}
GEOMETRY = "PropertyType"  # gml:PointPropertyType and its like
TYPE_NAMES = {"typename", "typenames"}


def rows(answer: Answer, fields: tuple[str, ...] = ()) -> Rows:
    """GeoJSON or GML, as the answer itself begins: a fault is XML whatever was asked for. `fields`
    are null where a feature leaves them out. Raises SourceError."""
    found = geojson.rows(answer) if _start(answer).startswith(b"{") else _features(answer)
    return tuple({**dict.fromkeys(fields), **one} for one in found)


def fields(schema: Answer) -> tuple[str, ...]:
    """The fields of a feature type, but for its geometries."""
    types = gml.field_types(schema)
    return tuple(name for name, kind in types.items() if not kind.endswith(GEOMETRY))


def _features(answer: Answer) -> Rows:
    if "features" not in answer.parsed:
        found: list[dict[str, object]] = []
        root = xml_root(answer, gml.collector(found))
        check(answer, root)
        if local_name(root) != "FeatureCollection":
            raise WrongShapeError(f"{answer.url}: {local_name(root)} instead of features")
        gml.check_whole(answer, root)
        answer.parsed["features"] = found
    features = answer.parsed["features"]
    assert isinstance(features, list)
    return tuple(features)


def is_schema(answer: Answer) -> bool:
    """The answer to DescribeFeatureType."""
    return not _start(answer).startswith(b"{") and local_name(xml_root(answer)) == "schema"


def check(answer: Answer, root: Element) -> None:
    """Raises the fault that an answer tells, if it tells one."""
    if local_name(root) not in REPORTS:
        return
    told = next((one for one in root.iter() if one.get("exceptionCode") or one.get("code")), root)
    code = told.get("exceptionCode") or told.get("code") or ""
    locator = told.get("locator") or ""
    words = " ".join(text.strip() for text in root.itertext() if text.strip())
    is_type = locator.lower().rpartition(":")[2] in TYPE_NAMES
    kind = MissingCollectionError if is_type else QueryRefusedError
    # the words first: an address that holds a filter is long
    raise kind(f"{code} {locator}: {words[:600]} ({answer.url})")


def refused(refusal: Refusal) -> SourceError | None:
    """What a service says in the body of an error, if it is a report of exceptions."""
    if refusal.status == 429 or refusal.status >= 500:
        return None  # it passes: its own words would end the tries
    answer = Answer(refusal.url, refusal.headers.get("content-type", ""), refusal.body)
    try:
        check(answer, xml_root(answer))
    except (MissingCollectionError, QueryRefusedError) as error:
        return error
    except SourceError:
        pass
    return None


def _start(answer: Answer) -> bytes:
    with answer.open() as file:
        return file.read(400).lstrip(b"\xef\xbb\xbf \r\n\t")
