"""What supervisors and Prometheus read."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from config import celery, health
from tests.factories.indicators import make_feed, make_run

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so_without_asking_the_database(
    client: Client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


@pytest.fixture(autouse=True)
def own_beat(monkeypatch):
    """The cache is shared: a worker of another test must not beat for this one."""
    key = f"beat-{uuid4()}"
    monkeypatch.setattr(celery, "BEAT", key)
    monkeypatch.setattr(health, "BEAT", key)
    yield
    cache.delete(key)


def test_it_is_ready_when_all_answer(client: Client):
    celery.heartbeat()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "beat": "ok", "ledger": "ok"}


def test_it_is_not_ready_when_the_beat_is_silent(client: Client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["beat"] == "silent"


def test_it_is_not_ready_when_a_run_has_been_due_for_long(client: Client):
    make_run(make_feed(), due_at=timezone.now() - timedelta(hours=2))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["ledger"].startswith("a run is due since 2:00:00")


def test_it_is_not_ready_without_a_broker(client: Client, settings):
    from config.celery import app

    before = app.conf.broker_url
    app.conf.broker_url = app.conf.broker_write_url = "redis+socket:///nowhere/redis.sock"
    app.pool.force_close_all()
    try:
        answer = client.get("/readyz")
    finally:
        app.conf.broker_url = app.conf.broker_write_url = before

    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"


def test_metrics_count_the_ledger(client: Client):
    make_run(make_feed(), state="FAILED")

    text = client.get("/metrics").content.decode()

    assert 'gouvernail_runs{state="FAILED"} 1.0' in text
    assert "gouvernail_oldest_due_run_seconds" in text
