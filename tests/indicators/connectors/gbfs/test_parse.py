import json
from datetime import UTC, datetime

import pytest

from indicators.connectors.asked import marked
from indicators.connectors.base import Answer, NotJsonError, Window, WrongShapeError
from indicators.connectors.gbfs import parse

WINDOW = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 31, 12, tzinfo=UTC))
REPORTED = int(datetime(2024, 1, 31, 11, 50, tzinfo=UTC).timestamp())


def answer(document: object) -> Answer:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer("http://system/feed.json", "application/json", raw)


def feed(version: str, last_updated: object, **data: object) -> Answer:
    whole = {"version": version, "last_updated": last_updated, "ttl": 60, "data": data}
    return marked(answer(whole), WINDOW)


def station(**fields: object) -> dict:
    return {"station_id": "7", "num_bikes_available": 3, "last_reported": REPORTED} | fields


def rows(state: Answer, named: dict | None = None, language: str = "") -> tuple:
    return parse.rows(state, named or {}, language)


def test_a_state_of_version_2_is_dated_by_its_station():
    (row,) = rows(feed("2.3", REPORTED + 60, stations=[station()]))
    assert row["at"] == "2024-01-31T11:50:00+00:00"
    assert row["snapshot_at"] == "2024-01-31T11:51:00+00:00"
    assert (row["num_bikes_available"], row["ttl"]) == (3, 60)


def test_a_state_of_version_3_is_dated_by_texts():
    item = {"station_id": "7", "num_vehicles_available": 2,
            "last_reported": "2024-01-31T12:50:00+01:00"}  # fmt: skip
    (row,) = rows(feed("3.0", "2024-01-31T12:51:00+01:00", stations=[item]))
    assert (row["at"], row["snapshot_at"]) == (
        "2024-01-31T11:50:00+00:00",
        "2024-01-31T11:51:00+00:00",
    )


def test_an_item_without_a_date_of_its_own_has_that_of_the_answer():
    (row,) = rows(feed("2.3", REPORTED, bikes=[{"bike_id": "b"}]))
    assert row["at"] == row["snapshot_at"] == "2024-01-31T11:50:00+00:00"


def test_a_state_younger_than_the_plan_of_the_pull_stands_for_the_end_of_the_window():
    moment = int(WINDOW.end.timestamp())
    (row,) = rows(feed("2.3", moment + 5, stations=[station(last_reported=moment)]))
    assert row["at"] == row["snapshot_at"] == "2024-01-31T11:59:59.999999+00:00"


def test_a_state_is_not_dated_into_a_window_of_the_past():
    (row,) = rows(feed("2.3", int(WINDOW.end.timestamp()) + 3600, stations=[station()]))
    assert row["snapshot_at"] == "2024-01-31T13:00:00+00:00"


@pytest.mark.parametrize(
    "told", [True, "yesterday", REPORTED * 1000, -1, "2024-01-31T11:50:00", []]
)
def test_a_date_that_no_version_allows_is_not_guessed(told):
    (row,) = rows(feed("2.3", told, stations=[station(last_reported=told)]))
    assert (row["at"], row["snapshot_at"]) == (None, None)


def test_a_station_gets_its_name_place_and_capacity():
    information = feed("2.3", REPORTED, stations=[
        {"station_id": "7", "name": "Quinconces", "lat": 44.84, "lon": -0.57, "capacity": 20}
    ])  # fmt: skip
    named = parse.names(information, "")
    known, unknown = rows(
        feed("2.3", REPORTED, stations=[station(), station(station_id="8")]), named
    )
    assert (known["name"], known["lat"], known["lon"], known["capacity"]) == (
        "Quinconces", 44.84, -0.57, 20,
    )  # fmt: skip
    assert (unknown["station_id"], unknown["name"], unknown["capacity"]) == ("8", None, None)


def test_a_name_of_version_3_is_taken_in_the_language_asked_for():
    name = [{"text": "Station", "language": "en"}, {"text": "Gare", "language": "fr"}]
    assert parse.text(name, "fr") == "Gare"
    assert parse.text(name, "de") == "Station"
    assert parse.text([], "fr") == []
    assert parse.text("Gare", "en") == "Gare"


def test_feeds_are_listed_by_language_before_version_3():
    def listed(place: str) -> dict:
        return {"feeds": [{"name": "station_status", "url": f"http://system/{place}"}, {"x": 1}]}

    old = answer({"data": {"en": listed("en"), "fr": listed("fr")}})
    assert parse.feeds(old, "fr") == {"station_status": "http://system/fr"}
    assert parse.feeds(old, "")["station_status"].endswith("/en")
    assert parse.feeds(answer({"data": listed("v3")}), "fr")["station_status"].endswith("/v3")


@pytest.mark.parametrize("data", [None, {}, {"en": []}, {"feeds": {}}])
def test_a_discovery_without_feeds_is_named(data):
    with pytest.raises(WrongShapeError):
        parse.feeds(answer({"data": data}), "en")


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"<html>", NotJsonError),
        ({"data": []}, WrongShapeError),
        ({"data": {}}, WrongShapeError),
        ({"data": {"stations": ["7"]}}, WrongShapeError),
        ({"data": {"stations": [], "more": []}}, WrongShapeError),
    ],
)
def test_a_feed_of_another_shape_is_named(document, error):
    with pytest.raises(error):
        parse.items(answer(document))


def test_an_answer_kept_without_its_window_is_named():
    with pytest.raises(WrongShapeError, match="window"):
        rows(answer({"last_updated": 1, "data": {"stations": []}}))


def test_types_are_those_of_the_first_item_that_has_the_field():
    types = parse.field_types(feed("2.3", 1, stations=[station(is_renting=True), {"lat": 1.5}]))
    assert (types["is_renting"], types["station_id"], types["lat"]) == (
        "boolean", "string", "number",
    )  # fmt: skip
