"""Reads of the evidence: series, targets, effects, provenance."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from indicators import queries
from indicators.models import ObservationVersion, Run
from indicators.queries.sources import SHOWN, source_states
from portfolio.results import Unknown
from tests.factories.indicators import (
    TERRITORY_TIME,
    make_feed,
    make_indicator,
    make_observations,
    make_run,
    make_source,
    make_target,
)
from tests.factories.portfolio import NOW, make_organisation, make_project, make_user, make_zone

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def metropolis(*populations: int | None):
    whole = make_zone(kind="METROPOLIS")
    return whole, [make_zone(parent=whole, population=people) for people in populations]


# ---------------------------------------------------------------- series


def test_a_series_is_dated_by_the_days_of_the_territory():
    indicator, zone = make_indicator(), make_zone()
    midnight_in_paris = datetime(2026, 6, 30, 22, tzinfo=UTC)
    series = make_observations(make_feed(indicator=indicator), zone, {})
    ObservationVersion.objects.create(
        series=series, run=make_run(series.feed), period_start=midnight_in_paris,
        period_end=midnight_in_paris + timedelta(days=1), value=4, known_from=NOW,
    )  # fmt: skip
    values = queries.series_of(indicator, zone)
    assert [day.date() for day in values.index] == [date(2026, 7, 1)]
    assert values.tolist() == [4]


def test_a_period_of_a_source_on_universal_time_is_not_a_day_longer():
    indicator, zone = make_indicator(frequency="DAY"), make_zone()
    mapping = {"time": {"field": "jour", "timezone": "UTC", "period": "DAY"}}
    feed, start = make_feed(indicator=indicator, mapping=mapping), datetime(2026, 3, 1, tzinfo=UTC)
    make_observations(
        feed, zone, {JAN: 7}, period_start=start, period_end=start + timedelta(days=1)
    )
    (found,) = queries.measured([(indicator, zone)])[indicator.pk, zone.pk].observations
    assert (found.on, found.until) == (date(2026, 3, 1), date(2026, 3, 1))


def test_a_value_missing_at_the_source_is_a_gap():
    indicator, zone = make_indicator(), make_zone()
    make_observations(make_feed(indicator=indicator), zone, {JAN: 1, FEB: None})
    values = queries.series_of(indicator, zone)
    assert values.iloc[0] == 1
    assert np.isnan(values.iloc[1])


def test_a_series_nobody_measured_is_empty():
    assert queries.series_of(make_indicator(), make_zone()).empty


def test_a_series_can_be_read_as_it_was_known():
    indicator, zone = make_indicator(), make_zone()
    feed = make_feed(indicator=indicator)
    revised_at = NOW + timedelta(days=10)
    make_observations(feed, zone, {JAN: 1}, superseded_at=revised_at)
    make_observations(feed, zone, {JAN: 2}, known_from=revised_at)
    assert queries.series_of(indicator, zone).tolist() == [2]
    assert queries.series_of(indicator, zone, NOW + timedelta(days=1)).tolist() == [1]
    assert queries.series_of(indicator, zone, NOW - timedelta(days=1)).empty


def test_a_metropolis_adds_its_communes_where_all_have_a_value():
    indicator = make_indicator(zone_aggregation="SUM")
    whole, (one, two) = metropolis(10, 20)
    feed = make_feed(indicator=indicator)
    make_observations(feed, one, {JAN: 1, FEB: 2, MAR: 3})
    make_observations(feed, two, {JAN: 10, FEB: None})
    found = queries.measured([(indicator, whole)])[indicator.pk, whole.pk]
    assert [o.value for o in found.observations] == [11, None, None]
    assert [o.absence for o in found.observations] == ["", "INCOMPLETE", "INCOMPLETE"]
    assert (found.coverage.measured, found.coverage.expected) == (1, 2)


def test_a_mean_is_weighted_by_inhabitants():
    indicator = make_indicator(zone_aggregation="POPULATION_MEAN")
    whole, (one, two) = metropolis(10_000, 30_000)
    feed = make_feed(indicator=indicator)
    make_observations(feed, one, {JAN: 4})
    make_observations(feed, two, {JAN: 8}, status="PROVISIONAL")
    found = queries.measured([(indicator, whole)])[indicator.pk, whole.pk]
    assert [(o.value, o.provisional) for o in found.observations] == [(7, True)]


def test_a_mean_without_inhabitants_is_a_gap():
    indicator = make_indicator(zone_aggregation="POPULATION_MEAN")
    whole, (one, two) = metropolis(10_000, None)
    feed = make_feed(indicator=indicator)
    make_observations(feed, one, {JAN: 4})
    make_observations(feed, two, {JAN: 8})
    (observation,) = queries.measured([(indicator, whole)])[indicator.pk, whole.pk].observations
    assert (observation.value, observation.absence) == (None, "NO_POPULATION")


def test_what_does_not_aggregate_is_not_aggregated():
    indicator = make_indicator(zone_aggregation="NONE")
    whole, (one,) = metropolis(10_000)
    make_observations(make_feed(indicator=indicator), one, {JAN: 4})
    assert queries.series_of(indicator, whole).empty


def test_a_metropolis_measured_directly_is_not_aggregated():
    indicator = make_indicator(zone_aggregation="SUM")
    whole, (one,) = metropolis(10_000)
    feed = make_feed(indicator=indicator)
    make_observations(feed, one, {JAN: 4})
    make_observations(feed, whole, {JAN: 100})
    found = queries.measured([(indicator, whole)])[indicator.pk, whole.pk]
    assert found.values.tolist() == [100]
    assert found.coverage is None


def test_several_counters_of_a_zone_add_up_where_all_counted():
    indicator, zone = make_indicator(zone_aggregation="SUM"), make_zone()
    feed = make_feed(indicator=indicator)
    make_observations(feed, zone, {JAN: 1, FEB: 2})
    second = feed.series.create(key="other", zone=zone)
    ObservationVersion.objects.create(
        series=second, run=make_run(feed), period_start=datetime(2026, 1, 1, tzinfo=TERRITORY_TIME),
        period_end=datetime(2026, 2, 1, tzinfo=TERRITORY_TIME), value=5, known_from=NOW,
    )  # fmt: skip
    values = queries.series_of(indicator, zone)
    assert values.iloc[0] == 6
    assert np.isnan(values.iloc[1])


def test_the_first_active_feed_with_data_is_used_alone():
    indicator, zone = make_indicator(), make_zone()
    make_observations(make_feed(indicator=indicator, is_active=False), zone, {JAN: 1})
    make_feed(indicator=indicator)
    make_observations(make_feed(indicator=indicator), zone, {JAN: 2})
    make_observations(make_feed(indicator=indicator), zone, {JAN: 3, FEB: 4})
    assert queries.series_of(indicator, zone).tolist() == [2]


# ---------------------------------------------------------------- targets


def measured_target(**fields):
    target = make_target(**fields)
    producer = make_organisation(name_fr="Service des comptages", kind="PRODUCER")
    source = make_source(name="Plateforme", licence="Licence Ouverte 2.0", producer=producer)
    feed = make_feed(indicator=target.indicator, source=source)
    make_observations(feed, target.zone, {date(2026, 5, 1): 160})
    return target


def test_a_target_view_holds_status_age_and_origin():
    target = measured_target()
    view = queries.target_view(target, today=date(2026, 6, 10))
    assert view.status.code == "ON_TRACK"
    assert view.status.progress == pytest.approx(0.6)
    assert view.freshness.data_on == date(2026, 5, 31)
    assert (view.freshness.age_days, view.freshness.overdue) == (10, False)
    assert view.origin.source_name == "Plateforme"
    assert view.origin.producer == "Service des comptages"
    assert view.origin.run_state == "SUCCEEDED"


def test_the_origin_tells_how_the_last_pull_went():
    target = measured_target()
    feed = target.indicator.feeds.get()
    make_run(feed, state="FAILED", finished_at=NOW + timedelta(days=1), error_code="TIMEOUT")
    make_run(feed, state="DUE")
    origin = queries.target_view(target, today=date(2026, 6, 10)).origin
    assert (origin.run_state, origin.run_reason) == ("FAILED", "TIMEOUT")
    before = queries.target_view(target, today=date(2026, 6, 10), as_of=NOW).origin
    assert before.run_state == "SUCCEEDED"


@pytest.mark.parametrize(("today", "code"), [(date(2026, 7, 15), "ON_TRACK"),
                                             (date(2026, 7, 16), "UNKNOWN")])  # fmt: skip
def test_a_figure_is_overdue_and_unknown_from_the_same_day(today, code):
    view = queries.target_view(measured_target(), today=today)
    assert view.freshness.overdue is (code == "UNKNOWN")
    assert view.status.code == code
    assert view.freshness.overdue_since == (today if code == "UNKNOWN" else None)


def test_a_target_against_its_direction_is_unknown_and_still_served():
    view = queries.target_view(measured_target(points={date(2028, 1, 1): 50}), today=MAR)
    assert (view.status.code, view.status.reason) == ("UNKNOWN", "INVALID_TARGET")


def test_a_period_under_way_is_not_dated_in_the_future():
    target = measured_target()
    view = queries.target_view(target, today=date(2026, 5, 10))
    assert view.freshness.data_on == date(2026, 5, 10)
    assert view.freshness.age_days == 0


def test_an_unmeasured_target_says_so():
    view = queries.target_view(make_target(), today=MAR)
    assert view.status.progress == Unknown("NO_OBSERVATION")
    assert view.freshness.data_on is None
    assert view.origin is None


def test_many_targets_take_no_more_queries_than_one(django_assert_max_num_queries):
    whole, communes = metropolis(10, 20, 30)
    targets = [measured_target(zone=zone) for zone in (whole, *communes) for _ in range(3)]
    with django_assert_max_num_queries(7):
        views = queries.target_views(targets, today=date(2026, 6, 10))
    assert [view.target for view in views] == targets


# ---------------------------------------------------------------- effects and provenance


def test_the_effects_of_a_project_are_ready_for_a_page(django_assert_max_num_queries):
    project = make_project()
    for _ in range(3):
        measured_target(project=project)
    measured_target()
    with django_assert_max_num_queries(8):
        effects = queries.project_effects(project, today=date(2026, 6, 10), language="en")
    assert [effect.status.code for effect in effects] == ["ON_TRACK"] * 3
    assert "160" in effects[0].sentence
    page = render_to_string("indicators/charts/path.html", {"chart": effects[0].chart})
    assert page.count('role="img"') == 2
    assert effects[0].sentence in page


def test_a_number_leads_back_to_its_source(django_assert_max_num_queries):
    """Even where its feed no longer has a mapping that can be read."""
    target = measured_target()
    version = ObservationVersion.objects.get()
    with django_assert_max_num_queries(8):
        found = queries.provenance(target.indicator, target.zone, date(2026, 5, 1))
    assert found.feed.source.name == "Plateforme"
    assert [(part.version, part.run) for part in found.parts] == [(version, version.run)]


# ---------------------------------------------------------------- sources


def test_the_last_pulls_are_found_without_reading_the_ledger():
    feeds = [make_feed(), make_feed()]
    for feed in feeds:
        make_runs(feed, 1500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE indicators_run")
    agent = make_user()
    with CaptureQueriesContext(connection) as asked:
        states = source_states(user=agent, now=NOW)
    assert {one.last_run.due_at for state in states for one in state.feeds} == {
        NOW + timedelta(minutes=1499)
    }
    of_runs = [one["sql"] for one in asked if '"indicators_run"' in one["sql"]]
    assert len(of_runs) == 3  # their ids, the runs themselves, those that are open
    assert sum(runs_read(sql) for sql in of_runs) <= 2 * len(feeds) * SHOWN


def make_runs(feed, count: int) -> None:
    """Ended, one a minute."""
    Run.objects.bulk_create(
        Run(
            feed=feed, state="SUCCEEDED", due_at=due_at, finished_at=due_at,
            window_start=NOW, window_end=due_at + timedelta(days=1),
        )
        for due_at in (NOW + timedelta(minutes=minute) for minute in range(count))
    )  # fmt: skip


def runs_read(sql: str) -> int:
    """The rows of the ledger that the server looks at to answer."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        (told,) = cursor.fetchone()[0]
    return read_below(told["Plan"])


def read_below(node: dict) -> int:
    below = sum(read_below(one) for one in node.get("Plans", []))
    if node.get("Relation Name") != "indicators_run":
        return below
    looked_at = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return below + looked_at * node["Actual Loops"]
