"""A worker dies, freezes or is doubled at any step of a pull: nothing is lost, asked twice, or
written by halves."""

import os
import signal

import pytest
from django.utils import timezone

from indicators.models import Feed, ObservationVersion, Quarantine, RawFile, Run, Series
from tests.faults import steps
from tests.faults.invariants import Truth, assert_invariants
from tests.faults.steps import has_ended, held_at, kill_child, kill_whole, planned, ring, wait_at
from tests.peers.mitm import Injector
from tests.sockets import of_file
from tests.workers import empty, queue_length, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
LEASE_S = 8


@pytest.fixture
def truth(platform) -> Truth:
    return steps.undisturbed(platform)


@pytest.fixture
def worker(injector, start_worker):
    """Starts workers that may reach the injector alone."""
    return lambda name: start_worker(name, lease_s=LEASE_S, allow=f"127.0.0.1:{injector.port}")


@pytest.fixture
def all_holds(truth, injector, tmp_path):
    """Asserts every invariant of the feed of a run that has ended."""

    def check(run: Run) -> Run:
        run = Run.objects.select_related("feed").get(pk=run.pk)
        assert (run.state, run.received, run.accepted, run.quarantined) == (
            "PARTIAL",
            1201,
            1200,
            1,
        )
        assert_invariants(
            run.feed, truth=truth, now=timezone.now(), sockets=of_file(tmp_path / "sockets"),
            allowed={("127.0.0.1", injector.port)},
        )  # fmt: skip
        assert run.feed.runs.count() == 1
        return run

    return check


def assert_nothing_of(run: Run) -> None:
    """A run under way has published nothing, not even by halves."""
    assert not ObservationVersion.objects.filter(run=run).exists()
    assert not Series.objects.filter(feed=run.feed_id).exists()
    assert not Quarantine.objects.filter(run=run).exists()
    assert Feed.objects.get(pk=run.feed_id).watermark_at is None


def taken_over(run: Run, broker: str, injector: Injector, step: str, all_holds) -> None:
    """By whoever hears the tick once the lease has lapsed; what was kept is not asked again."""
    asked = len(injector.requests)
    assert_nothing_of(run)
    steps.let_lease_lapse(run)
    ring(broker, "tick")
    wait_until(lambda: has_ended(run))
    done = all_holds(run)
    assert done.attempts == 2
    if step == "FETCHING":
        assert done.fetched_attempt == 2
    else:
        assert (done.fetched_attempt, len(injector.requests)) == (1, asked)
        assert set(RawFile.objects.filter(run=run).values_list("attempt", flat=True)) == {1}
    Feed.objects.filter(pk=run.feed_id).update(is_active=False)  # its next days are not asked for


def test_a_child_killed_at_any_step_is_replaced_and_the_rows_are_the_same(
    injector, broker, worker, all_holds
):
    only = worker("only")
    for step in steps.STEPS:
        run = planned(injector.url)
        with held_at(step, injector):
            ring(broker, "pull_run", run.pk)
            wait_at(step, run, injector)
            kill_child(only)
        taken_over(run, broker, injector, step, all_holds)


def test_a_worker_killed_at_any_step_is_replaced_and_the_rows_are_the_same(
    injector, broker, worker, all_holds
):
    last = worker("first")
    for step in steps.STEPS:
        run = planned(injector.url)
        with held_at(step, injector):
            ring(broker, "pull_run", run.pk)
            wait_at(step, run, injector)
            kill_whole(last)
        last = worker(f"after-{step}")
        taken_over(run, broker, injector, step, all_holds)


@pytest.mark.parametrize("step", ["FETCHING", "PUBLISHING"])
def test_a_worker_stopped_past_its_lease_writes_nothing_once_it_goes_on(
    injector, broker, worker, all_holds, tmp_path, step
):
    """While it is frozen another one does the whole run: in mid-publication too, where the frozen
    one holds the lock of the feed until the database takes it back."""
    frozen, run = worker("frozen"), planned(injector.url)
    with held_at(step, injector):
        ring(broker, "pull_run", run.pk)
        wait_at(step, run, injector)
        os.killpg(frozen.pid, signal.SIGSTOP)
    try:
        steps.let_lease_lapse(run)
        worker("second")
        ring(broker, "tick")
        wait_until(lambda: has_ended(run))
        assert all_holds(run).attempts == 2
    finally:
        os.killpg(frozen.pid, signal.SIGCONT)
    log = tmp_path / "workers" / "frozen.log"
    woken = "the lease lapsed" if step == "FETCHING" else "OperationalError"
    wait_until(lambda: woken in log.read_text())
    assert all_holds(run).attempts == 2


def test_a_message_that_comes_ten_times_to_two_workers_causes_one_fetch(
    injector, broker, worker, all_holds
):
    run = planned(injector.url)
    injector.be_honest()
    for _ in range(10):
        ring(broker, "pull_run", run.pk)
    worker("one")
    worker("other")
    wait_until(lambda: has_ended(run) and queue_length(broker) == 0)
    assert len([path for path in injector.requests if "offset" not in path]) == 1
    assert all_holds(run).attempts == 1


def test_a_run_whose_message_was_lost_is_sent_again_by_the_tick(
    injector, broker, worker, all_holds
):
    run = planned(injector.url)
    ring(broker, "pull_run", run.pk)
    empty(broker)  # as a broker does that loses all it had
    worker("only")
    ring(broker, "tick")
    wait_until(lambda: has_ended(run))
    all_holds(run)
