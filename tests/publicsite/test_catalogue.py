"""The catalogue as others read it: rdflib turns it into triples, which are asked for what DCAT-AP 3
makes mandatory (https://semiceu.github.io/DCAT-AP/releases/3.0.0/)."""

import csv
import json
from datetime import date
from urllib.parse import urlsplit

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, URIRef
from rdflib.namespace import XSD

from indicators.models import Run
from publicsite.opendata.vocabulary import licence_uri
from tests.factories.indicators import make_feed, make_indicator, make_observations, make_source
from tests.factories.portfolio import make_organisation, make_zone

MANDATORY = {
    DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
    DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
    DCAT.Distribution: (DCAT.accessURL,),
    DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
    FOAF.Agent: (FOAF.name,),
}
BASE = "https://metropole.example"
# rdflib's own reader of JSON-LD still calls what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture(autouse=True)
def base(settings):
    settings.WAGTAILADMIN_BASE_URL = BASE


@pytest.fixture
def indicator(db):
    producer = make_organisation(code="regie", name_fr="Régie", kind="PRODUCER")
    source = make_source(licence="Licence Ouverte 2.0", producer=producer)
    indicator = make_indicator(
        code="velo", name_fr="Vélos", name_en="Bicycles", explanation_fr="Passages comptés.",
        explanation_en="", frequency="MONTH",
    )  # fmt: skip
    feed = make_feed(source=source, indicator=indicator)
    values = {date(2025, 1, 1): 5.0, date(2026, 3, 1): 7.5, date(2026, 4, 1): None}
    make_observations(feed, make_zone(code="=V1"), values)
    Run.objects.update(received=2, accepted=2)
    return indicator


def read(client) -> Graph:
    response = client.get("/catalog.jsonld")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/ld+json"
    return Graph().parse(data=response.content.decode(), format="json-ld")


def only(graph: Graph, kind) -> URIRef:
    (found,) = graph.subjects(RDF.type, kind)
    return found


def test_every_mandatory_property_is_there(client, indicator):
    graph = read(client)
    for kind, properties in MANDATORY.items():
        found = list(graph.subjects(RDF.type, kind))
        assert found, kind
        for subject in found:
            for wanted in properties:
                assert (subject, wanted, None) in graph, (subject, wanted)


def test_catalogue_dataset_distributions_and_service_are_tied(client, indicator):
    graph = read(client)
    catalogue, dataset = only(graph, DCAT.Catalog), only(graph, DCAT.Dataset)
    service = only(graph, DCAT.DataService)
    assert (catalogue, DCAT.dataset, dataset) in graph
    assert (catalogue, DCAT.service, service) in graph
    assert (service, DCAT.servesDataset, dataset) in graph
    distributions = set(graph.objects(dataset, DCAT.distribution))
    assert distributions == set(graph.subjects(RDF.type, DCAT.Distribution))
    assert len(distributions) == 2


def test_a_dataset_says_what_is_known_of_it(client, indicator):
    graph = read(client)
    dataset = only(graph, DCAT.Dataset)
    titles = set(graph.objects(dataset, DCTERMS.title))
    assert titles == {Literal("Vélos", lang="fr"), Literal("Bicycles", lang="en")}
    assert set(graph.objects(dataset, DCTERMS.description)) == {
        Literal("Passages comptés.", lang="fr")
    }
    (often,) = graph.objects(dataset, DCTERMS.accrualPeriodicity)
    assert str(often).endswith("/authority/frequency/MONTHLY")
    period = graph.value(dataset, DCTERMS.temporal)
    days = graph.value(period, DCAT.startDate), graph.value(period, DCAT.endDate)
    assert days == (
        Literal("2025-01-01", datatype=XSD.date),
        Literal("2026-03-31", datatype=XSD.date),
    )
    assert graph.value(dataset, DCTERMS.modified).datatype == XSD.dateTime
    assert "POLYGON" in graph.value(graph.value(dataset, DCTERMS.spatial), DCAT.bbox)
    assert graph.value(graph.value(dataset, DCTERMS.creator), FOAF.name) == Literal(
        "Régie", lang="fr"
    )


def test_a_known_licence_is_an_address_and_another_a_statement(client, indicator):
    graph = read(client)
    licences = {
        graph.value(one, DCTERMS.license) for one in graph.subjects(RDF.type, DCAT.Distribution)
    }
    assert licences == {URIRef("https://spdx.org/licenses/etalab-2.0")}
    source = indicator.feeds.get().source
    source.licence = "Accord particulier"
    source.save()
    graph = read(client)
    assert not list(graph.triples((None, DCTERMS.license, None)))
    assert len(list(graph.triples((None, DCTERMS.rights, None)))) == 2


def test_a_licence_that_is_not_known_is_left_out(client, indicator):
    source = indicator.feeds.get().source
    source.licence = ""
    source.save()
    graph = read(client)
    assert not list(graph.triples((None, DCTERMS.license, None)))
    assert not list(graph.triples((None, DCTERMS.rights, None)))


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("Licence Ouverte 2.0", "https://spdx.org/licenses/etalab-2.0"),
        ("licence ouverte / open licence version 2.0", "https://spdx.org/licenses/etalab-2.0"),
        ("ODbL 1.0", "https://spdx.org/licenses/ODbL-1.0"),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("https://exemple.fr/licence", "https://exemple.fr/licence"),
        ("Accord particulier", ""),
        ("", ""),
    ],
)
def test_only_licences_of_a_known_name_have_an_address(name, uri):
    assert licence_uri(name) == uri


def test_the_addresses_of_the_catalogue_exist_and_give_the_values(client, indicator):
    graph = read(client)
    asked = set()
    for wanted in (DCAT.accessURL, DCAT.downloadURL, DCAT.endpointDescription):
        asked |= {urlsplit(address) for address in graph.objects(None, wanted)}
    asked |= {urlsplit(str(page)) for page in graph.objects(None, FOAF.page)}
    assert len(asked) == 4
    for address in asked:
        assert f"{address.scheme}://{address.netloc}" == BASE
        assert client.get(f"{address.path}?{address.query}").status_code == 200
    rows = client.get("/api/v1/observations/?indicator=velo").json()["results"]
    assert [row["value"] for row in rows] == [5.0, 7.5, None]


def test_the_csv_has_every_value_and_runs_no_formula(client, indicator):
    response = client.get("/donnees-ouvertes/indicateurs/velo.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(row["value"], row["absence"]) for row in rows] == [
        ("5.0", ""), ("7.5", ""), ("", "MISSING"),
    ]  # fmt: skip
    assert {row["series"] for row in rows} == {"'=V1"}
    assert {row["licence"] for row in rows} == {"Licence Ouverte 2.0"}


def test_an_indicator_without_a_value_is_no_dataset(client, indicator):
    make_indicator(code="vide")
    absent = make_feed(indicator=make_indicator(code="absent"))
    make_observations(absent, make_zone(), {date(2026, 1, 1): None})
    graph = read(client)
    assert len(list(graph.subjects(RDF.type, DCAT.Dataset))) == 1


def test_an_empty_catalogue_is_a_catalogue(client, db):
    graph = read(client)
    assert only(graph, DCAT.Catalog)
    assert not list(graph.subjects(RDF.type, DCAT.Dataset))


def test_it_is_the_same_for_everybody_and_sent_once(client, indicator, admin_client):
    first = client.get("/catalog.jsonld")
    assert admin_client.get("/catalog.jsonld").content == first.content
    again = client.get("/catalog.jsonld", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    indicator.name_fr = "Vélos et trottinettes"
    indicator.save()
    changed = client.get("/catalog.jsonld", headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_it_needs_no_other_server_to_be_read(client, indicator):
    context = json.loads(client.get("/catalog.jsonld").content)["@context"]
    assert isinstance(context, dict)


def test_the_number_of_queries_does_not_grow_with_the_indicators(
    client, indicator, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8) as few:
        client.get("/catalog.jsonld")
    for _ in range(5):
        make_observations(make_feed(), make_zone(), {date(2026, 1, 1): 1.0})
    with django_assert_num_queries(len(few.captured_queries)):
        client.get("/catalog.jsonld")
