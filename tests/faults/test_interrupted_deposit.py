"""A worker dies between a deposit and its publication; messages are lost or repeated: the file is
published once, whole."""

import os
import signal

import pytest
from django.db.models.functions import Now

from indicators.models import ObservationVersion, Run
from tests.deposits import NOW, OCTOBER, SEPTEMBER, ask, make_deposit_feed, send
from tests.faults.steps import LOCKS, locked, ring, state, waits_for_a_lock
from tests.pulling import current_values
from tests.workers import empty, wait_until

LEASE_S = 8
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]


@pytest.fixture(autouse=True)
def same_store(settings, monkeypatch):
    """The workers read what the depositor's screen has stored."""
    monkeypatch.setenv("RAW_STORE", settings.RAW_STORE)


def test_a_worker_killed_before_it_publishes_is_replaced(broker, start_worker):
    feed = make_deposit_feed()
    run = ask(send(feed, SEPTEMBER))
    with locked(LOCKS["STAGED"]):
        worker = start_worker("first", lease_s=LEASE_S)
        ring(broker, "pull_run", run.pk)
        wait_until(lambda: state(run) == "STAGED" and waits_for_a_lock())
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(10)
    assert current_values(feed) == []
    start_worker("second")
    wait_until(lambda: Run.objects.filter(pk=run.pk, lease_until__lt=Now()).exists())
    ring(broker, "tick")
    wait_until(lambda: state(run) == "SUCCEEDED")
    run.refresh_from_db()
    assert (run.attempts, run.accepted) == (2, 2)
    assert ObservationVersion.objects.filter(series__feed=feed).count() == 2


def test_a_message_that_is_lost_then_comes_ten_times_publishes_once(broker, start_worker):
    feed = make_deposit_feed()
    run = ask(send(feed, OCTOBER))
    ring(broker, "pull_run", run.pk)
    empty(broker)  # nobody was rung: the beat rings again
    for _ in range(10):
        ring(broker, "tick")
    start_worker("only")
    wait_until(lambda: state(run) == "SUCCEEDED")
    run.refresh_from_db()
    assert (run.attempts, run.accepted, Run.objects.count()) == (1, 2, 1)
    assert ObservationVersion.objects.filter(series__feed=feed).count() == 2
    assert run.due_at == NOW
