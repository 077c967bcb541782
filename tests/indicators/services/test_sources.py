import copy

import pytest
import yaml

from indicators.models import DataSource, Feed, Indicator, Series
from indicators.services import sources
from indicators.services.plain_yaml import PlainLoader
from indicators.services.sources import SCHEMA, SourcesError
from tests.factories.portfolio import NOW, make_organisation, make_zone

pytestmark = pytest.mark.django_db
EXAMPLE = SCHEMA.parent / "examples" / "sources-ogc_features.yml"


@pytest.fixture
def document() -> dict:
    return yaml.load(EXAMPLE.read_text(encoding="utf-8"), Loader=PlainLoader)


def problems(document) -> list[str]:
    with pytest.raises(SourcesError) as caught:
        sources.apply(document=document)
    assert not DataSource.objects.exists()
    assert not Indicator.objects.exists()
    return [problem.path for problem in caught.value.problems]


def test_the_documented_example_can_be_applied(document):
    changes = sources.apply(document=document)
    assert [(c.kind, c.created) for c in changes] == [
        ("datasource", True), ("indicator", True), ("feed", True),
    ]  # fmt: skip
    feed = Feed.objects.get(code="compteurs-velo-jour")
    assert feed.source.protocol == "ogc_features"
    assert feed.starts_on.isoformat() == "2020-01-01"
    assert feed.mapping["series"] == ["id_compteur", "nom"]


def test_applying_twice_changes_nothing(document):
    sources.apply(document=document)
    assert sources.apply(document=document) == []


def test_a_change_is_named_with_both_values(document):
    sources.apply(document=document)
    document["feeds"][0]["lookback_days"] = 14
    (change,) = sources.apply(document=document)
    assert (change.code, dict(change.fields)) == ("compteurs-velo-jour", {"lookback_days": (7, 14)})
    assert Feed.objects.get().lookback_days == 14


def test_a_dry_run_says_the_same_and_writes_nothing(document):
    changes = sources.apply(document=document, dry_run=True)
    assert len(changes) == 3
    assert not Feed.objects.exists()


def test_what_the_document_does_not_name_stays(document):
    sources.apply(document=document)
    sources.apply(document={"sources": []})
    assert Feed.objects.count() == 1


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (("sources", 0, "base_url"), "ftp://x", "sources/0/base_url"),
        (("sources", 0, "base_url"), "https://user:secret@host/", "sources/0/base_url"),
        (("sources", 0, "protocol"), "wms", "sources/0/protocol"),
        (("sources", 0, "producer"), "nobody", "sources/0/producer"),
        (("sources", 0, "colour"), "red", "sources/0"),
        (("indicators", 0, "direction"), "SIDEWAYS", "indicators/0/direction"),
        (("feeds", 0, "source"), "elsewhere", "feeds/0/source"),
        (("feeds", 0, "indicator"), "happiness", "feeds/0/indicator"),
        (("feeds", 0, "starts_on"), "2024-02-30", "feeds/0/starts_on"),
        (("feeds", 0, "every_minutes"), 0, "feeds/0/every_minutes"),
        (("feeds", 0, "mapping", "time", "period"), "WEEK", "feeds/0/mapping/time/period"),
        (("feeds", 0, "mapping", "time", "timezone"), "CET+3", "feeds/0/mapping/time/timezone"),
        (("feeds", 0, "mapping", "zone"), {"code": "XX"}, "feeds/0/mapping/zone/code"),
        (("feeds", 0, "mapping", "zone"), {"code": "A", "field": "b"}, "feeds/0/mapping/zone"),
        (("feeds", 0, "mapping", "value"), {}, "feeds/0/mapping/value"),
    ],
)
def test_a_wrong_document_names_the_path_and_writes_nothing(document, place, value, path):
    *way, last = place
    target = document
    for step in way:
        target = target[step]
    target[last] = value
    assert problems(document) == [path]


@pytest.mark.parametrize("document", [None, [], "text", {"feed": []}])
def test_a_document_of_another_shape_is_refused(document):
    assert problems(document) == ["(document)"]


def test_a_code_written_twice_is_refused(document):
    document["feeds"].append(copy.deepcopy(document["feeds"][0]))
    assert problems(document) == ["feeds/0/code", "feeds/1/code"]


def test_producer_and_zone_are_found_by_their_codes(document):
    producer = make_organisation(code="voirie")
    make_zone(code="MV")
    document["sources"][0]["producer"] = "voirie"
    document["feeds"][0]["mapping"]["zone"] = {"code": "MV"}
    sources.apply(document=document)
    assert DataSource.objects.get().producer == producer


@pytest.mark.parametrize(
    "change",
    [
        {"collection": "autre"},
        {"starts_on": "2015-01-01"},
        {"mapping": {"value": {"field": "total", "scale": 0.001}}},
    ],
)
def test_a_feed_that_reads_otherwise_asks_for_all_its_days_again(document, change):
    sources.apply(document=document)
    Feed.objects.update(watermark_at=NOW)
    feed = document["feeds"][0]
    feed["mapping"] |= change.pop("mapping", {})
    feed |= change
    sources.apply(document=document)
    assert Feed.objects.get().watermark_at is None


def test_a_feed_whose_pace_changes_goes_on_where_it_is(document):
    sources.apply(document=document)
    Feed.objects.update(watermark_at=NOW)
    document["feeds"][0]["every_minutes"] = 60
    sources.apply(document=document)
    assert Feed.objects.get().watermark_at == NOW


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"series": ["nom"]}, "mapping/series"),
        ({"zone": {"field": "commune"}}, "mapping/zone"),
        ({"time": {"field": "jour", "timezone": "UTC", "period": "DAY"}}, "mapping/time/timezone"),
    ],
)
def test_what_names_the_series_of_a_feed_stays_once_values_are_published(document, change, path):
    sources.apply(document=document)
    feed, before = document["feeds"][0], Feed.objects.get()
    feed["mapping"] |= change
    sources.apply(document=copy.deepcopy(document))  # nothing published yet
    Feed.objects.update(mapping=before.mapping)
    Series.objects.create(feed=before, key="1")
    with pytest.raises(SourcesError) as caught:
        sources.apply(document=document)
    assert [problem.path for problem in caught.value.problems] == [f"feeds/0/{path}"]
    assert Feed.objects.get().mapping == before.mapping


BY_AREA = {"kind": "COMMUNE", "measure": "TOTAL"}


@pytest.mark.parametrize(
    ("by_area", "place"),
    [
        (BY_AREA | {"measure": "SUM"}, "/measure"),
        (BY_AREA | {"kind": "IRIS"}, "/kind"),
        (BY_AREA | {"minimum": 75}, "/minimum"),
        (BY_AREA | {"weight": "PEOPLE"}, "/weight"),
        (BY_AREA | {"crs": "2154"}, "/crs"),
        ({"kind": "COMMUNE"}, ""),
        (BY_AREA | {"measure": "PEOPLE", "weight": "AREA"}, "/weight"),
        (BY_AREA | {"measure": "SHARE", "minimum": 0.5}, "/minimum"),
    ],
)
def test_a_mapping_by_area_that_is_wrong_names_its_path(document, by_area, place):
    mapping = document["feeds"][0]["mapping"]
    mapping["zone"] = {"field": "geometry", "by_area": by_area}
    assert problems(document) == [f"feeds/0/mapping/zone/by_area{place}"]


def test_a_mapping_by_area_contradicts_points_and_hours(document):
    mapping = document["feeds"][0]["mapping"]
    mapping["zone"] = {"field": "geometry", "within": "COMMUNE", "by_area": BY_AREA}
    mapping["gather"] = {"how": "SUM", "every_minutes": 60}
    assert problems(document) == ["feeds/0/mapping/zone/within", "feeds/0/mapping/gather"]


@pytest.mark.parametrize(
    ("zone", "path"),
    [
        ({}, "feeds/0/mapping/zone"),
        ({"code": ""}, "feeds/0/mapping/zone/code"),
        ({"code": "A", "field": "b"}, "feeds/0/mapping/zone"),
        ({"field": "a", "within": "CITY"}, "feeds/0/mapping/zone/within"),
    ],
)
def test_a_zone_that_is_wrong_names_its_path(document, zone, path):
    document["feeds"][0]["mapping"]["zone"] = zone
    assert problems(document) == [path]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("within_m", -5),
        ("per_hour", "six"),
        ("from_hour", 7.5),
        ("served", "often"),
        ("every", "week"),
    ],
)
def test_an_option_with_a_wrong_value_names_its_path(document, name, value):
    document["sources"][0]["protocol"] = "gtfs"
    document["feeds"][0]["collection"] = "frequent_stops"
    document["feeds"][0]["options"] = {name: value}
    assert problems(document) == [f"feeds/0/options/{name}"]
