"""What reading the zip of a large network costs: memory above Django's own, and seconds.

A generated network, its days read as the pull reads them, each collection in a process of its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import numpy as np  # noqa: E402 - after the set-up

from indicators.connectors.asked import marked  # noqa: E402 - after the set-up
from indicators.connectors.base import Answer, HttpPolicy, Query, Window  # noqa: E402 - after
from indicators.connectors.registry import about, opened  # noqa: E402 - after the set-up

STOP_TIMES = int(os.environ.get("BENCH_STOP_TIMES", "2000000"))
STOPS, A_TRIP, SERVICES = 4000, 25, 40
START = datetime(2024, 1, 1, tzinfo=UTC)
WEEK = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"


def main() -> None:
    about("gtfs")
    if len(sys.argv) > 1:
        print(json.dumps(_measure(Path(sys.argv[1]), sys.argv[2])))
        return
    print(f"## Days of a GTFS of {STOP_TIMES:,} stop times\n")
    print("| collection | rows | seconds | memory above Django's MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gtfs.zip"
        write(path)
        for collection in ("departures_per_day", "stops_served", "frequent_stops"):
            command = [sys.executable, __file__, str(path), collection]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            one = json.loads(done.stdout.splitlines()[-1])
            print(f"| {collection} | {one['rows']:,} | {one['s']:.1f} | {one['mb']:.0f} |")


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(path: Path, collection: str) -> dict[str, float]:
    before, started, rows = _memory_mb(), time.perf_counter(), 0
    window = Window(START, START + timedelta(days=30))
    answer = marked(Answer("http://bench/gtfs.zip", "application/zip", path), window)
    with opened("gtfs", Query("http://bench/gtfs.zip", collection), HttpPolicy(())) as connector:
        for batch in connector.read([answer]):
            rows += len(batch)
    return {"rows": rows, "s": time.perf_counter() - started, "mb": _memory_mb() - before}


def write(path: Path, stop_times: int = STOP_TIMES) -> None:
    """Ids as long as operators write them; trips in a random order of the day."""
    random = np.random.default_rng(1)
    trips = stop_times // A_TRIP
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("agency.txt", "agency_name,agency_timezone\nRéseau,Europe/Paris\n")
        archive.writestr("calendar.txt", _calendar())
        places = random.uniform((-0.75, 44.7), (-0.45, 44.95), (STOPS, 2))
        lines = (f"quay:{n:06d},Arrêt {n},{y:.6f},{x:.6f}" for n, (x, y) in enumerate(places))
        archive.writestr("stops.txt", "\n".join(["stop_id,stop_name,stop_lat,stop_lon", *lines]))
        told = (f"line:{n % 90},svc:{n % SERVICES},trip:2024:{n:08d}" for n in range(trips))
        archive.writestr("trips.txt", "\n".join(["route_id,service_id,trip_id", *told]))
        with archive.open("stop_times.txt", "w") as file:
            file.write(b"trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n")
            for trip in range(trips):
                file.write(_trip(trip, random).encode())


def _calendar() -> str:
    ones = ",".join("1" * 7)
    lines = (f"svc:{n},{ones},20240101,20241231" for n in range(SERVICES))
    return "\n".join([f"service_id,{WEEK},start_date,end_date", *lines])


def _trip(trip: int, random: np.random.Generator) -> str:
    start, first = int(random.integers(5 * 3600, 23 * 3600)), int(random.integers(STOPS))
    lines = []
    for n in range(A_TRIP):
        clock, stop = start + 90 * n, (first + n) % STOPS
        at = f"{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
        lines.append(f"trip:2024:{trip:08d},{at},{at},quay:{stop:06d},{n},0\n")
    return "".join(lines)


if __name__ == "__main__":
    main()
