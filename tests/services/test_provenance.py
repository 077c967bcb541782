"""From a figure back to the answers it was read from."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories.indicators import make_feed, make_indicator, make_observations, make_raw_file
from tests.factories.portfolio import make_user, make_zone
from tests.pulling import NOW, daily_rows, make_daily_feed, pull

MAPPING = {"time": {"field": "date", "timezone": "Europe/Paris", "period": "MONTH"}}


def address(indicator, zone, day: str) -> str:
    return reverse("indicators:provenance", args=[indicator.code, zone.code, day])


@pytest.fixture
def agent(client, db):
    agent = make_user()
    client.force_login(agent)
    return agent


@pytest.fixture
def communes(db):
    metropolis = make_zone(code="MV", name="Valombre", kind="METROPOLIS")
    return metropolis, [
        make_zone(name=name, kind="COMMUNE", parent=metropolis) for name in ("Ardes", "Blaves")
    ]


def test_the_links_of_the_chain_are_all_there(client, agent, platform):
    platform.fill(daily_rows())
    feed = make_daily_feed(platform.url)
    run = pull(feed)
    series = feed.series.get(key="A")
    response = client.get(address(feed.indicator, series.zone, "2024-01-05"))
    text = response.content.decode()
    (part,) = response.context["found"].parts
    assert (part.version.value, part.run, part.answers) == (4.0, run, 4)
    assert reverse("indicators:run", args=[run.pk]) in text
    assert "4 réponses" in text
    assert feed.source.name in text


def test_what_was_said_before_is_shown_with_its_pull(client, agent, platform):
    platform.fill(daily_rows())
    feed = make_daily_feed(platform.url)
    pull(feed)
    platform.change("UPDATE mesures SET valeur = 99 WHERE jour = '2024-01-05' AND commune = 'A'")
    second = pull(feed, NOW.replace(day=2))
    zone = feed.series.get(key="A").zone
    (part,) = client.get(address(feed.indicator, zone, "2024-01-05")).context["found"].parts
    assert (part.version.value, part.run) == (99.0, second)
    assert [one.value for one in part.earlier] == [4.0]


def test_a_figure_made_of_communes_names_each_of_them(client, agent, communes):
    metropolis, (first, second) = communes
    feed = make_feed(indicator=make_indicator(zone_aggregation="SUM"), mapping=MAPPING)
    for zone, value in ((first, 10.0), (second, 32.0)):
        make_observations(feed, zone, {date(2026, 5, 1): value})
    response = client.get(address(feed.indicator, metropolis, "2026-05-01"))
    found = response.context["found"]
    assert (found.observation.value, found.count) == (42.0, 2)
    assert {"Ardes", "Blaves"} <= {part.series.zone.name for part in found.parts}
    assert "2 séries" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_communes(
    client, agent, communes, django_assert_num_queries, django_assert_max_num_queries
):
    metropolis, zones = communes
    feed = make_feed(indicator=make_indicator(zone_aggregation="SUM"), mapping=MAPPING)
    for zone in zones:
        make_observations(feed, zone, {date(2026, 5, 1): 1.0})
    page = address(feed.indicator, metropolis, "2026-05-01")
    with django_assert_max_num_queries(25) as few:
        client.get(page)
    for _ in range(6):
        zone = make_zone(kind="COMMUNE", parent=metropolis)
        series = make_observations(feed, zone, {date(2026, 5, 1): 1.0})
        make_raw_file(series.versions.get().run)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(page)


@pytest.mark.parametrize("day", ["2020-01-01", "hier", "2026-13-01"])
def test_a_day_without_a_figure_is_not_there(client, agent, communes, day):
    _metropolis, zones = communes
    feed = make_feed(mapping=MAPPING)
    make_observations(feed, zones[0], {date(2026, 5, 1): 1.0})
    assert client.get(address(feed.indicator, zones[0], day)).status_code == 404
