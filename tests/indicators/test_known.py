"""What was known at an instant: measures, targets and the feeds that counted (rule 4)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import Q

from indicators import queries
from indicators.models import Feed, Target
from indicators.queries.feed_history import active_feeds
from indicators.queries.known import known, known_page
from indicators.results import Point
from indicators.services import targets as services
from indicators.services.targets import Terms
from tests.factories.indicators import (
    date_history,
    make_feed,
    make_indicator,
    make_observations,
    make_target,
)
from tests.factories.portfolio import NOW, make_project, make_zone

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
LATER = NOW + timedelta(days=20)
AFTER = NOW + timedelta(days=30)
DUE = date(2028, 1, 1)


def revise(target, *, value: float, baseline: float = 100.0, at: datetime = LATER):
    """The trigger's clock is the server's: the history is dated afterwards."""
    since = datetime.now(UTC) - timedelta(days=1)
    services.revise(
        target=target, terms=Terms((Point(DUE, value),), baseline, date(2024, 1, 1)), by=None,
        reason="Nouvelle étude", at=at,
    )  # fmt: skip
    date_history(target, at, since=since)


def measured(zone=None, **values):
    feed, zone = make_feed(), zone or make_zone()
    target = make_target(indicator=feed.indicator, zone=zone, project=make_project())
    return feed, zone, target


def view(target, as_of=None):
    return queries.target_view(target, today=date(2026, 4, 10), as_of=as_of)


# ---------------------------------------------------------------- targets


def test_a_revised_target_is_read_as_it_was_promised():
    target = make_target()
    revise(target, value=300, baseline=120)
    then, now = view(target, NOW), view(target)
    assert (then.target.baseline_value, then.points) == (100, (Point(DUE, 200.0),))
    assert (now.target.baseline_value, now.points) == (120, (Point(DUE, 300.0),))
    assert view(target, AFTER).points == now.points


def test_a_target_is_judged_by_the_terms_of_its_day():
    feed, zone, target = measured()
    make_observations(feed, zone, {MAR: 160})
    assert view(target, NOW).status.progress == pytest.approx(0.6)
    revise(target, value=400)
    assert view(target, NOW).status.progress == pytest.approx(0.6)
    assert view(target).status.progress == pytest.approx(0.2)


def test_a_point_that_was_dropped_is_still_there_then():
    target = make_target(points={date(2027, 1, 1): 150, DUE: 200})
    revise(target, value=200)
    assert len(view(target, NOW).points) == 2
    assert len(view(target).points) == 1


def test_a_target_that_was_removed_since_is_still_there_then():
    target = make_target(project=make_project())
    key, project = target.pk, target.project
    target.delete()
    assert queries.project_effects(project, today=MAR) == []
    (effect,) = queries.project_effects(project, today=MAR, as_of=NOW)
    assert effect.view.target.pk == key
    assert effect.view.points == (Point(DUE, 200.0),)


def test_a_target_that_came_later_is_not_there_yet():
    target = make_target()
    date_history(target, LATER)
    assert queries.targets_of(Q(project=None), as_of=NOW) == []
    assert queries.targets_of(Q(project=None), as_of=AFTER) == [target]
    assert queries.target_views([target], today=MAR, as_of=NOW) == []
    with pytest.raises(Target.DoesNotExist):
        view(target, NOW)


def test_targets_are_read_as_of_an_instant_in_a_constant_number_of_queries(
    django_assert_num_queries, django_assert_max_num_queries
):
    project = make_project()
    make_target(project=project)
    with django_assert_max_num_queries(11) as few:
        queries.project_effects(project, today=MAR, as_of=NOW)
    for _ in range(4):
        make_target(project=project)
    with django_assert_num_queries(len(few.captured_queries)):
        assert len(queries.project_effects(project, today=MAR, as_of=NOW)) == 5


# ---------------------------------------------------------------- feeds


def test_a_feed_switched_off_since_still_counts_then():
    feed, zone, target = measured()
    make_observations(feed, zone, {MAR: 160})
    Feed.objects.filter(pk=feed.pk).update(is_active=False)
    assert view(target).observations == ()
    assert view(target, NOW).measured.last_known.value == 160


def test_a_feed_switched_on_since_does_not_count_then():
    feed, zone, target = measured()
    make_observations(feed, zone, {MAR: 160})
    Feed.objects.filter(pk=feed.pk).update(is_active=False)
    Feed.pgh_event_model.objects.filter(pgh_obj=feed.pk).update(pgh_created_at=NOW)
    Feed.objects.filter(pk=feed.pk).update(is_active=True)
    assert view(target).measured.last_known.value == 160
    assert view(target, NOW).observations == ()


def test_a_feed_older_than_its_history_was_what_its_first_change_undid():
    feed, zone, target = measured()
    make_observations(feed, zone, {MAR: 160})
    Feed.pgh_event_model.objects.filter(pgh_obj=feed.pk).delete()
    Feed.objects.filter(pk=feed.pk).update(is_active=False)
    assert view(target, NOW).measured.last_known.value == 160


def test_of_the_history_of_feeds_no_settings_are_read(django_assert_num_queries):
    """They grow with each change: an old feed must not slow its figures down."""
    feed, _zone, _target = measured()
    for minutes in range(60, 120):
        Feed.objects.filter(pk=feed.pk).update(every_minutes=minutes)
    with django_assert_num_queries(1) as asked:
        assert active_feeds([feed.indicator_id], as_of=AFTER) == [feed]
    (query,) = asked.captured_queries
    assert "feedactivity" in query["sql"]
    assert not {"mapping", "options"} & set(re.findall(r'U\d\."(\w+)"', query["sql"]))


# ---------------------------------------------------------------- then beside now


def revised():
    """January was 10 and is 12; February came later; March stayed and became final."""
    feed, zone, target = measured()
    make_observations(feed, zone, {JAN: 10}, superseded_at=LATER)
    make_observations(feed, zone, {MAR: 30}, superseded_at=LATER, status="PROVISIONAL")
    run = make_observations(feed, zone, {JAN: 12, FEB: 20, MAR: 30}, known_from=LATER)
    return target, run.versions.order_by("-pk").first().run


def test_each_period_stands_as_it_was_known_beside_what_is_known():
    target, _run = revised()
    found = known(target, today=date(2026, 7, 10), at=NOW)
    rows = [(r.period.on, r.then and r.then.value, r.now.value, r.difference) for r in found.rows]
    assert rows == [(JAN, 10, 12, 2), (FEB, None, 20, None), (MAR, 30, 30, 0)]
    assert (found.revised, found.later) == (1, 1)
    assert found.rows[2].then.provisional


def test_a_revision_says_from_what_to_what_when_and_by_which_pull():
    target, run = revised()
    (revision,) = known(target, today=date(2026, 7, 10), at=NOW).revisions
    (change,) = revision.corrected
    assert (change.before.value, change.after.value) == (10, 12)
    assert (revision.at, revision.settled) == (LATER, 1)
    assert revision.run.feed == run.feed


def test_nothing_known_then_is_said():
    target, _run = revised()
    _found, told = known_page(target, today=date(2026, 7, 10), at=NOW - timedelta(days=400))
    assert "2025" in told.chart.title
    assert {row.then for row in told.rows} == {"–"}


def test_the_line_of_then_and_the_revised_points_are_drawn():
    target, _run = revised()
    _found, told = known_page(target, today=date(2026, 7, 10), at=NOW)
    drawing = told.chart.drawings[1]
    assert len(drawing.other_marks) == len(drawing.revised) == 1
    assert "10" in drawing.revised[0].label
    assert "12" in drawing.revised[0].label
    assert any("2026" in note.text for note in drawing.notes)


def test_where_nothing_is_compared_revised_points_are_marked_all_the_same():
    target, _run = revised()
    _found, told = known_page(target, today=date(2026, 7, 10), at=None)
    assert told.rows == ()
    assert len(told.chart.drawings[1].revised) == 1


def test_revised_terms_stand_beside_those_of_then():
    feed, zone, target = measured()
    make_observations(feed, zone, {MAR: 160})
    revise(target, value=400)
    target.refresh_from_db()
    _found, told = known_page(target, today=date(2026, 7, 10), at=NOW)
    assert "200" in told.terms[0]
    assert "400" in told.terms[1]
    assert known_page(target, today=date(2026, 7, 10), at=AFTER)[1].terms is None


def test_a_total_is_revised_by_any_of_its_communes():
    whole = make_zone(kind="METROPOLIS")
    one, two = make_zone(parent=whole), make_zone(parent=whole)
    feed = make_feed(indicator=make_indicator(zone_aggregation="SUM"))
    target = make_target(indicator=feed.indicator, zone=whole)
    make_observations(feed, one, {JAN: 10}, superseded_at=LATER)
    make_observations(feed, one, {JAN: 13}, known_from=LATER)
    make_observations(feed, two, {JAN: 5})
    found = known(target, today=date(2026, 7, 10), at=NOW)
    assert [(r.then.value, r.now.value) for r in found.rows] == [(15, 18)]
    (change,) = found.revisions[0].corrected
    assert change.zone == one


def test_the_page_takes_as_many_queries_for_many_revisions_as_for_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    target, run = revised()
    with django_assert_max_num_queries(22) as few:
        known(target, today=date(2026, 7, 10), at=NOW)
    for month, value in ((4, 1), (5, 2), (6, 3)):
        day, at = date(2026, month, 1), LATER + timedelta(days=month)
        make_observations(run.feed, target.zone, {day: value}, superseded_at=at)
        make_observations(run.feed, target.zone, {day: value + 1}, known_from=at)
    with django_assert_num_queries(len(few.captured_queries)):
        assert len(known(target, today=date(2026, 7, 10), at=NOW).revisions) == 4
