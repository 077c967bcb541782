"""Sources, feeds and pulls: how fresh, what happened, what to do; ask again now."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators import tasks
from indicators.models import Quarantine, Run
from indicators.services import contracts
from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_raw_file,
    make_run,
    make_source,
)
from tests.factories.portfolio import make_user

MAPPING = {
    "time": {"field": "date", "timezone": "Europe/Paris", "period": "MONTH"},
    "value": {"field": "valeur"},
}


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    rung: list[int] = []
    monkeypatch.setattr(tasks.pull_run, "delay", rung.append)
    return rung


@pytest.fixture
def steward(client, db):
    steward = make_user(is_staff=True)
    client.force_login(steward)
    return steward


def state_of(client, feed):
    states = client.get(reverse("indicators:sources")).context["states"]
    return next(item for state in states for item in state.feeds if item.feed == feed)


def pull(client, feed):
    return client.post(reverse("indicators:pull-now", args=[feed.code]))


def test_a_feed_that_never_published_is_overdue_and_says_so(client, agent):
    state = state_of(client, make_feed())
    assert (state.published_on, state.is_overdue, state.last_run) == (None, True, None)


def test_freshness_is_the_sources_date_not_the_pulls(client, agent):
    now = timezone.now()
    indicator = make_indicator(stale_after_days=10)
    fresh = make_feed(indicator=indicator, watermark_at=now - timedelta(days=9))
    stale = make_feed(indicator=indicator, watermark_at=now - timedelta(days=11))
    make_run(stale, state="SUCCEEDED", finished_at=now)
    assert not state_of(client, fresh).is_overdue
    assert state_of(client, stale).is_overdue


def test_the_last_pull_that_ended_is_shown_with_its_reason(client, agent):
    feed = make_feed()
    make_run(feed, state="SUCCEEDED", finished_at=timezone.now() - timedelta(days=1))
    failed = make_run(
        feed, state="FAILED", error_code="UNREACHABLE", due_at=timezone.now(),
        finished_at=timezone.now(),
    )  # fmt: skip
    assert state_of(client, feed).last_run == failed


def test_the_next_pull_is_one_interval_later_or_the_one_that_is_open(client, agent):
    feed = make_feed(every_minutes=60)
    ended = make_run(feed, state="SUCCEEDED", finished_at=timezone.now())
    assert state_of(client, feed).next_at == ended.due_at + timedelta(minutes=60)
    opened = make_run(feed, state="DUE", due_at=timezone.now())
    assert state_of(client, feed).open_run == opened


def test_a_feed_that_is_switched_off_has_no_next_pull(client, agent):
    feed = make_feed(source=make_source(is_active=False))
    make_run(feed, state="SUCCEEDED", finished_at=timezone.now())
    assert state_of(client, feed).next_at is None


def test_the_number_of_queries_does_not_grow_with_the_feeds(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    make_run(make_feed(), state="SUCCEEDED", finished_at=timezone.now())
    with django_assert_max_num_queries(16) as few:
        client.get(reverse("indicators:sources"))
    for _ in range(4):
        make_run(make_feed(), state="SUCCEEDED", finished_at=timezone.now())
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("indicators:sources"))


def test_a_pull_whose_source_had_nothing_new_says_so(client, agent):
    feed = make_feed()
    first, again = (make_run(feed, state="SUCCEEDED", fetched_attempt=0) for _ in range(2))
    for run in (first, again):
        make_raw_file(run)
    said = "rien n’a changé depuis"
    assert said not in client.get(reverse("indicators:run", args=[first.pk])).text
    assert said in client.get(reverse("indicators:run", args=[again.pk])).text


def test_the_ledger_can_be_read_for_one_feed(client, agent):
    run = make_run(make_feed())
    make_run(make_feed())
    response = client.get(reverse("indicators:runs"), {"flux": run.feed.code})
    assert list(response.context["page"]) == [run]
    assert client.get(reverse("indicators:runs"), {"flux": "none"}).status_code == 404


def test_a_pull_shows_counts_that_add_up_and_its_rows_set_aside(client, agent):
    run = make_run(
        make_feed(), state="PARTIAL", received=10, accepted=5, revised=1, unchanged=1,
        quarantined=2, dropped=1, finished_at=timezone.now(),
    )  # fmt: skip
    for number, reason in enumerate(["NOT_A_NUMBER", "UNKNOWN_ZONE"], start=1):
        Quarantine.objects.create(
            run=run, row_number=number, field="valeur", reason=reason, row={"valeur": "<b>n.d."}
        )
    response = client.get(reverse("indicators:run", args=[run.pk]))
    assert [row.reason for row, _received in response.context["set_aside"]] == [
        "NOT_A_NUMBER",
        "UNKNOWN_ZONE",
    ]
    page = response.content.decode()
    assert "<b>n.d." not in page
    assert "NOT_A_NUMBER" not in page  # a sentence, not a code


def test_a_pull_that_does_not_exist_is_not_found(client, agent):
    assert client.get(reverse("indicators:run", args=[0])).status_code == 404


def test_asking_now_plans_a_run_and_rings_once_it_is_stored(
    client, steward, rung, django_capture_on_commit_callbacks
):
    feed = make_feed(mapping=MAPPING)
    with django_capture_on_commit_callbacks(execute=True):
        response = pull(client, feed)
        assert rung == []
    run = Run.objects.get(feed=feed)
    assert response.url == reverse("indicators:sources")
    assert rung == [run.pk]


def test_asking_twice_plans_one_run(client, steward, rung, django_capture_on_commit_callbacks):
    feed = make_feed(mapping=MAPPING)
    with django_capture_on_commit_callbacks(execute=True):
        pull(client, feed)
        pull(client, feed)
    assert Run.objects.filter(feed=feed).count() == 1


def test_only_the_data_team_may_ask(client, agent, rung):
    assert pull(client, make_feed(mapping=MAPPING)).status_code == 404
    assert not Run.objects.exists()


def test_asking_needs_a_post(client, steward):
    address = reverse("indicators:pull-now", args=[make_feed().code])
    assert client.get(address).status_code == 405


def test_what_was_noticed_of_the_polygons_is_said(client, agent):
    told = {"repaired": 1, "partly_outside": 12}
    run = make_run(make_feed(), state="SUCCEEDED", finished_at=timezone.now(), remarks=told)
    page = client.get(reverse("indicators:run", args=[run.pk])).content.decode()
    assert "1 polygone se recoupait et a été réparé." in page
    assert "12 polygones dépassent du territoire" in page


def test_a_feed_that_is_late_by_its_contract_is_named_on_top_with_what_was_promised(client, agent):
    now = timezone.now()
    feed = make_feed(mapping=MAPPING, watermark_at=now - timedelta(days=100))
    terms = {"freshness_days": 20}
    contracts.agree(feed=feed, document=terms, by=None, reason="", at=now)
    page = client.get(reverse("indicators:sources")).content.decode()
    assert "1 flux est en retard" in page
    assert "était promise sous 20 jours" in page
    feed.is_active = False
    feed.save()
    assert "flux est en retard" not in client.get(reverse("indicators:sources")).content.decode()


def test_a_run_says_that_its_rows_were_rejected_before_and_which_fields_look_personal(
    client, steward
):
    now = timezone.now()
    told = {"personal": [{"field": "agent", "looks": "EMAIL"}]}
    decided = {"state": "HELD", "decision": "REJECTED", "decided_at": now, "finished_at": now}
    feed = make_feed()
    first = make_run(feed, held_for=told, **decided)
    again = make_run(feed, held_for=told, same_as=first, **decided)
    page = client.get(reverse("indicators:run", args=[again.pk])).content.decode()
    assert "elles le restent" in page
    assert reverse("indicators:run", args=[first.pk]) in page
    assert "agent</code>" in page
    assert "adresses électroniques" in page
