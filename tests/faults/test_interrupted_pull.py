"""Workers that die, messages that are lost or repeated: each run takes effect once."""

import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import redis
from django.db import connection
from django.db.models.functions import Now

from config.celery import app
from indicators import storage
from indicators.models import ObservationVersion, Run
from indicators.querysets import HELD_BY_A_WORKER
from indicators.services import planning, pulls, runs
from tests.fakes import FaultServer, honest
from tests.pulling import POLICY, current_values, daily_rows, make_daily_feed, means, pull
from tests.workers import empty, wait_until

NOW = datetime(2025, 12, 1, tzinfo=UTC)  # after the last of 600 days
LEASE_S = 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


class Gate:
    """Holds the answer to one request until it is told to let go."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self, exchange) -> None:
        self.reached.set()
        self.open.wait(60)
        honest(exchange)


@pytest.fixture
def proxy(platform):
    platform.fill(daily_rows(days=600))  # two pages of the platform
    with FaultServer(upstream=platform.url) as server:
        yield server


def ring(broker: str, task: str, *arguments: object) -> None:
    with app.connection_for_write(broker) as line:
        app.send_task(f"indicators.tasks.{task}", arguments, connection=line)


def state(run: Run) -> str:
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


def let_lease_lapse(run: Run) -> None:
    assert Run.objects.filter(pk=run.pk, state__in=HELD_BY_A_WORKER).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def plan(feed) -> Run:
    (run,) = planning.plan_due(now=NOW)
    return run


def test_a_worker_killed_in_mid_pull_is_replaced_and_the_rows_are_the_same(
    proxy, broker, start_worker
):
    undisturbed = make_daily_feed(proxy.url)
    pull(undisturbed, NOW, POLICY.__class__(allow=("127.0.0.1",)))
    expected = current_values(undisturbed)
    undisturbed.is_active = False
    undisturbed.save()

    run = plan(feed := make_daily_feed(proxy.url))
    gate = Gate()
    proxy.requests.clear()
    proxy.faults = {2: gate}
    worker = start_worker("first", lease_s=LEASE_S)
    ring(broker, "pull_run", run.pk)
    assert gate.reached.wait(60)  # the first page is read, the second is on its way
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)
    gate.open.set()
    assert state(run) == "LEASED"
    assert current_values(feed) == []

    start_worker("second")
    wait_until(lambda: Run.objects.filter(pk=run.pk, lease_until__lt=Now()).exists())
    ring(broker, "tick")
    wait_until(lambda: state(run) == "SUCCEEDED")
    run.refresh_from_db()
    assert (run.attempts, run.accepted, run.received) == (2, len(expected), len(expected))
    assert current_values(feed) == expected
    assert ObservationVersion.objects.filter(series__feed=feed).count() == len(expected)
    assert Run.objects.filter(feed=feed).count() == 1


def test_a_message_that_comes_ten_times_causes_one_fetch(proxy, broker, start_worker):
    run = plan(make_daily_feed(proxy.url))
    proxy.requests.clear()
    for _ in range(10):
        ring(broker, "pull_run", run.pk)
    start_worker("only")
    wait_until(lambda: state(run) == "SUCCEEDED")
    wait_until(lambda: queue_length(broker) == 0)
    first_pages = [path for path in proxy.requests if "offset" not in path]
    assert len(first_pages) == 1
    run.refresh_from_db()
    assert run.attempts == 1


def queue_length(broker: str) -> int:
    path, _, number = broker.removeprefix("redis+socket://").partition("?virtual_host=")
    with redis.Redis(unix_socket_path=path, db=int(number)) as client:
        return client.llen("celery")


def test_a_run_whose_message_was_lost_is_sent_again_by_the_tick(proxy, broker, start_worker):
    run = plan(make_daily_feed(proxy.url))
    ring(broker, "pull_run", run.pk)
    empty(broker)
    start_worker("only")
    ring(broker, "tick")
    wait_until(lambda: state(run) == "SUCCEEDED")


def test_a_worker_whose_lease_lapsed_writes_nothing(proxy, monkeypatch):
    """It wakes up just before it publishes, after another worker has done the whole run."""
    run = plan(feed := make_daily_feed(proxy.url))
    policy = POLICY.__class__(allow=("127.0.0.1",))
    sift = storage.sift

    def overtaken(**given):
        """Another connection, as another worker has: the staging is that of a session."""
        monkeypatch.setattr(storage, "sift", sift)
        overtake = threading.Thread(target=take_over)
        overtake.start()
        overtake.join()
        return sift(**given)

    def take_over() -> None:
        let_lease_lapse(run)
        results.append(pulls.execute(run_id=run.pk, means=means(NOW, policy)))
        connection.close()

    results = []
    monkeypatch.setattr(storage, "sift", overtaken)
    late = means(NOW + timedelta(hours=1), policy)
    assert pulls.execute(run_id=run.pk, means=late) is None
    assert results[0].state == "SUCCEEDED"
    run.refresh_from_db()
    assert (run.state, run.attempts, run.finished_at) == ("SUCCEEDED", 2, NOW)
    assert run.accepted == ObservationVersion.objects.filter(series__feed=feed).count() == 1200


def test_a_run_under_way_is_not_given_to_a_second_worker(db):
    run = plan(make_daily_feed("http://127.0.0.1:1"))
    assert runs.claim(run_id=run.pk, at=NOW) is not None
    assert runs.claim(run_id=run.pk, at=NOW + timedelta(days=1)) is None  # the database's clock


def test_a_stale_token_closes_no_run(db):
    run = plan(make_daily_feed("http://127.0.0.1:1"))
    held = runs.claim(run_id=run.pk, at=NOW)
    held.lease_token = uuid4()
    with pytest.raises(runs.FencedOutError):
        runs.close(run=held, state=Run.State.SUCCEEDED, at=NOW)
    assert state(run) == "LEASED"


def test_a_run_that_is_interrupted_three_times_fails_for_good(db):
    run = plan(make_daily_feed("http://127.0.0.1:1"))
    for _ in range(runs.MAX_ATTEMPTS):
        assert runs.claim(run_id=run.pk, at=NOW) is not None
        let_lease_lapse(run)
    assert runs.claim(run_id=run.pk, at=NOW) is None
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("FAILED", "ATTEMPTS")
    assert runs.claim(run_id=run.pk, at=NOW) is None
