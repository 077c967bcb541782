"""Portals that are asked page by page, and files that an operator publishes whole."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ops.test import test_cluster as cluster_of_the_tests
from tests.fakes import Exchange, FaultServer
from tests.faults.gated import Source, port_of
from tests.faults.steps import NOW, ROWS
from tests.gbfs_system import System
from tests.gtfs_network import zipped
from tests.peers import ckan, gate, mapserver, static_files, tabular
from tests.sdmx_messages import generic, observation, one_series

MOST = 400  # features of an answer: MapServer starts a program for each
STATIONS = 120
BOXES = {"A": [-0.65, 44.79, -0.55, 44.82], "B": [-0.55, 44.84, -0.50, 44.90]}
DATED = {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"}


def plain_rows() -> list[dict]:
    return [row | {"jour": row["jour"].isoformat()} for row in ROWS]


@contextmanager
def of_ckan(folder: Path) -> Iterator[Source]:
    """A real one, with its DataStore."""
    columns = {"commune": "text", "jour": "date", "valeur": "float8", "statut": "text"}
    with contextmanager(ckan.start_ckan)(folder / "ckan", "ckan_faults") as server:
        server.act("package_create", name="mesures", title="Mesures")
        made = server.act(
            "datastore_create", resource={"package_id": "mesures", "name": "jours"}, force=True,
            fields=[{"id": name, "type": kind} for name, kind in columns.items()],
            records=plain_rows(),
        )  # fmt: skip
        with gate.before(server.port) as door:
            yield Source("ckan", door, f"http://127.0.0.1:{door.port}", made["resource_id"], 20_000,
                         {"time": "jour"})  # fmt: skip


@contextmanager
def of_tabular(_folder: Path) -> Iterator[Source]:
    """The replica of data.gouv's."""
    with tabular.running() as replica:
        columns = {"commune": "string", "jour": "date", "valeur": "float", "statut": "string"}
        replica.load(mesures=tabular.table(ROWS, **columns))
        with gate.before(port_of(replica.url)) as door:
            yield Source("tabular", door, f"http://127.0.0.1:{door.port}", "mesures", 20_000,
                         {"time_field": "jour"})  # fmt: skip


@contextmanager
def of_wfs(folder: Path) -> Iterator[Source]:
    """MapServer."""
    database = f"mapserver_faults_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with ExitStack() as stack:
        started = mapserver.started(folder, cluster_of_the_tests(), database, most=MOST)
        server = stack.enter_context(started)
        server.fill(ROWS)
        door = stack.enter_context(gate.before(server.port))
        yield Source("wfs", door, f"http://127.0.0.1:{door.port}/json", "ms:mesures", 40_000,
                     {"key": "id", "time_field": "jour"})  # fmt: skip


@contextmanager
def of_sdmx(_folder: Path) -> Iterator[Source]:
    """A replica that answers one message, whatever the window."""
    body = generic("".join(
        one_series(place, *(
            observation(row["jour"].isoformat(), str(row["valeur"]))
            for row in ROWS if row["commune"] == place
        ))
        for place in "ABZ"
    ))  # fmt: skip

    def answer(exchange: Exchange) -> None:
        exchange.send(body, headers={"Content-Type": "application/xml"})

    mapping = {
        "time": DATED | {"field": "TIME_PERIOD"},
        "value": {"field": "OBS_VALUE"}, "zone": {"field": "GEO"},
    }  # fmt: skip
    with FaultServer(otherwise=answer) as server, gate.before(port_of(server.url)) as door:
        yield Source("sdmx", door, f"http://127.0.0.1:{door.port}", "MESURES", 20_000,
                     mapping=mapping)  # fmt: skip


@contextmanager
def of_gtfs(folder: Path) -> Iterator[Source]:
    """A zip on a static server; most of it is a file that no count needs."""
    mapping = {
        "time": DATED | {"field": "date"}, "value": {"field": "departures"},
        "zone": {"field": "zone"},
    }  # fmt: skip
    with static_files.served(folder) as server, gate.before(port_of(server.url)) as door:
        server.put("gtfs.zip", zipped(shapes=os.urandom(20_000).hex()))
        yield Source("gtfs", door, f"http://127.0.0.1:{door.port}/gtfs.zip", "departures_per_day",
                     10_000, {"zone_stops": BOXES}, mapping)  # fmt: skip


@contextmanager
def of_gbfs(folder: Path) -> Iterator[Source]:
    """The state of bicycle stations on a static server, a minute before it is asked."""
    mapping = {
        "time": {"field": "at", "timezone": "Europe/Paris", "period": "HOUR"},
        "value": {"field": "num_bikes_available"}, "series": ["station_id"],
        "zone": {"field": "region_id"},
    }  # fmt: skip
    with static_files.served(folder) as server, gate.before(port_of(server.url)) as door:
        url, regions = f"http://127.0.0.1:{door.port}", [*("AB" * (STATIONS // 2)), "Z"]
        system = System(folder, url, stations=len(regions), regions=regions)
        system.report(NOW, {n: n % 20 for n in range(len(regions))})
        yield Source("gbfs", door, f"{url}/gbfs.json", "station_status", 18_000, mapping=mapping)
