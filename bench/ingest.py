"""How fast observations are published, beside a bare COPY of the same rows."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection, connections, transaction  # noqa: E402 - after the set-up

from indicators import storage  # noqa: E402 - after the set-up
from indicators.models import Feed, ObservationVersion, Run, Series  # noqa: E402 - after the set-up
from tests.factories.indicators import make_feed, make_run  # noqa: E402 - after the set-up

DATABASE = "bench_ingest"
SERIES, PERIODS = 200, 1000
START = datetime(2020, 1, 1, tzinfo=UTC)
KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
COPY = """COPY indicators_observationversion
    (series_id, period_start, period_end, value, absence, status, known_from, run_id) FROM STDIN"""


def main() -> None:
    _fresh_database()
    feed = make_feed()
    series = _series(feed)
    rows = [(s.pk, *_period(n), float(n % 97), "", "FINAL") for s in series for n in range(PERIODS)]
    run = make_run(feed)
    bare = _timed(lambda: _bare_copy(rows, run))
    ObservationVersion.objects.all().delete()
    first = _timed(lambda: storage.merge(rows, run_id=run.pk, known_from=KNOWN))
    again = _timed(lambda: storage.merge(rows, run_id=run.pk, known_from=KNOWN))
    print(f"## Publishing {len(rows):,} observations\n")
    print("| what | seconds | rows/s | ratio to a bare COPY |\n|---|---|---|---|")
    for name, seconds in (("bare COPY into the indexed table", bare),
                          ("first publication (staged, compared, inserted)", first),
                          ("the same rows again, nothing changed", again)):  # fmt: skip
        print(f"| {name} | {seconds:.2f} | {len(rows) / seconds:,.0f} | {seconds / bare:.2f} |")
    _drop()


def _fresh_database() -> None:
    _drop()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    connections.close_all()
    connection.settings_dict["NAME"] = DATABASE
    call_command("migrate", verbosity=0)


def _drop() -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = "postgres"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def _series(feed: Feed) -> list[Series]:
    return Series.objects.bulk_create(Series(feed=feed, key=f"s{n}") for n in range(SERIES))


def _period(number: int) -> tuple[datetime, datetime]:
    start = START + timedelta(days=number)
    return start, start + timedelta(days=1)


def _bare_copy(rows: list[storage.StagedRow], run: Run) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            copy.write_row((*row, KNOWN, run.pk))


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    with transaction.atomic():
        action()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
