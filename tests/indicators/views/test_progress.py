"""How far a pull is, for whoever watches; how much each one brought."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from indicators.queries.progress import progress_of
from indicators.services import runs
from indicators.templatetags.pulls import next_pull
from tests.factories.indicators import make_feed, make_raw_file, make_run

NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # in Paris


def fragment(client, run):
    return client.get(
        reverse("indicators:run-progress", args=[run.pk]), headers={"hx-request": "1"}
    )


@pytest.mark.parametrize(
    ("state", "step"), [("DUE", 1), ("LEASED", 2), ("FETCHED", 3), ("STAGED", 4)]
)
def test_a_pull_under_way_says_its_step_and_asks_again(client, agent, state, step):
    run = make_run(make_feed(), state=state, attempts=1, started_at=timezone.now())
    page = fragment(client, run)
    assert page.context["told"].step == step
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert "HX-Refresh" not in page


@pytest.mark.parametrize("state", ["SUCCEEDED", "PARTIAL", "FAILED", "HELD"])
def test_a_pull_that_has_ended_stops_asking_and_shows_its_page_anew(client, agent, state):
    page = fragment(client, make_run(make_feed(), state=state, finished_at=timezone.now()))
    assert "hx-trigger" not in page.content.decode()
    assert page["HX-Refresh"] == "true"


def test_the_page_of_a_pull_that_has_ended_watches_nothing(client, agent):
    run = make_run(make_feed(), state="SUCCEEDED", finished_at=timezone.now())
    page = client.get(reverse("indicators:run", args=[run.pk])).content.decode()
    assert "hx-trigger" not in page
    opened = make_run(make_feed(), state="LEASED", started_at=timezone.now())
    assert "hx-trigger" in client.get(reverse("indicators:run", args=[opened.pk])).content.decode()


def test_answers_and_rows_are_counted_once_something_is_known_of_them(db):
    run = make_run(make_feed(), state="LEASED", attempts=1, lease_token=uuid4())
    make_raw_file(run)
    told = progress_of(run)
    assert (told.answers, told.rows) == (1, None)
    runs.advance(run=run, state="FETCHED")
    runs.count_rows(run=run, received=16_384)
    run.refresh_from_db()
    assert progress_of(run).rows == 16_384


def test_a_worker_that_lost_its_pull_counts_nothing(db):
    run = make_run(make_feed(), state="FETCHED", lease_token=uuid4())
    lost = make_run(make_feed(), state="FETCHED", lease_token=uuid4())
    lost.pk = run.pk
    runs.count_rows(run=lost, received=5)
    run.refresh_from_db()
    assert run.received == 0


def test_progress_is_for_agents(client, db):
    run = make_run(make_feed())
    assert fragment(client, run).status_code == 302


# ---------------------------------------------------------------- the list of feeds


def state_of(client, feed):
    states = client.get(reverse("indicators:sources")).context["states"]
    return next(item for state in states for item in state.feeds if item.feed == feed)


def test_the_last_pulls_are_drawn_the_oldest_first_with_their_marks(client, agent):
    feed = make_feed()
    for day, (state, received) in enumerate(
        [("SUCCEEDED", 10), ("PARTIAL", 20), ("HELD", 40), ("FAILED", 0)]
    ):
        at = NOON + timedelta(days=day)
        counts = {"accepted": received} if state in {"SUCCEEDED", "PARTIAL"} else {}
        make_run(feed, state=state, received=received, due_at=at, finished_at=at, **counts)
    bars = state_of(client, feed).volumes.bars
    assert [bar.state for bar in bars] == ["", "PARTIAL", "HELD", "FAILED"]
    heights = [bar.height for bar in bars]
    assert heights[0] < heights[1] < heights[2]
    assert heights[3] is None  # unknown is not zero


def test_at_most_twelve_pulls_are_drawn(client, agent):
    feed = make_feed()
    for day in range(15):
        at = NOON + timedelta(days=day)
        make_run(feed, state="SUCCEEDED", received=day, accepted=day, due_at=at, finished_at=at)
    line = state_of(client, feed).volumes
    assert len(line.bars) == 12
    assert "14" in line.bars[-1].label
    assert line.bars[-1].label in line.description


def test_a_feed_that_never_ended_a_pull_draws_nothing(client, agent):
    feed = make_feed()
    make_run(feed)
    assert state_of(client, feed).volumes is None


@pytest.mark.parametrize(
    ("later", "words"),
    [(timedelta(seconds=5), "in a moment"), (timedelta(minutes=-5), "in a moment"),
     (timedelta(minutes=1), "in 1 minute"), (timedelta(minutes=25), "in 25 minutes"),
     (timedelta(hours=3), "today at 15:00"), (timedelta(hours=20), "tomorrow at 08:00"),
     (timedelta(days=3), "on 4 December 2026 at 12:00")],
)  # fmt: skip
def test_the_next_pull_is_said_in_words(later, words):
    with translation.override("en"):
        assert next_pull(NOON + later, NOON) == words
