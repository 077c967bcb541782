"""Features and schemas written in GML."""

from xml.etree.ElementTree import Element

from indicators.connectors.base import Answer, TruncatedError, WrongShapeError
from indicators.connectors.wfs.gml_shapes import SURFACES, polygons, turned
from indicators.connectors.xml_answers import Visit, local_name, xml_root

MEMBERS = {"member", "featureMember"}
ID = ("{http://www.opengis.net/gml/3.2}id", "{http://www.opengis.net/gml}id", "fid")
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
SHAPES = {"Point", *SURFACES}
MEMBER_DEPTH = 2


def collector(into: list[dict[str, object]]) -> Visit:
    """A visit that adds the features of a collection, and leaves none of them in memory."""

    def visit(element: Element, depth: int) -> bool:
        if depth != MEMBER_DEPTH or local_name(element) not in MEMBERS:
            return False
        into.extend(_feature(one) for one in element)
        return True

    return visit


def check_whole(answer: Answer, root: Element) -> None:
    """Raises TruncatedError where the server says that it could not give all."""
    if any(local_name(one) == "truncatedResponse" for one in root):
        raise TruncatedError(f"{answer.url}: the server gave up in the middle")


def field_types(answer: Answer) -> dict[str, str]:
    """Field name → type, from an XML Schema. Raises SourceError."""
    root = xml_root(answer)
    if local_name(root) != "schema":
        raise WrongShapeError(f"{answer.url}: {local_name(root)} instead of a schema")
    sequences = [one for one in root.iter() if local_name(one) == "sequence"]
    fields = [one for sequence in sequences for one in sequence if local_name(one) == "element"]
    return {_name(one): one.get("type", "").rpartition(":")[2] for one in fields if _name(one)}


def _name(element: Element) -> str:
    return element.get("name") or element.get("ref", "").rpartition(":")[2]


def _feature(element: Element) -> dict[str, object]:
    """Its properties, plus `id` and `geometry` where no property has that name already."""
    row: dict[str, object] = {
        "id": next((element.get(name) for name in ID if element.get(name)), None),
        "geometry": None,
    }
    for one in element:
        name = local_name(one)
        if name == "boundedBy":
            continue
        shape = next((part for part in one.iter() if local_name(part) in SHAPES), None)
        row[name] = _value(one) if shape is None else _shape(shape)
        if shape is not None and name != "geometry":
            row["geometry"] = row[name]
    return row


def _shape(shape: Element) -> object:
    return _point(shape) if local_name(shape) == "Point" else polygons(shape)


def _value(element: Element) -> str | None:
    """The text of a property, or of what is inside it (a time); nothing is null."""
    if element.get(NIL) == "true":
        return None
    return " ".join(text.strip() for text in element.itertext() if text.strip()) or None


def _point(point: Element) -> list[object] | None:
    """Longitude and latitude; None where the coordinates are not degrees."""
    system = point.get("srsName", "")
    text = " ".join(part.text or "" for part in point.iter() if part is not point)
    try:
        first, second = (float(one) for one in text.replace(",", " ").split()[:2])
    except ValueError:
        return None
    return turned(system, first, second)
