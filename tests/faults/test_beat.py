"""The clock that plans stands still for a day, or there are two of them."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from indicators.models import Run
from indicators.services import planning, pulls
from tests.faults.invariants import assert_invariants, truth_of
from tests.pulling import NOW, daily_rows, make_daily_feed, means, pull
from tests.sockets import noted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(120)]
EVERY_HOURS = 4
AGAIN = NOW + timedelta(hours=24)


@pytest.fixture
def feed(platform, injector):
    """Every four hours, values of the last days again; pulled, and then the beat stops."""
    platform.fill(daily_rows())
    feed = make_daily_feed(injector.url, every_minutes=60 * EVERY_HOURS, lookback_days=2)
    assert pull(feed).state == "SUCCEEDED"
    return feed


def beats(number: int) -> None:
    """So many at once, each with a connection of its own."""

    def beat() -> None:
        planning.plan_due(now=AGAIN)
        connection.close()

    threads = [threading.Thread(target=beat) for _ in range(number)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


@pytest.mark.parametrize("number", [1, 2, 4])
def test_after_a_day_without_beat_each_interval_is_caught_up_once_the_oldest_first(
    feed, injector, number
):
    truth = truth_of(feed)
    beats(number)
    planning.plan_due(now=AGAIN)
    due = list(feed.runs.filter(state="DUE").order_by("due_at"))
    wanted = [NOW + timedelta(hours=EVERY_HOURS * n) for n in range(1, 24 // EVERY_HOURS + 1)]
    assert [run.window_end for run in due] == wanted
    later = due[-1]
    assert pulls.execute(run_id=later.pk, means=means(AGAIN)) is None  # not before the others
    with noted() as sockets:
        for run in due:
            done = pulls.execute(run_id=run.pk, means=means(AGAIN))
            assert (done.state, done.revised) == ("SUCCEEDED", 0)
    assert Run.objects.filter(feed=feed).count() == 1 + len(wanted)
    allowed = {("127.0.0.1", injector.port)}
    assert_invariants(feed, truth=truth, now=AGAIN, sockets=sockets, allowed=allowed)
