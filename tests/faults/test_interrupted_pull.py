"""Who may carry out a run, and who may no longer: each run takes effect once."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from indicators import storage
from indicators.models import Run
from indicators.services import planning, pulls, runs
from tests.faults.invariants import assert_invariants
from tests.faults.steps import FROM_HERE, NOW, let_lease_lapse, planned, state, undisturbed
from tests.pulling import means
from tests.sockets import noted

pytestmark = pytest.mark.django_db(transaction=True)
NOBODY = "http://127.0.0.1:1"


def test_a_worker_whose_lease_lapsed_writes_nothing(platform, injector, monkeypatch):
    """It wakes up just before it publishes, after another worker has done the whole run."""
    truth, run = undisturbed(platform), planned(injector.url)
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
        results.append(pulls.execute(run_id=run.pk, means=means(NOW, FROM_HERE)))
        connection.close()

    results = []
    monkeypatch.setattr(storage, "sift", overtaken)
    late = means(NOW + timedelta(hours=1), FROM_HERE)
    with noted() as sockets:
        assert pulls.execute(run_id=run.pk, means=late) is None
    assert results[0].state == "PARTIAL"
    run.refresh_from_db()
    assert (run.attempts, run.finished_at, run.accepted) == (2, NOW, 1200)
    allowed = {("127.0.0.1", injector.port)}
    assert_invariants(run.feed, truth=truth, now=NOW, sockets=sockets, allowed=allowed)


def test_a_run_under_way_is_not_given_to_a_second_worker(db):
    run = planned(NOBODY)
    assert runs.claim(run_id=run.pk, at=NOW) is not None
    assert runs.claim(run_id=run.pk, at=NOW + timedelta(days=1)) is None  # the database's clock


def test_a_stale_token_closes_no_run(db):
    run = planned(NOBODY)
    held = runs.claim(run_id=run.pk, at=NOW)
    held.lease_token = uuid4()
    with pytest.raises(runs.FencedOutError):
        runs.close(run=held, state=Run.State.SUCCEEDED, at=NOW)
    assert state(run) == "LEASED"


def test_a_run_that_is_interrupted_three_times_fails_for_good(db):
    run = planned(NOBODY)
    for _ in range(runs.MAX_ATTEMPTS):
        assert runs.claim(run_id=run.pk, at=NOW) is not None
        let_lease_lapse(run)
    assert runs.claim(run_id=run.pk, at=NOW) is None
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("FAILED", "ATTEMPTS")
    assert runs.claim(run_id=run.pk, at=NOW) is None


def test_a_feed_whose_pull_takes_its_workers_with_it_is_set_apart_until_somebody_asks(db):
    run = planned(NOBODY)
    for _ in range(runs.MAX_ATTEMPTS):
        runs.claim(run_id=run.pk, at=NOW)
        let_lease_lapse(run)
    runs.claim(run_id=run.pk, at=NOW)
    later = NOW + timedelta(days=30)
    assert planning.plan_due(now=later) == []
    (asked,) = planning.plan_due(now=later, force=True)
    Run.objects.filter(pk=asked.pk).update(state=Run.State.SUCCEEDED)
    assert len(planning.plan_due(now=later + timedelta(days=2))) == 2
