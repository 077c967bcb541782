"""The steps of a pull, where a worker can be held, and what it takes to ring for one."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.db import connection
from django.db.models.functions import Now

from config.celery import app
from indicators.connectors.base import HttpPolicy
from indicators.models import Feed, Run
from indicators.querysets import HELD_BY_A_WORKER
from indicators.services import planning
from tests.faults.invariants import Truth, truth_of
from tests.peers.mitm import Injector
from tests.platforms import TestPlatform
from tests.pulling import daily_rows, make_daily_feed, pull
from tests.workers import wait_until

if TYPE_CHECKING:
    from tests.faults.gated import Source

NOW = datetime(2025, 12, 1, tzinfo=UTC)  # after the last of 600 days
FROM_HERE = HttpPolicy(allow=("127.0.0.1",))
NOWHERE = {"commune": "Z", "jour": NOW.date() - timedelta(days=90), "valeur": 1.0, "statut": ""}
ROWS = [*daily_rows(days=600), NOWHERE]  # two pages, and a row that is set aside
# The step at which a worker waits, and the lock that it waits for.
LOCKS = {
    "FETCHED": "LOCK TABLE portfolio_zone IN ACCESS EXCLUSIVE MODE",
    "STAGED": "SELECT FROM indicators_feed WHERE is_active FOR UPDATE",
    # in mid-transaction: rows set aside and series are written, versions are not
    "PUBLISHING": "LOCK TABLE indicators_observationversion IN SHARE MODE",
}
STEPS = ("FETCHING", *LOCKS)
STATES = {"FETCHING": "LEASED", "PUBLISHING": "STAGED"}


def undisturbed(platform: TestPlatform) -> Truth:
    """What a pull publishes that nobody disturbs."""
    platform.fill(ROWS)
    feed = make_daily_feed(platform.url)
    pull(feed, NOW, FROM_HERE)
    truth = truth_of(feed)
    assert len(truth.values) == 1200
    Feed.objects.filter(pk=feed.pk).update(is_active=False)
    return truth


def planned(url: str, **fields: object) -> Run:
    feed = make_daily_feed(url, **fields)
    (run,) = planning.plan_due(now=NOW, feeds=Feed.objects.filter(pk=feed.pk))
    return run


def ring(broker: str, task: str, *arguments: object) -> None:
    with app.connection_for_write(broker) as line:
        app.send_task(f"indicators.tasks.{task}", arguments, connection=line)


def state(run: Run) -> str:
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


def has_ended(run: Run) -> bool:
    return Run.objects.closed().filter(pk=run.pk).exists()


def let_lease_lapse(run: Run) -> None:
    assert Run.objects.filter(pk=run.pk, state__in=HELD_BY_A_WORKER).update(
        lease_until=Now() - timedelta(seconds=1)
    )


@contextmanager
def held_at(step: str, injector: Injector) -> Iterator[None]:
    """A worker that comes to this step waits there as long as the block runs."""
    if step == "FETCHING":
        injector.spoil("hold", on=[2])  # the first page is there, the second on its way
        try:
            yield
        finally:
            injector.let_go()
    else:
        injector.be_honest()
        with locked(LOCKS[step]):
            yield


@contextmanager
def held_before(step: str, source: "Source") -> Iterator[None]:
    """The same, before the door of any source."""
    if step == "FETCHING":
        source.gate.hold(source.after)
        try:
            yield
        finally:
            source.gate.let_go()
    else:
        with locked(LOCKS[step]):
            yield


def wait_before(step: str, run: Run, source: "Source") -> None:
    """Until a worker waits at this step of the run."""
    if step == "FETCHING":
        source.gate.wait_until_it_holds()
    else:
        wait_until(waits_for_a_lock)
    assert state(run) == STATES.get(step, step)


@contextmanager
def locked(statement: str) -> Iterator[None]:
    """A lock in a session of its own, kept while the block runs."""
    parameters = connection.get_connection_params()
    wanted = {k: parameters[k] for k in ("dbname", "user", "host", "port") if k in parameters}
    session = psycopg.connect(**wanted)
    try:
        session.execute(statement)
        yield
    finally:
        session.close()  # which frees the lock; the server may be gone by now


def wait_at(step: str, run: Run, injector: Injector) -> None:
    """Until a worker waits at this step of the run."""
    if step == "FETCHING":
        injector.wait_for_request(2)
    else:
        wait_until(waits_for_a_lock)
    assert state(run) == STATES.get(step, step)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def children_of(worker: subprocess.Popen) -> list[int]:
    listed = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def kill_child(worker: subprocess.Popen) -> None:
    """The process that carries the task out; the worker itself lives and makes another."""
    (child,) = children_of(worker)
    os.kill(child, signal.SIGKILL)
    wait_until(lambda: child not in children_of(worker))


def kill_whole(worker: subprocess.Popen) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait(10)
