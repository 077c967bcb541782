"""How long 1,000 evaluations take by the number of workers, and a night in which little changed.

Projects × measures, each with a locked plan: a synthetic control among twelve zones, or one
interrupted series. Real workers (a process each) on a real broker; each round on a copy of the same
database. BENCH_EVALUATIONS (default 200; the published run: 1000).
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"  # a worker, a core
django.setup()

import numpy as np  # noqa: E402 - after the set-up
import pandas as pd  # noqa: E402 - after the set-up
from django.conf import settings  # noqa: E402 - after the set-up
from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection, connections  # noqa: E402 - after the set-up

from config.celery import app  # noqa: E402 - after the set-up
from indicators.models import (  # noqa: E402 - after the set-up
    Evaluation,
    EvaluationResult,
    EvaluationZone,
    ObservationVersion,
)
from indicators.services import evaluations  # noqa: E402 - after the set-up
from indicators.tasks import evaluate_changed  # noqa: E402 - after the set-up
from portfolio.models import Zone  # noqa: E402 - after the set-up
from tests.factories.indicators import make_feed, make_indicator, make_observations  # noqa: E402 - after the set-up
from tests.factories.portfolio import make_project, make_zone, square  # noqa: E402 - after the set-up

HOW_MANY = int(os.environ.get("BENCH_EVALUATIONS", "200"))
MEASURES, ZONES, DONORS = 10, 40, 12
OPENED = date(2023, 3, 1)
LOCKED = datetime(2023, 2, 1, 9, tzinfo=UTC)
KNOWN = datetime(2026, 1, 5, tzinfo=UTC)
REVISED = datetime(2026, 2, 5, tzinfo=UTC)
MODEL, COPY = "bench_evaluations", "bench_evaluations_copy"
QUIET_S = 3600


def main() -> None:
    cores = os.cpu_count() or 1
    address = settings.DATABASES["default"]["NAME"]
    _use(address)
    _create(MODEL)
    _use(MODEL)
    call_command("migrate", verbosity=0)
    feeds = _prepare()
    rounds = {}
    for workers in range(1, cores + 1):
        _use(address)
        _create(COPY, template=MODEL)
        _use(COPY)
        with _workers(workers):
            rounds[workers] = _night(HOW_MANY)
            if workers == cores:
                unchanged = _night(0)
                revised = _revise(feeds[0])
                changed = _night(revised)
    _use(address)
    for name in (COPY, MODEL):
        _drop(name)
    _tell(rounds, unchanged, changed, revised)


def _tell(rounds: dict[int, float], unchanged: float, changed: float, revised: int) -> None:
    print(f"## {HOW_MANY:,} evaluations by Celery workers\n")
    print("| workers | s | beside one worker, divided by their number |\n|---|---|---|")
    for workers, seconds in rounds.items():
        ideal = rounds[1] / workers
        print(f"| {workers} | {seconds:.1f} | {seconds / ideal:.2f} (1.15 wanted at most) |")
    last = rounds[max(rounds)]
    print(f"\nA night in which nothing changed: {last / unchanged:.1f} times faster. One in which "
          f"{revised} of {HOW_MANY:,} rest on revised figures: {last / changed:.1f} times faster; "
          f"those alone got a new result.")  # fmt: skip


def _prepare() -> list[object]:
    """Measures by month from 2019 to 2025 in the same zones, projects with a plan for each."""
    rng = np.random.default_rng(1)
    zones = [make_zone(geometry=square(x=0.05 * place)) for place in range(ZONES)]
    feeds = []
    for _ in range(MEASURES):
        indicator = make_indicator(zone_aggregation="NONE")
        feeds.append(make_feed(indicator=indicator))
        shared = np.cumsum(rng.normal(0, 0.2, len(_months())))
        for zone in zones:
            noise = rng.normal(0, 0.6, len(_months()))
            _publish(feeds[-1], zone, 40 + rng.normal(0, 3) + shared + noise, KNOWN)
    for number in range(HOW_MANY):
        if number % MEASURES == 0:
            project = make_project()
        _plan(project, feeds[number % MEASURES].indicator, zones, number)
    return feeds


def _months() -> list[date]:
    return [day.date() for day in pd.date_range("2019-01-01", "2025-12-01", freq="MS")]


def _publish(feed, zone, values, known_from: datetime) -> None:
    told = dict(zip(_months(), np.round(values, 3).tolist(), strict=True))
    make_observations(feed, zone, told, known_from=known_from)


def _plan(project, indicator, zones, number: int) -> None:
    design = "SYNTHETIC_CONTROL" if number % 2 else "INTERRUPTED"
    fields = {
        "question": f"Question {number}", "design": design, "expected_direction": "DOWN",
        "reason": "Banc d’essai", "indicator": indicator, "intervention_on": OPENED,
        "before_from": date(2019, 1, 1), "after_until": date(2025, 12, 31),
    }  # fmt: skip
    plan = evaluations.register(project=project, by=None, at=LOCKED, fields=fields)
    place = number // MEASURES % ZONES
    chosen = [zones[(place + step) % ZONES] for step in range(DONORS + 1)]
    role = EvaluationZone.Role
    evaluations.choose_zones(evaluation=plan, role=role.TREATED, zones=chosen[:1], at=LOCKED)
    if plan.compares:
        evaluations.choose_zones(evaluation=plan, role=role.COMPARISON, zones=chosen[1:], at=LOCKED)
    evaluations.lock(evaluation=plan, by=None, at=LOCKED)


def _revise(feed) -> int:
    """New values in one zone of one measure; how many plans read it."""
    zone = Zone.objects.order_by("pk").first()
    held = ObservationVersion.objects.filter(series__feed=feed, series__zone=zone)
    held.update(superseded_at=REVISED)
    _publish(feed, zone, 41 + np.zeros(len(_months())), REVISED)
    plans = Evaluation.objects.filter(indicator=feed.indicator, zones=zone)
    return plans.distinct().count()


def _night(expected: int) -> float:
    """Seconds until every task has been done; as many new results as were expected, no more."""
    before = EvaluationResult.objects.exclude(because="FAMILY").count()
    started = time.perf_counter()
    evaluate_changed.delay()
    _wait_for_quiet(started)
    added = EvaluationResult.objects.exclude(because="FAMILY").count() - before
    if added != expected:
        raise SystemExit(f"{added} results were added, {expected} were expected")
    return time.perf_counter() - started


def _wait_for_quiet(started: float) -> None:
    """Until no task waits in the queue, and none was taken from it without being done."""
    quiet = 0
    with app.connection() as link:  # its own: that of the pool also hears the workers' answers
        broker = link.default_channel.client
        while quiet < 3:
            if time.perf_counter() - started > QUIET_S:
                raise SystemExit("the workers did not finish")
            time.sleep(0.1)
            busy = broker.llen("celery") or broker.hlen("unacked")
            quiet = 0 if busy else quiet + 1


@contextmanager
def _workers(count: int) -> Iterator[None]:
    """As many processes of one task at a time."""
    environment = os.environ | {"DATABASE_URL": _address(COPY)}
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel", "ERROR",
               "--concurrency", str(count), "--prefetch-multiplier", "1", "--without-gossip",
               "--without-mingle"]  # fmt: skip
    worker = subprocess.Popen(command, env=environment, stdout=sys.stderr, stderr=sys.stderr)
    try:
        _wait_for_workers()
        yield
    finally:
        worker.terminate()
        worker.wait(30)


def _wait_for_workers() -> None:
    for _ in range(120):
        if app.control.inspect(timeout=0.5).ping():
            return
    raise SystemExit("no worker came up")


def _address(name: str) -> str:
    """The same server, another database."""
    head, _, tail = os.environ["DATABASE_URL"].partition("?")
    head = head.rsplit("/", 1)[0]
    return f"{head}/{name}" + (f"?{tail}" if tail else "")


def _use(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _create(name: str, *, template: str = "template1") -> None:
    _drop(name)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    main()
