"""Is it alive, is it ready, how is it doing: for supervisors and for Prometheus."""

from collections.abc import Callable
from datetime import timedelta

import redis
from celery import current_app
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from kombu.exceptions import OperationalError
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from config.celery import BEAT
from indicators.models import Run
from reports.models import Document

OVERDUE_AFTER = timedelta(minutes=30)


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database, the broker, the beat and the ledger are well; else 503 and why not."""
    checks = {"database": _database, "broker": _broker, "beat": _beat, "ledger": _ledger}
    found = {name: check() for name, check in checks.items()}
    healthy = all(value == "ok" for value in found.values())
    return JsonResponse(found, status=200 if healthy else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges read from the database: they are the same whichever process answers."""
    registry = CollectorRegistry()
    runs = Gauge("gouvernail_runs", "Runs in the ledger", ["state"], registry=registry)
    for state in Run.State.values:
        runs.labels(state=state).set(Run.objects.filter(state=state).count())
    documents = Gauge("gouvernail_documents", "Documents asked", ["state"], registry=registry)
    for state in Document.State.values:
        documents.labels(state=state).set(Document.objects.filter(state=state).count())
    oldest = Gauge(
        "gouvernail_oldest_due_run_seconds", "Age of the oldest due run", registry=registry
    )
    oldest.set(_oldest_due().total_seconds())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4")


def _database() -> str:
    return _outcome(connection.ensure_connection, DatabaseError)


def _broker() -> str:
    def ring() -> None:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)

    return _outcome(ring, OperationalError, redis.RedisError, OSError)


def _beat() -> str:
    """Without it nothing becomes due, and the ledger looks well."""
    try:
        return str(cache.get(BEAT, "silent"))
    except redis.RedisError:
        return "unreachable"


def _ledger() -> str:
    try:
        late = _oldest_due()
    except DatabaseError:
        return "unreachable"
    return "ok" if late < OVERDUE_AFTER else f"a run is due since {late}"


def _oldest_due() -> timedelta:
    now = timezone.now()
    due = Run.objects.claimable(now).order_by("due_at").values_list("due_at", flat=True).first()
    return now - due if due else timedelta(0)


def _outcome(action: Callable[[], object], *expected: type[Exception]) -> str:
    try:
        action()
    except expected:
        return "unreachable"
    return "ok"
