"""A batch that is held: the steward sees old beside new, and decides with a reason."""

import pytest
from django.conf import settings
from django.urls import reverse

from indicators import tasks
from indicators.models import Run
from indicators.raw_store import RawStore
from tests.factories.indicators import make_feed, make_raw_file, make_run
from tests.factories.portfolio import NOW, make_user

HELD_FOR = {
    "spikes": {
        "count": 1, "times": 5,
        "first": [{"series": "Pont Neuf", "on": "2026-04-01T00:00:00+02:00", "usual": 100.0,
                   "before": 98.0, "after": 1234.0}],
    },
    "missing": {"known": 30, "again": 20, "share": 0.3},
}  # fmt: skip


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


@pytest.fixture
def held(db) -> Run:
    return make_run(
        make_feed(), state="HELD", held_for=HELD_FOR, fetched_attempt=0, finished_at=NOW
    )


def page(client, run: Run) -> str:
    return client.get(reverse("indicators:run", args=[run.pk])).content.decode()


def decide(client, run: Run, decision: str, reason: str = "Vu avec la régie"):
    address = reverse("indicators:run-decide", args=[run.pk])
    return client.post(address, {"decision": decision, "reason": reason})


def test_old_stands_beside_new(client, steward, held):
    text = page(client, held)
    for word in ("Pont Neuf", "1er avril 2026", "100", "98", "1\u202f234", "Accepter et publier"):
        assert word in text, word
    assert "30 valeurs publiées" in text


def test_whoever_does_not_look_after_sources_sees_why_and_decides_nothing(client, agent, held):
    text = page(client, held)
    assert "Pont Neuf" in text
    assert "Accepter et publier" not in text
    assert decide(client, held, "ACCEPTED").status_code == 404


def test_accepting_rings_for_a_run_that_reads_the_same_answers(
    client, steward, held, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert decide(client, held, "ACCEPTED").status_code == 302
    again = Run.objects.get(replay_of=held)
    assert rung == [again.pk]
    held.refresh_from_db()
    assert (held.decision, held.decided_by) == ("ACCEPTED", steward)
    assert "Vu avec la régie" in page(client, held)


def test_rejecting_leaves_all_as_it_is(client, steward, held, rung):
    decide(client, held, "REJECTED")
    held.refresh_from_db()
    assert (held.decision, rung) == ("REJECTED", [])
    assert not Run.objects.filter(replay_of=held).exists()


def test_without_a_reason_nothing_is_decided_and_the_form_says_so(client, steward, held):
    response = decide(client, held, "ACCEPTED", reason=" ")
    assert response.status_code == 422
    assert "Pont Neuf" in response.content.decode()
    held.refresh_from_db()
    assert held.decision == ""


def test_a_decision_is_made_once(client, steward, held):
    decide(client, held, "REJECTED")
    assert decide(client, held, "ACCEPTED").status_code == 302
    held.refresh_from_db()
    assert held.decision == "REJECTED"


def test_the_answers_are_listed_and_downloaded_by_the_data_team_alone(client, agent, held):
    answer = make_raw_file(held, b'{"n": 1}')
    RawStore(settings.RAW_STORE).put(b'{"n": 1}')
    address = reverse("indicators:raw-file", args=[answer.pk])
    assert answer.sha256[:12] in page(client, held)
    assert client.get(address).status_code == 404
    client.force_login(make_user(is_staff=True))
    response = client.get(address)
    assert response.content == b'{"n": 1}'
    assert response["Content-Disposition"].startswith("attachment")


def test_an_answer_that_is_gone_is_not_there(client, steward, held):
    address = reverse("indicators:raw-file", args=[make_raw_file(held, b"gone").pk])
    assert client.get(address).status_code == 404


def test_the_answers_can_be_read_again(
    client, steward, held, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("indicators:run-replay", args=[held.pk]))
    assert rung == [Run.objects.get(replay_of=held).pk]


def test_a_pull_without_answers_cannot_be_read_again(client, steward, rung):
    run = make_run(make_feed(), state="FAILED")
    response = client.post(reverse("indicators:run-replay", args=[run.pk]), follow=True)
    assert "rien à relire" in response.content.decode()
    assert rung == []
