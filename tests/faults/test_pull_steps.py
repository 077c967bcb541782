"""A worker dies, or loses its database, after each step of a pull: nothing is lost, asked twice or
written by halves."""

import os
import signal
import threading
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now

from indicators.models import Feed, ObservationVersion, RawFile, Run
from indicators.services import planning
from tests.fakes import FaultServer
from tests.faults.test_interrupted_pull import NOW, ring, state
from tests.pulling import POLICY, current_values, daily_rows, make_daily_feed, pull
from tests.workers import wait_until

LEASE_S = 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture
def proxy(platform):
    platform.fill(daily_rows(days=600))
    with FaultServer(upstream=platform.url) as server:
        yield server


@pytest.fixture
def expected(proxy) -> list[tuple]:
    """What a pull that nobody disturbs publishes."""
    feed = make_daily_feed(proxy.url)
    pull(feed, NOW, POLICY.__class__(allow=("127.0.0.1",)))
    values = current_values(feed)
    Feed.objects.filter(pk=feed.pk).update(is_active=False)
    proxy.requests.clear()
    return values


@contextmanager
def held(statement: str):
    """A lock in a session of its own, kept while the block runs."""
    parameters = connection.get_connection_params()
    wanted = {k: parameters[k] for k in ("dbname", "user", "host", "port") if k in parameters}
    with psycopg.connect(**wanted) as session:
        session.execute(statement)
        yield
        session.rollback()


# Where a worker waits for a lock: what it has done by then, and the step that it is at.
AFTER_THE_FETCH = ("LOCK TABLE portfolio_zone IN ACCESS EXCLUSIVE MODE", "FETCHED")
BEFORE_PUBLISHING = ("SELECT FROM indicators_feed WHERE is_active FOR UPDATE", "STAGED")


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


@pytest.mark.parametrize(("lock", "step"), [AFTER_THE_FETCH, BEFORE_PUBLISHING])
def test_a_worker_killed_after_the_fetch_is_replaced_by_one_that_asks_nothing_again(
    proxy, expected, broker, start_worker, lock, step
):
    feed = make_daily_feed(proxy.url)
    (run,) = planning.plan_due(now=NOW)
    with held(lock):
        worker = start_worker("first", lease_s=LEASE_S)
        ring(broker, "pull_run", run.pk)
        wait_until(lambda: state(run) == step and waits_for_a_lock())
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
    asked = len(proxy.requests)
    assert current_values(feed) == []
    start_worker("second")
    wait_until(lambda: Run.objects.filter(pk=run.pk, lease_until__lt=Now()).exists())
    ring(broker, "tick")
    wait_until(lambda: state(run) == "SUCCEEDED")
    run.refresh_from_db()
    assert (run.attempts, run.fetched_attempt, run.accepted) == (2, 1, len(expected))
    assert current_values(feed) == expected
    assert len(proxy.requests) == asked
    assert set(RawFile.objects.filter(run=run).values_list("attempt", flat=True)) == {1}


def test_a_worker_that_loses_its_database_while_it_publishes_writes_nothing_by_halves(
    proxy, expected, broker, start_worker
):
    feed = make_daily_feed(proxy.url)
    (run,) = planning.plan_due(now=NOW)
    start_worker("only", lease_s=LEASE_S)
    with held(BEFORE_PUBLISHING[0]):
        ring(broker, "pull_run", run.pk)
        wait_until(lambda: state(run) == "STAGED" and waits_for_a_lock())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
    assert current_values(feed) == []
    assert ObservationVersion.objects.filter(series__feed=feed).count() == 0
    feed.refresh_from_db()
    assert feed.watermark_at is None
    wait_until(lambda: Run.objects.filter(pk=run.pk, lease_until__lt=Now()).exists())
    ring(broker, "tick")
    wait_until(lambda: state(run) == "SUCCEEDED")
    assert current_values(feed) == expected


def test_two_beats_at_once_plan_each_interval_once():
    feeds = [make_daily_feed("http://127.0.0.1:1", every_minutes=60) for _ in range(3)]
    for run in planning.plan_due(now=NOW):
        Run.objects.filter(pk=run.pk).update(state="SUCCEEDED")

    def beat():
        planning.plan_due(now=NOW + timedelta(hours=24))
        connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    planning.plan_due(now=NOW + timedelta(hours=24))
    for feed in feeds:
        ends = list(
            feed.runs.filter(state="DUE").order_by("due_at").values_list("window_end", flat=True)
        )
        assert ends == [NOW + timedelta(hours=n) for n in range(1, 25)]
