"""The catalogue as DCAT-AP 3, in JSON-LD: Catalog → Datasets → Distributions, and the DataService.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ — a property that is not known is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from indicators.queries.datasets import Dataset
from publicsite.opendata import vocabulary as names

Node = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """Who publishes, and where: `base` is the address of the site, without a slash at the end;
    `envelope` is west, south, east, north in degrees."""

    base: str
    name: str
    envelope: tuple[float, float, float, float]


CONTEXT: Node = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "gsp": "http://www.opengis.net/ont/geosparql#",
}
DESCRIPTIONS = {
    "fr": "Indicateurs des projets urbains : valeurs mesurées, avec leur source.",
    "en": "Indicators of urban projects: measured values, with their source.",
}
API_NAMES = {"fr": "API des projets et indicateurs", "en": "API of projects and indicators"}
TITLES = {"fr": "Données ouvertes", "en": "Open data"}


def document(datasets: Iterable[Dataset], site: Site) -> Node:
    """The whole catalogue."""
    base = site.base
    found = list(datasets)
    made = [_dataset(one, site) for one in found]
    service = _service(base, made)
    catalogue = {
        "@id": f"{base}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _texts(TITLES, site.name),
        "dct:description": _texts(DESCRIPTIONS),
        "dct:publisher": _publisher(site),
        "dct:language": [_ref(one) for one in names.LANGUAGES.values()],
        "dct:spatial": _place(site),
        "foaf:homepage": {"@id": f"{base}/", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {"@id": names.THEMES, "@type": "skos:ConceptScheme",
                               "dct:title": _text("Data theme", "en")},
        "dcat:dataset": [_ref(one["@id"]) for one in made],
        "dcat:service": _ref(service["@id"]),
    }  # fmt: skip
    modified = [one.modified_at for one in found if one.modified_at]
    if modified:
        catalogue["dct:modified"] = _instant(max(modified))
    return {"@context": CONTEXT, "@graph": [catalogue, service, *made]}


def _dataset(one: Dataset, site: Site) -> Node:
    code, indicator, base = one.indicator.code, one.indicator, site.base
    titles = {"fr": indicator.name_fr, "en": indicator.name_en}
    told = {"fr": indicator.explanation_fr, "en": indicator.explanation_en}
    node: Node = {
        "@id": f"{base}/catalog.jsonld#indicateur-{code}",
        "@type": "dcat:Dataset",
        "dct:identifier": code,
        "dct:title": _texts(titles),
        # Mandatory: what an indicator without explanation is, is its name and its unit.
        "dct:description": _texts(told) or _texts(
            {"fr": f"{indicator.name_fr} ({indicator.unit_fr})"}
        ),
        "dct:publisher": _publisher(site),
        "dcat:theme": {"@id": names.REGIONS_AND_CITIES, "@type": "skos:Concept",
                       "skos:prefLabel": _text("Regions and cities", "en")},
        "dct:accrualPeriodicity": _ref(names.FREQUENCIES[indicator.frequency]),
        "dct:accessRights": _ref(names.PUBLIC),
        "dct:spatial": _place(site),
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(one.starts_on),
                         "dcat:endDate": _day(one.ends_on)},
        "dcat:keyword": [_text(unit, language) for language, unit in
                         (("fr", indicator.unit_fr), ("en", indicator.unit_en)) if unit],
        "dcat:distribution": [_distribution(one, kind, base) for kind in ("json", "csv")],
    }  # fmt: skip
    if one.producers:
        node["dct:creator"] = [_producer(base, producer) for producer in one.producers]
    if one.documentation:
        node["foaf:page"] = [_ref(address) for address in one.documentation]
    if one.modified_at:
        node["dct:modified"] = _instant(one.modified_at)
    return node


def _distribution(one: Dataset, kind: str, base: str) -> Node:
    code = quote(one.indicator.code)
    addresses = {
        "json": f"{base}/api/v1/observations/?indicator={code}",
        "csv": f"{base}/donnees-ouvertes/indicateurs/{code}.csv",
    }
    node: Node = {
        "@id": f"{base}/catalog.jsonld#indicateur-{code}-{kind}",
        "@type": "dcat:Distribution",
        "dct:title": _text(kind.upper(), "en"),
        "dcat:accessURL": _ref(addresses[kind]),
        "dcat:mediaType": _ref(names.MEDIA_TYPES[kind]),
        "dct:format": _ref(names.FILE_TYPES[kind]),
        **_rights(one),
    }
    if kind == "csv":
        return node | {"dcat:downloadURL": _ref(addresses[kind])}
    return node | {"dcat:accessService": _ref(f"{base}/api/v1/")}


def _rights(one: Dataset) -> Node:
    """One licence where all sources have the same known one; else what their producers say."""
    uris = {names.licence_uri(text) for text in one.licences}
    if one.is_licensed and len(uris) == 1 and (uri := next(iter(uris))):
        return {"dct:license": {"@id": uri, "@type": "dct:LicenseDocument"}}
    if not one.licences:
        return {}
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": list(one.licences)}}


def _service(base: str, made: list[Node]) -> Node:
    return {
        "@id": f"{base}/api/v1/",
        "@type": "dcat:DataService",
        "dct:title": _texts(API_NAMES),
        "dcat:endpointURL": _ref(f"{base}/api/v1/"),
        "dcat:endpointDescription": _ref(f"{base}/api/v1/schema/"),
        "foaf:page": _ref(f"{base}/api/v1/docs/"),
        "dcat:servesDataset": [_ref(one["@id"]) for one in made],
    }


def _publisher(site: Site) -> Node:
    return {"@id": f"{site.base}/#editeur", "@type": "foaf:Agent", "foaf:name": site.name}


def _producer(base: str, producer: Any) -> Node:
    named = {"fr": producer.name_fr, "en": producer.name_en}
    identity = f"{base}/catalog.jsonld#organisation-{producer.code}"
    return {"@id": identity, "@type": "foaf:Agent", "foaf:name": _texts(named)}


def _place(site: Site) -> Node:
    west, south, east, north = site.envelope
    ring = ", ".join(
        f"{x} {y}"
        for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south))
    )
    shape = {"@type": "gsp:wktLiteral", "@value": f"POLYGON(({ring}))"}
    return {"@type": "dct:Location", "skos:prefLabel": site.name, "dcat:bbox": shape}


def _texts(by_language: dict[str, str], suffix: str = "") -> list[Node]:
    said = [(language, text) for language, text in by_language.items() if text]
    return [_text(f"{text} – {suffix}" if suffix else text, lang) for lang, text in said]


def _text(text: str, language: str) -> Node:
    return {"@language": language, "@value": text}


def _ref(address: str) -> Node:
    return {"@id": address}


def _day(day: Any) -> Node:
    return {"@type": "xsd:date", "@value": day.isoformat()}


def _instant(at: datetime) -> Node:
    return {"@type": "xsd:dateTime", "@value": at.isoformat()}
