"""How fast fetched observations are published, beside a bare COPY of the same rows.

From a Parquet file, as a connector gives it, to committed versions: dated, named, checked, staged,
sifted, compared, inserted. Each size in a process of its own, so that its memory can be told.
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import numpy as np  # noqa: E402 - after the set-up
import pyarrow as pa  # noqa: E402 - after the set-up
import pyarrow.parquet as pq  # noqa: E402 - after the set-up
from django.core.management import call_command  # noqa: E402 - after the set-up
from django.db import connection, connections, transaction  # noqa: E402 - after the set-up

from indicators import storage  # noqa: E402 - after the set-up
from indicators.connectors.base import Window  # noqa: E402 - after the set-up
from indicators.models import Feed, Run  # noqa: E402 - after the set-up
from indicators.services import observations  # noqa: E402 - after the set-up
from indicators.services.mapping import FeedMapping  # noqa: E402 - after the set-up
from indicators.services.reading import BatchReader  # noqa: E402 - after the set-up
from indicators.services.zones import ZoneBook  # noqa: E402 - after the set-up
from tests.factories.indicators import make_feed, make_run  # noqa: E402 - after the set-up

DATABASE = "bench_ingest"
SIZES = tuple(int(text) for text in os.environ.get("BENCH_ROWS", "100000,1000000").split(","))
SERIES, BATCH = 200, 16_384
START = datetime(2000, 1, 1, tzinfo=UTC)
WINDOW = Window(START, datetime(2100, 1, 1, tzinfo=UTC))
KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
MAPPING = {
    "time": {"field": "instant", "timezone": "UTC", "period": "HOUR"},
    "value": {"field": "valeur"},
    "series": ["compteur"],
}
COPY = """COPY indicators_observationversion
    (series_id, period_start, period_end, value, absence, status, known_from, run_id) FROM STDIN"""


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(_measure(int(sys.argv[1]))))
        return
    told = {size: _apart(size) for size in SIZES}
    print("## From a Parquet file to published observations\n")
    print(
        "| rows | bare COPY s | first s | again s | first beside COPY | first beside again | memory taken MB |"
    )
    print("|---|---|---|---|---|---|---|")
    for size, one in told.items():
        print(f"| {size:,} | {one['bare']:.2f} | {one['first']:.2f} | {one['again']:.2f} "
              f"| {one['first'] / one['bare']:.2f} | {one['first'] / one['again']:.1f} "
              f"| {one['memory_mb']:.0f} |")  # fmt: skip
    small, large = min(told), max(told)
    ratio = math.log(told[large]["first"] / told[small]["first"]) / math.log(large / small)
    print(
        f"\nFrom {small:,} to {large:,} rows the time grows with the power {ratio:.2f} of their number."
    )


def _apart(size: int) -> dict[str, float]:
    command = [sys.executable, __file__, str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure(size: int) -> dict[str, float]:
    _fresh_database()
    feed = make_feed(starts_on=date(2000, 1, 1))
    before = _memory_mb()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.parquet"
        _write(path, size)
        first = _timed(lambda: _publish(path, feed, make_run(feed)))
        again = _timed(lambda: _publish(path, feed, make_run(feed)))
        taken = _memory_mb() - before
        bare = _bare_copy(feed)
    _drop()
    return {"bare": bare, "first": first, "again": again, "memory_mb": taken}


def _memory_mb() -> float:
    """The most that this process has held; Django alone holds some 240 MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write(path: Path, size: int) -> None:
    """Hours of SERIES counters, one after the other in time, in pieces: little memory."""
    names = np.array([f"compteur {n}" for n in range(SERIES)])
    schema = pa.schema([("instant", pa.timestamp("us", tz="UTC")), ("compteur", pa.string()),
                        ("valeur", pa.float64())])  # fmt: skip
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, size, BATCH):
            rows = np.arange(first, min(first + BATCH, size))
            hours = np.datetime64("2000-01-01T00:00:00", "us") + (rows // SERIES) * np.timedelta64(
                1, "h"
            )
            columns = [pa.array(hours).cast(schema.field(0).type), pa.array(names[rows % SERIES]),
                       pa.array((rows % 997).astype(float))]  # fmt: skip
            writer.write_table(pa.table(columns, schema=schema))


def _publish(path: Path, feed: Feed, run: Run) -> None:
    reader = BatchReader(FeedMapping.from_json(MAPPING), WINDOW, ZoneBook())
    storage.begin()
    staged = 0
    for batch in pq.ParquetFile(path).iter_batches(BATCH):
        read = reader.read(batch, most=10)
        observations.stage(read.readings)
        staged += len(read.readings.number)
    storage.sift(most=10)
    with transaction.atomic():
        observations.publish(feed=feed, run=run, keys=reader.keys, staged=staged, known_from=KNOWN)
    storage.end()


def _bare_copy(feed: Feed) -> float:
    """The same rows into the same table with its indexes, written beforehand as COPY wants them."""
    with tempfile.NamedTemporaryFile() as file:
        with (
            connection.cursor() as cursor,
            cursor.copy(COPY.replace("FROM STDIN", "TO STDOUT")) as out,
        ):
            for chunk in out:
                file.write(chunk)
        file.seek(0)
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE indicators_observationversion CASCADE")
        return _timed(lambda: _copy_in(file))


def _copy_in(file: "tempfile._TemporaryFileWrapper[bytes]") -> None:
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
        while chunk := file.read(1 << 20):
            copy.write(chunk)


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


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
