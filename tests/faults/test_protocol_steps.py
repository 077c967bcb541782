"""A worker dies or freezes at any step of a pull, whatever the protocol: what is published is what
an undisturbed pull publishes, and what was kept is not asked again."""

import os
import signal

import pytest
from django.utils import timezone

from indicators.models import Feed, ObservationVersion, Run
from indicators.services import pulls
from tests.faults import protocols, steps
from tests.faults.gated import Source
from tests.faults.invariants import Truth, assert_invariants
from tests.faults.steps import FROM_HERE, NOW, has_ended, held_before, kill_child, ring
from tests.pulling import means
from tests.sockets import of_file
from tests.workers import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
LEASE_S = 8


@pytest.fixture(scope="module", params=protocols.SOURCES)
def source(request, tmp_path_factory) -> Source:
    folder = tmp_path_factory.mktemp(request.param)
    with protocols.SOURCES[request.param](folder) as found:
        yield found


@pytest.fixture
def worker(source, start_worker):
    """Starts workers that may reach the door of the source alone."""
    return lambda name: start_worker(name, lease_s=LEASE_S, allow=f"127.0.0.1:{source.gate.port}")


def all_holds(run: Run, source: Source, truth: Truth, tmp_path) -> Run:
    run = Run.objects.select_related("feed").get(pk=run.pk)
    assert run.state in ("SUCCEEDED", "PARTIAL"), run.error_message
    assert (run.accepted, run.attempts) == (len(truth.values), 2)
    assert_invariants(
        run.feed, truth=truth, now=timezone.now(), sockets=of_file(tmp_path / "sockets"),
        allowed={("127.0.0.1", source.gate.port)},
    )  # fmt: skip
    return run


def test_killed_at_any_step_or_frozen_past_its_lease(source, broker, worker, tmp_path):
    """One worker dies at each step in turn, then freezes in the middle of an answer while somebody
    else does its work, and wakes up too late."""
    truth = source.undisturbed()
    assert truth.values
    first = worker("first")
    for step in steps.STEPS:
        run = source.planned()
        with held_before(step, source):
            ring(broker, "pull_run", run.pk)
            steps.wait_before(step, run, source)
            asked = source.gate.connections
            kill_child(first)
        assert not ObservationVersion.objects.filter(run=run).exists()
        steps.let_lease_lapse(run)
        ring(broker, "tick")
        wait_until(lambda run=run: has_ended(run))
        done = all_holds(run, source, truth, tmp_path)
        kept = step != "FETCHING"
        assert done.fetched_attempt == (1 if kept else 2)
        assert (source.gate.connections == asked) is kept
        Feed.objects.filter(pk=run.feed_id).update(is_active=False)  # its next days are left alone
    run = source.planned()
    with held_before("FETCHING", source):
        ring(broker, "pull_run", run.pk)
        steps.wait_before("FETCHING", run, source)
        os.killpg(first.pid, signal.SIGSTOP)
    try:
        steps.let_lease_lapse(run)
        assert pulls.execute(run_id=run.pk, means=means(NOW, FROM_HERE)) is not None
        all_holds(run, source, truth, tmp_path)
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    log = tmp_path / "workers" / "first.log"
    wait_until(lambda: "the lease lapsed" in log.read_text())
    all_holds(run, source, truth, tmp_path)
