"""The date published up to follows the values, never runs ahead of them, never goes back."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.pulling import FIRST_DAY, NOW, daily_rows, make_daily_feed, pull

pytestmark = pytest.mark.django_db
END_OF_15_JANUARY = datetime(2024, 1, 15, 23, tzinfo=UTC)


def published_up_to(feed) -> datetime:
    feed.refresh_from_db()
    return feed.watermark_at


def test_it_is_the_end_of_the_last_period_with_a_value(platform):
    rows = daily_rows()
    platform.fill([*rows, {"commune": "A", "jour": FIRST_DAY + timedelta(days=20), "valeur": None}])
    run = pull(feed := make_daily_feed(platform.url))
    assert run.accepted == 31
    assert published_up_to(feed) == END_OF_15_JANUARY


def test_a_day_that_is_not_over_is_asked_again(platform):
    noon = datetime(2024, 1, 15, 12, tzinfo=UTC)
    platform.fill(daily_rows())
    feed = make_daily_feed(platform.url, lookback_days=0)
    pull(feed, noon)
    assert published_up_to(feed) == noon
    platform.change("UPDATE mesures SET valeur = valeur + 1")
    run = pull(feed, noon + timedelta(hours=3))
    assert (run.received, run.revised) == (2, 2)


def test_a_row_that_comes_after_its_day_is_found(platform):
    platform.fill(daily_rows(days=14))
    feed = make_daily_feed(platform.url, lookback_days=0)
    pull(feed)
    platform.fill(daily_rows(days=15))
    run = pull(feed, NOW + timedelta(days=1))
    assert (run.received, run.accepted) == (2, 2)


def test_an_older_window_does_not_move_it_back(platform):
    from indicators.services import planning, pulls
    from tests.pulling import means

    platform.fill(daily_rows())
    pull(feed := make_daily_feed(platform.url))
    run = planning.plan_window(
        feed=feed, since=date(2024, 1, 2), until=date(2024, 1, 5), now=NOW + timedelta(days=1)
    )
    done = pulls.execute(run_id=run.pk, means=means())
    assert (done.state, done.unchanged, done.dropped) == ("SUCCEEDED", 6, 2)
    assert published_up_to(feed) == END_OF_15_JANUARY


def test_a_window_beyond_it_does_not_jump_over_the_days_between(platform):
    from indicators.services import planning, pulls
    from tests.pulling import means

    platform.fill(daily_rows(days=5))
    pull(feed := make_daily_feed(platform.url, lookback_days=0))
    end_of_5_january = published_up_to(feed)
    platform.fill(daily_rows(days=15))
    run = planning.plan_window(
        feed=feed, since=date(2024, 1, 10), until=None, now=NOW + timedelta(hours=1)
    )
    pulls.execute(run_id=run.pk, means=means())
    assert published_up_to(feed) == end_of_5_january
    run = pull(feed, NOW + timedelta(days=1))
    assert (run.accepted, run.unchanged) == (8, 12)
    assert published_up_to(feed) == END_OF_15_JANUARY


def test_a_late_value_of_a_slower_series_is_found_within_a_month(platform):
    rows = daily_rows()
    late = [row for row in rows if row["commune"] == "B" and row["jour"] > FIRST_DAY]
    platform.fill([row for row in rows if row not in late])
    pull(feed := make_daily_feed(platform.url, lookback_days=0))
    platform.fill(rows)
    assert pull(feed, NOW + timedelta(days=1)).accepted == 0
    run = pull(feed, NOW + timedelta(days=31))
    assert (run.state, run.accepted) == ("SUCCEEDED", len(late))
