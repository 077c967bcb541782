"""A state that nobody keeps but us: a pull that dies is asked again, and finds another state."""

from datetime import UTC, datetime, timedelta

import pytest

from indicators.models import Feed, ObservationVersion, Run
from indicators.services import planning, pulls, raw_files
from tests.factories.indicators import make_feed, make_source
from tests.faults.steps import let_lease_lapse
from tests.gbfs_system import System
from tests.peers.static_files import served
from tests.pulling import FIRST_DAY, NOW, assert_adds_up, current_values, means, pull

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BEFORE, AFTER = 5, 9  # bicycles at the station when the pull dies, and when it is taken over


class KilledError(BaseException):
    """As a SIGKILL: no handler of the pull sees it."""


@pytest.fixture
def system(tmp_path):
    with served(tmp_path) as server:
        system = System(tmp_path, server.url)
        system.report(NOW, {1: BEFORE})
        yield system


@pytest.fixture
def feed(system) -> Feed:
    mapping = {
        "time": {"field": "at", "timezone": "Europe/Paris", "period": "HOUR"},
        "value": {"field": "num_bikes_available"}, "series": ["station_id"],
    }  # fmt: skip
    source = make_source(protocol="gbfs", base_url=f"{system.url}/gbfs.json")
    return make_feed(
        source=source, collection="station_status", mapping=mapping, starts_on=FIRST_DAY,
        every_minutes=60, lookback_days=0,
    )  # fmt: skip


def in_mid_fetch(monkeypatch) -> None:
    """Once the first of its answers is kept."""

    def keep(run, answers, **given):
        kept(run, [next(iter(answers))], **given)
        raise KilledError

    kept = raw_files.keep
    monkeypatch.setattr(raw_files, "keep", keep)


def once_fetched(monkeypatch) -> None:
    def start(*_given):
        raise KilledError

    monkeypatch.setattr(pulls, "_start", start)


def dies(feed: Feed, step, monkeypatch) -> Run:
    """A pull planned now, whose worker dies at that step."""
    (run,) = planning.plan_due(now=NOW, feeds=Feed.objects.filter(pk=feed.pk))
    with monkeypatch.context() as patched:
        step(patched)
        with pytest.raises(KilledError):
            pulls.execute(run_id=run.pk, means=means(NOW))
    let_lease_lapse(run)
    return run


def taken_over(run: Run, now: datetime) -> Run:
    done = pulls.execute(run_id=run.pk, means=means(now))
    assert (done.state, done.attempts) == ("SUCCEEDED", 2), done.error_message
    assert_adds_up(done)
    return done


def published(feed: Feed) -> list[tuple[int, float]]:
    """The hour of each state, of 1 February in UTC, and its value; each hour once."""
    assert ObservationVersion.objects.filter(series__feed=feed).count() == len(current_values(feed))
    assert {start.date() for _, start, *_ in current_values(feed)} <= {NOW.date()}
    return [(start.astimezone(UTC).hour, value) for _, start, value, *_ in current_values(feed)]


def test_a_state_that_was_kept_stays_that_of_its_moment(feed, system, monkeypatch):
    run = dies(feed, once_fetched, monkeypatch)
    system.report(NOW + 12 * MINUTE, {1: AFTER})
    taken_over(run, NOW + 12 * MINUTE)
    assert published(feed) == [(7, BEFORE)]


def test_asked_again_soon_the_state_found_then_stands_for_the_hour_alone(feed, system, monkeypatch):
    run = dies(feed, in_mid_fetch, monkeypatch)
    system.report(NOW + 12 * MINUTE, {1: AFTER})
    done = taken_over(run, NOW + 12 * MINUTE)
    assert published(feed) == [(7, AFTER)]
    assert {file.attempt for file in raw_files.of_run(done)} == {2}


def test_asked_again_late_the_hour_stays_a_gap_and_the_next_is_as_usual(feed, system, monkeypatch):
    """No state is dated into a past that it does not know."""
    run = dies(feed, in_mid_fetch, monkeypatch)
    system.report(NOW + 20 * MINUTE, {1: AFTER})
    done = taken_over(run, NOW + 20 * MINUTE)
    assert (done.accepted, done.dropped, published(feed)) == (0, 1, [])
    feed.refresh_from_db()
    assert feed.watermark_at is None
    system.report(NOW + HOUR, {1: 11})
    assert pull(feed, NOW + HOUR).accepted == 1
    assert published(feed) == [(8, 11)]


def test_what_is_caught_up_after_a_stop_is_one_state_not_one_an_hour(feed, system):
    pull(feed)
    later = NOW + 5 * HOUR
    system.report(later, {1: AFTER})
    for run in planning.plan_due(now=later, feeds=Feed.objects.filter(pk=feed.pk)):
        assert pulls.execute(run_id=run.pk, means=means(later)).state == "SUCCEEDED"
    assert Run.objects.filter(feed=feed).count() == 6
    assert published(feed) == [(7, BEFORE), (12, AFTER)]
