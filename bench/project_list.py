"""How fast the list of projects answers: 20, 200 and 2,000 projects, through gunicorn on loopback."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.client import HTTPConnection
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after the set-up
from django.contrib.gis.geos import Point  # noqa: E402 - after the set-up
from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection, connections  # noqa: E402 - after the set-up
from django.test import Client  # noqa: E402 - after the set-up
from django.test.utils import CaptureQueriesContext  # noqa: E402 - after the set-up

from portfolio.models import (  # noqa: E402 - after the set-up
    CostEstimate,
    Milestone,
    PaymentCredit,
    Programme,
    Project,
    ProjectZone,
    User,
    Zone,
)
from tests.factories.portfolio import (  # noqa: E402 - after the set-up
    make_organisation,
    make_phase_set,
    make_programme,
    make_zone,
)

DATABASE = "bench_project_list"
NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SIZES = (20, 200, 2000)
REQUESTS, WARM_UP = 60, 5
ADDRESSES = {
    "first page": "/pilotage/projets/?all=1",
    "last page, by cost": "/pilotage/projets/?sort=-current_eur&page=last",
    "by next milestone": "/pilotage/projets/?sort=milestone",
    "by delay": "/pilotage/projets/?sort=-commissioning",
    "searched and filtered": "/pilotage/projets/?q=projet+pont&state=ACTIVE",
}


def main() -> None:
    fresh_database()
    call_command("collectstatic", verbosity=0, interactive=False)
    agent = User.objects.create_user("bench", organisation=make_organisation())
    client = Client()
    client.force_login(agent)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    times: dict[tuple[str, int], list[float]] = {}
    queries: dict[int, int] = {}
    for size in SIZES:
        seed(size)
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESSES["first page"], headers={"host": "localhost"})
        queries[size] = len(captured)
        connections.close_all()
        with _server() as port:
            for name, address in ADDRESSES.items():
                times[name, size] = _measured(port, address, cookie)
    _report(times, queries)
    drop()


def _report(times: dict[tuple[str, int], list[float]], queries: dict[int, int]) -> None:
    print("## The list of projects, as it is read on the screen\n")
    print("gunicorn, two workers, one request at a time on loopback, the server on the same cores;")
    print(f"{REQUESTS} requests each; 100 projects a page; SQL queries of the first page: "
          + ", ".join(f"{count} for {size:,}" for size, count in queries.items()) + ".\n")  # fmt: skip
    print("| what | projects | p50 ms | p95 ms | p95 beside 20 projects |\n|---|---|---|---|---|")
    for name in ADDRESSES:
        base = _p95(times[name, SIZES[0]])
        for size in SIZES:
            taken = times[name, size]
            p50 = statistics.median(taken)
            ratio = _p95(taken) / base
            print(f"| {name} | {size:,} | {p50:.0f} | {_p95(taken):.0f} | {ratio:.1f} |")


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1]


def _measured(port: int, address: str, cookie: str) -> list[float]:
    taken = []
    for number in range(REQUESTS + WARM_UP):
        started = time.perf_counter()
        page = HTTPConnection("127.0.0.1", port, timeout=30)
        page.request("GET", address, headers={"Cookie": cookie, "Host": "localhost"})
        answer = page.getresponse()
        body = answer.read()
        if answer.status != 200 or b"<tbody>" not in body:
            raise SystemExit(f"{address}: {answer.status}")
        page.close()
        if number >= WARM_UP:
            taken.append((time.perf_counter() - started) * 1000)
    return taken


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    base, _slash, query = os.environ["DATABASE_URL"].partition("?")
    url = f"{base.rsplit('/', 1)[0]}/{DATABASE}" + (f"?{query}" if query else "")
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "2",
               "--bind", f"127.0.0.1:{port}", "--log-level", "error"]  # fmt: skip
    server = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
    try:
        _wait(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start")


def seed(size: int) -> None:
    """More projects until there are `size`, each with milestones, versions, credits and zones."""
    chance = Random(size)
    phase_set = make_phase_set()
    phases = list(phase_set.phases.all())
    known = Project.objects.count()
    if not known:
        for _ in range(20):
            make_programme()
            make_zone()
    programmes = list(Programme.objects.all())
    projects = Project.objects.bulk_create(
        Project(
            code=f"B-{n:05d}", name_fr=f"Projet {chance.randrange(10**6)} du pont {n}",
            summary_fr="Une rue plus large, des arbres, un passage. " * 6, phase_set=phase_set,
            phase=chance.choice(phases), visibility="INTERNAL", programme=chance.choice(programmes),
            geometry=Point(-0.5 + chance.random() / 10, 45.2 + chance.random() / 10, srid=4326),
            starts_on=date(2024, 1, 1) + timedelta(days=chance.randrange(900)),
            created_at=NOW, updated_at=NOW,
        )
        for n in range(known, size)
    )  # fmt: skip
    _below(projects, chance)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _below(projects: list[Project], seed: Random) -> None:
    start = date(2025, 1, 1)
    Milestone.objects.bulk_create(
        Milestone(project=p, code=f"j{i}", name_fr=f"Jalon {i}", original_on=day,
                  current_on=day + timedelta(days=seed.choice([0, 0, 40, 200])),
                  actual_on=day if i < 2 else None, is_commissioning=i == 5)
        for p in projects
        for i, day in enumerate(sorted(start + timedelta(days=seed.randrange(1500)) for _ in range(6)))
    )  # fmt: skip
    CostEstimate.objects.bulk_create(
        CostEstimate(project=p, version=v, amount_eur=Decimal(seed.randrange(10**8)),
                     valued_on=start, reason="Révision", recorded_at=NOW)
        for p in projects for v in (1, 2, 3)
    )  # fmt: skip
    PaymentCredit.objects.bulk_create(
        PaymentCredit(project=p, year=year, voted_eur=Decimal(10**6), recorded_at=NOW)
        for p in projects for year in range(2024, 2030)
    )  # fmt: skip
    zones = list(Zone.objects.all())
    ProjectZone.objects.bulk_create(
        ProjectZone(project=p, zone=zone, origin="INTERSECTION")
        for p in projects for zone in seed.sample(zones, 3)
    )  # fmt: skip


def fresh_database() -> None:
    drop()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connections.close_all()
    connection.settings_dict["NAME"] = DATABASE
    call_command("migrate", verbosity=0)


def drop() -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


if __name__ == "__main__":
    main()
