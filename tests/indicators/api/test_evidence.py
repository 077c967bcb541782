from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_observations,
    make_source,
    make_target,
)
from tests.factories.portfolio import NOW, make_project, make_user, make_zone

pytestmark = pytest.mark.django_db
OBSERVATIONS = reverse("api-observation-list")
TARGETS = reverse("api-target-list")
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def results(client, address, **parameters):
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_indicators_are_listed_with_their_definition(client):
    make_indicator(code="velo", direction="UP")
    (found,) = results(client, reverse("api-indicator-list"))
    assert (found["code"], found["direction"]) == ("velo", "UP")
    assert client.get("/api/v1/indicators/velo/").json() == found


def test_an_observation_says_where_it_comes_from(client):
    source = make_source(code="plateforme", licence="Licence Ouverte 2.0")
    zone = make_zone(code="99001")
    feed = make_feed(source=source, indicator=make_indicator(code="velo"))
    series = make_observations(feed, zone, {JAN: 12.5}, status="PROVISIONAL")
    (found,) = results(client, OBSERVATIONS)
    assert (found["indicator"], found["zone"], found["value"]) == ("velo", "99001", 12.5)
    assert (found["status"], found["absence"]) == ("PROVISIONAL", "")
    assert found["source"] == {
        "code": "plateforme", "name": source.name, "licence": "Licence Ouverte 2.0"
    }  # fmt: skip
    assert found["run"] == series.versions.get().run_id


def test_a_missing_value_is_null_with_its_reason(client):
    make_observations(make_feed(), make_zone(), {JAN: None})
    (found,) = results(client, OBSERVATIONS)
    assert (found["value"], found["absence"]) == (None, "MISSING")


def test_observations_are_chosen_by_indicator_zone_and_days(client):
    one, two = make_zone(), make_zone()
    feed = make_feed()
    make_observations(feed, one, {JAN: 1, FEB: 2, MAR: 3})
    make_observations(feed, two, {JAN: 10})
    make_observations(make_feed(), one, {JAN: 100})
    chosen = results(
        client, OBSERVATIONS, indicator=feed.indicator.code, zone=one.code,
        since="2026-02-01", until="2026-03-01",
    )  # fmt: skip
    assert [row["value"] for row in chosen] == [2, 3]


def test_observations_can_be_read_as_they_were_known(client):
    feed, zone = make_feed(), make_zone()
    later = NOW + timedelta(days=9)
    make_observations(feed, zone, {JAN: 1}, superseded_at=later)
    make_observations(feed, zone, {JAN: 2}, known_from=later)
    assert [row["value"] for row in results(client, OBSERVATIONS)] == [2]
    assert [row["value"] for row in results(client, OBSERVATIONS, as_of=NOW.isoformat())] == [1]
    assert results(client, OBSERVATIONS, as_of="2020-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("indicator", "unknown"), ("zone", "unknown"), ("zone", "\x00"), ("since", "yesterday"),
     ("until", "2026-13-01"), ("as_of", "then"), ("as_of", "9999-12-31T23:59:59Z"),
     ("as_of", "0001-01-01T00:00:00Z"), ("limit", "501"), ("sinse", "2026-01-01")],
)  # fmt: skip
def test_a_wrong_parameter_of_observations_is_named(client, name, value):
    answer = client.get(OBSERVATIONS, {name: value})
    assert answer.status_code == 400
    assert list(answer.json()) == [name]


@pytest.mark.parametrize(("name", "value"), [("since", "0001-01-01"), ("until", "9999-12-31")])
def test_the_ends_of_the_calendar_are_dates_too(client, name, value):
    assert client.get(OBSERVATIONS, {name: value}).status_code == 200


def test_many_observations_take_no_more_queries_than_one(client, django_assert_max_num_queries):
    for _ in range(4):
        make_observations(make_feed(), make_zone(), {JAN: 1, FEB: 2})
    with django_assert_max_num_queries(2):
        assert len(results(client, OBSERVATIONS)) == 8


def test_a_target_comes_with_its_computed_status(client):
    target = make_target(project=make_project(code="P-1"), points={date(2100, 1, 1): 200})
    make_observations(make_feed(indicator=target.indicator), target.zone, {MAR: 210})
    (found,) = results(client, TARGETS, as_of="2026-06-10T10:00:00Z")
    assert (found["project"], found["baseline_value"]) == ("P-1", 100)
    assert found["points"] == [{"due_on": "2100-01-01", "value": 200, "low": None, "high": None}]
    assert found["computed_status"]["code"] == "UNKNOWN"
    assert found["computed_status"]["reason"] == "STALE"
    assert found["computed_status"]["progress"] is None
    assert found["freshness"]["data_on"] == "2026-03-31"
    assert found["today"] == "2026-06-10"
    (fresh,) = results(client, TARGETS, as_of="2026-06-01T10:00:00Z", project="P-1")
    assert fresh["computed_status"]["reason"] == "STALE"


def test_a_fresh_target_that_is_reached_says_so(client):
    target = make_target()
    make_observations(
        make_feed(indicator=target.indicator), target.zone, {MAR: 210},
        known_from=NOW - timedelta(days=60),
    )  # fmt: skip
    (found,) = results(client, TARGETS, as_of="2026-04-10T10:00:00Z")
    assert found["computed_status"]["code"] == "ACHIEVED"
    assert found["computed_status"]["progress"] == pytest.approx(1.1)
    assert found["project"] is None


def test_targets_of_hidden_projects_are_hidden(client):
    target = make_target(project=make_project(code="P-I", visibility="INTERNAL"))
    assert results(client, TARGETS) == []
    assert client.get(TARGETS, {"project": "P-I"}).status_code == 400
    client.force_login(make_user())
    assert [row["id"] for row in results(client, TARGETS, project="P-I")] == [target.pk]


def test_many_targets_take_no_more_queries_than_one(client, django_assert_max_num_queries):
    for _ in range(4):
        target = make_target(project=make_project())
        make_observations(make_feed(indicator=target.indicator), target.zone, {MAR: 150})
    with django_assert_max_num_queries(9):
        assert len(results(client, TARGETS)) == 4
