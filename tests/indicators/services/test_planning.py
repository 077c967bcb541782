from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from indicators.models import Feed, Run
from indicators.services import planning
from tests.factories.indicators import make_feed, make_run, make_source
from tests.pulling import MAPPING

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def make(**fields) -> Feed:
    return make_feed(**({"mapping": MAPPING, "starts_on": date(2026, 1, 1)} | fields))


def asked_in_whole(days_ago: int, **fields) -> Feed:
    """A feed all of whose days were asked for once, and that is due again since."""
    feed = make(**{"every_minutes": 1440 * days_ago} | fields)
    then = NOW - timedelta(days=days_ago)
    start = datetime(2025, 12, 31, 23, tzinfo=UTC)
    make_run(feed, state="SUCCEEDED", window_start=start, window_end=then, due_at=then)
    return feed


def close(run: Run, state: str = "SUCCEEDED") -> None:
    Run.objects.filter(pk=run.pk).update(state=state)


def test_the_first_run_asks_from_the_first_day_to_now():
    make()
    (run,) = planning.plan_due(now=NOW)
    assert (run.window_start, run.window_end) == (datetime(2025, 12, 31, 23, tzinfo=UTC), NOW)
    assert (run.state, run.due_at) == ("DUE", NOW)


def test_planning_twice_adds_nothing():
    make()
    planning.plan_due(now=NOW)
    assert planning.plan_due(now=NOW + timedelta(hours=1)) == []
    assert Run.objects.count() == 1


def test_a_feed_is_due_again_when_its_interval_has_passed():
    make(every_minutes=60)
    (run,) = planning.plan_due(now=NOW)
    close(run)
    assert planning.plan_due(now=NOW + timedelta(minutes=59)) == []
    assert len(planning.plan_due(now=NOW + timedelta(minutes=60))) == 1


def test_after_a_stop_there_is_one_catch_up_an_interval_missed_oldest_first():
    make(every_minutes=60)
    (run,) = planning.plan_due(now=NOW)
    close(run)
    later = NOW + timedelta(days=1, minutes=10)
    found = planning.plan_due(now=later)
    ends = [run.window_end for run in found]
    assert ends == [*(NOW + timedelta(hours=n) for n in range(1, 24)), later]
    assert [run.due_at for run in found] == ends
    assert planning.plan_due(now=later) == []
    assert planning.plan_and_list(now=later) == [run.pk for run in found]


def test_no_day_is_left_between_two_catch_ups():
    asked_in_whole(5, every_minutes=1440, watermark_at=NOW - timedelta(days=6), lookback_days=1)
    found = planning.plan_due(now=NOW)
    assert len(found) == 5
    for earlier, later in pairwise(found):
        assert earlier.window_start <= later.window_start < earlier.window_end


def test_so_many_missed_intervals_are_bounded_and_the_first_one_asks_for_the_rest():
    feed = asked_in_whole(20, every_minutes=10, watermark_at=NOW - timedelta(days=20))
    found = planning.plan_due(now=NOW)
    assert len(found) == planning.MOST_CATCH_UPS
    assert found[0].window_start < feed.watermark_at


def test_a_feed_of_higher_priority_goes_first():
    last = make(priority=9)
    first = make(priority=1)
    made = {run.feed: run.pk for run in planning.plan_due(now=NOW)}
    assert planning.plan_and_list(now=NOW) == [made[first], made[last]]


def test_a_failed_run_is_followed_by_another_within_the_hour():
    make(every_minutes=1440)
    (run,) = planning.plan_due(now=NOW)
    close(run, "FAILED")
    assert planning.plan_due(now=NOW + timedelta(minutes=59)) == []
    assert len(planning.plan_due(now=NOW + timedelta(minutes=60))) == 1


def test_the_next_window_starts_with_the_unfinished_period_less_the_lookback():
    half_past_eight = datetime(2026, 5, 30, 8, 30, tzinfo=UTC)
    plain = asked_in_whole(2, watermark_at=half_past_eight)
    looking_back = asked_in_whole(2, watermark_at=half_past_eight, lookback_days=7)
    starts = {run.feed: run.window_start for run in planning.plan_due(now=NOW)}
    assert starts[plain] == datetime(2026, 5, 29, 22, tzinfo=UTC)
    assert starts[looking_back] == datetime(2026, 5, 22, 22, tzinfo=UTC)


def test_the_lookback_never_goes_before_the_first_day():
    asked_in_whole(2, watermark_at=datetime(2026, 1, 3, tzinfo=UTC), lookback_days=400)
    (run,) = planning.plan_due(now=NOW)
    assert run.window_start == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_once_a_month_all_is_asked_again():
    recent = asked_in_whole(29, watermark_at=NOW - timedelta(days=1))
    old = asked_in_whole(31, watermark_at=NOW - timedelta(days=1))
    starts = {run.feed: run.window_start for run in planning.plan_due(now=NOW)}
    assert starts[recent] == datetime(2026, 5, 30, 22, tzinfo=UTC)
    assert starts[old] == datetime(2025, 12, 31, 23, tzinfo=UTC)


def test_a_whole_that_failed_lets_the_latest_days_pass_first():
    feed = asked_in_whole(31, watermark_at=NOW - timedelta(days=1))
    (run,) = planning.plan_due(now=NOW)
    close(run, "FAILED")
    (short,) = planning.plan_due(now=NOW + timedelta(hours=1))
    assert short.window_start == datetime(2026, 5, 30, 22, tzinfo=UTC)
    close(short)
    mine = Feed.objects.filter(pk=feed.pk)
    (again,) = planning.plan_due(now=NOW + timedelta(days=2), feeds=mine, force=True)
    assert again.window_start == run.window_start


def test_inactive_feeds_sources_and_future_feeds_are_left_alone():
    make(is_active=False)
    make(source=make_source(is_active=False))
    make(starts_on=date(2027, 1, 1))
    assert planning.plan_due(now=NOW) == []


def test_a_feed_with_a_broken_mapping_does_not_stop_the_others():
    make(mapping={})
    make()
    assert len(planning.plan_due(now=NOW)) == 2


def test_runs_to_take_are_the_due_and_the_lapsed_ones_oldest_first():
    feed = make(is_active=False)
    lapsed = make_run(
        feed, state="LEASED", lease_until=NOW - timedelta(minutes=1), due_at=NOW - timedelta(days=1)
    )
    due = make_run(feed, due_at=NOW)
    make_run(feed, state="LEASED", lease_until=NOW + timedelta(minutes=1))
    make_run(feed, due_at=NOW + timedelta(minutes=1))
    make_run(feed, state="FAILED")
    assert planning.plan_and_list(now=NOW) == [lapsed.pk, due.pk]


def test_a_window_of_local_days_can_be_asked_again():
    feed = make()
    run = planning.plan_window(feed=feed, since=date(2026, 3, 1), until=date(2026, 4, 1), now=NOW)
    assert run.window_start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert run.window_end == datetime(2026, 3, 31, 22, tzinfo=UTC)
    again = planning.plan_window(feed=feed, since=date(2026, 3, 1), until=date(2026, 4, 1), now=NOW)
    assert again == run


def test_an_empty_window_is_refused():
    with pytest.raises(ValueError):
        planning.plan_window(feed=make(), since=date(2026, 4, 1), until=date(2026, 3, 1), now=NOW)


def test_planning_asks_no_more_questions_of_fifty_feeds_than_of_five(
    django_assert_max_num_queries,
):
    asked = []
    for wanted in (5, 50):
        while Feed.objects.count() < wanted:
            asked_in_whole(days_ago=2, every_minutes=1440, watermark_at=NOW - timedelta(days=2))
        Run.objects.filter(state="DUE").update(state="SUCCEEDED")
        for later in (timedelta(days=3), timedelta(days=3, minutes=1)):
            with django_assert_max_num_queries(10) as queries:
                planned = planning.plan_due(now=NOW + later * (wanted // 5))
            asked.append((bool(planned), len(queries)))
    assert asked[:2] == asked[2:]
    assert [some for some, _count in asked] == [True, False] * 2
