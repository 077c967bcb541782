"""What a WFS says it can do, and the filter that asks it for a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from indicators.connectors.base import Answer, MissingCollectionError, Window, WrongShapeError
from indicators.connectors.wfs.parse import check
from indicators.connectors.xml_answers import local_name, xml_root

DAY = timedelta(days=1)
FES = 'xmlns:fes="http://www.opengis.net/fes/2.0"'
GML = 'xmlns:gml="http://www.opengis.net/gml/3.2"'


@dataclass(frozen=True)
class FeatureType:
    title: str
    systems: tuple[str, ...]  # of coordinates


@dataclass(frozen=True)
class Service:
    """`json`: the name of its GeoJSON, "" where it has none; `during`: it can compare with a
    period; `count_default`: most features of an answer, 0 where it does not say."""

    types: Mapping[str, FeatureType]
    json: str
    pages: bool
    during: bool
    count_default: int
    licence: str

    def title(self, name: str) -> str:
        """Raises MissingCollectionError."""
        return self._type(name).title

    def has_degrees(self, name: str) -> bool:
        return any(one.endswith(":4326") for one in self._type(name).systems)

    def _type(self, name: str) -> FeatureType:
        """By its whole name, or by what follows the prefix."""
        for known, told in self.types.items():
            if name in {known, known.rpartition(":")[2]} or name.rpartition(":")[2] == known:
                return told
        known = ", ".join(list(self.types)[:20])
        raise MissingCollectionError(f"no feature type {name}; there are: {known}")


def service(answer: Answer) -> Service:
    """From the answer to GetCapabilities. Raises SourceError."""
    root = xml_root(answer)
    check(answer, root)
    if local_name(root) != "WFS_Capabilities":
        raise WrongShapeError(f"{answer.url}: {local_name(root)} instead of capabilities of WFS 2")
    default = _constraint(root, "CountDefault")
    return Service(
        types=dict(_feature_type(one) for one in _all(root, "FeatureType")),
        json=_json(root),
        pages=_constraint(root, "ImplementsResultPaging").upper() == "TRUE",
        during=any(one.get("name") == "During" for one in _all(root, "TemporalOperator")),
        count_default=int(default) if default.isascii() and default.isdigit() else 0,
        licence=_text(root, "AccessConstraints"),
    )


def time_filter(field: str, window: Window, *, with_during: bool) -> str:
    """Whole days, one more at either end: MapServer compares instants as texts, so only days are
    read in the same way by all; what comes too much is dropped by the pull."""
    first, last = (window.start.date() - DAY).isoformat(), (window.end.date() + DAY).isoformat()
    name = f"<fes:ValueReference>{escape(field)}</fes:ValueReference>"
    if with_during:
        period = (
            f'<gml:TimePeriod gml:id="w"><gml:beginPosition>{first}</gml:beginPosition>'
            f"<gml:endPosition>{last}</gml:endPosition></gml:TimePeriod>"
        )
        return f"<fes:Filter {FES} {GML}><fes:During>{name}{period}</fes:During></fes:Filter>"
    bounds = "".join(
        f"<fes:{side}><fes:Literal>{day}</fes:Literal></fes:{side}>"
        for side, day in (("LowerBoundary", first), ("UpperBoundary", last))
    )
    between = f"<fes:PropertyIsBetween>{name}{bounds}</fes:PropertyIsBetween>"
    return f"<fes:Filter {FES}>{between}</fes:Filter>"


def _feature_type(element: Element) -> tuple[str, FeatureType]:
    name = _text(element, "Name")
    named = {"DefaultCRS", "OtherCRS", "DefaultSRS", "OtherSRS"}
    systems = [(one.text or "").strip() for one in element.iter() if local_name(one) in named]
    return name, FeatureType(_text(element, "Title") or name, tuple(systems))


def _json(root: Element) -> str:
    """The format of GetFeature that is GeoJSON, by the name that the server gives it."""
    for operation in _all(root, "Operation"):
        if operation.get("name") == "GetFeature":
            formats = [(one.text or "").strip() for one in _all(operation, "Value")]
            plain = [one for one in formats if one.lower().startswith(("application/json",
                     "application/geo+json", "geojson", "json"))]  # fmt: skip
            return plain[0] if plain else ""
    return ""


def _constraint(root: Element, name: str) -> str:
    for one in _all(root, "Constraint"):
        if one.get("name") == name:
            return _text(one, "DefaultValue")
    return ""


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if local_name(one) == name]


def _text(element: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in _all(element, name)), "")
