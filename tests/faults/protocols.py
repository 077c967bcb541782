"""The same measures behind other protocols, each before a door that can be held."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, time
from pathlib import Path

from tests.faults import portals
from tests.faults.gated import Source, port_of
from tests.faults.steps import ROWS
from tests.peers import gate, moto, opendatasoft, sensorthings, warehouse
from tests.peers.lake import as_parquet

MEASURES = "commune text, jour date, valeur float8, statut text"
FIELDS = {"commune": "text", "jour": "date", "valeur": "double", "statut": "text"}
FEW = 60  # observations: the peer takes 10 ms for each


@contextmanager
def of_opendatasoft(_folder: Path) -> Iterator[Source]:
    with opendatasoft.running() as replica:
        replica.load(opendatasoft.of_rows("mesures", ROWS, FIELDS))
        with gate.before(port_of(replica.url)) as door:
            yield Source("opendatasoft", door, f"http://127.0.0.1:{door.port}", "mesures", 20_000,
                         {"time_field": "jour"})  # fmt: skip


@contextmanager
def of_sql(_folder: Path) -> Iterator[Source]:
    name = f"warehouse-faults-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with ExitStack() as stack:
        server = stack.enter_context(contextmanager(warehouse.start_warehouse)(name))
        server.fill("ouvert.mesures", MEASURES, [tuple(row.values()) for row in ROWS])
        door = stack.enter_context(gate.before(server.port))
        address = f"postgresql://127.0.0.1:{door.port}/{warehouse.DATABASE}"
        yield Source("sql", door, address, "ouvert.mesures", 8_000, {"sslmode": "disable"})


@contextmanager
def of_files(folder: Path) -> Iterator[Source]:
    with moto.started(folder) as store:
        store.empty()
        store.put("mesures.parquet", as_parquet(ROWS, compression="none", use_dictionary=False))
        with gate.before(port_of(store.url)) as door:
            yield Source("files", door, "s3://lac", "mesures.parquet", 8_000,
                         {"endpoint": f"http://127.0.0.1:{door.port}"})  # fmt: skip


@contextmanager
def of_sensorthings(folder: Path) -> Iterator[Source]:
    with contextmanager(sensorthings.start_sensorthings)(folder) as server:
        stream = server.add_datastream("A")
        days = [row["jour"] for row in ROWS if row["commune"] == "A"][-FEW:]
        server.observe(stream, [
            (datetime.combine(day, time(12), UTC).isoformat(), float(n)) for n, day in enumerate(days)
        ])  # fmt: skip
        with gate.before(server.port) as door:
            mapping = {
                "time": {"field": "phenomenonTime", "timezone": "Europe/Paris", "period": "DAY"},
                "value": {"field": "result"}, "zone": {"field": "datastream_name"},
            }  # fmt: skip
            yield Source("sensorthings", door, f"http://127.0.0.1:{door.port}/v1.1",
                         f"Datastreams('{stream}')", 1_500, mapping=mapping)  # fmt: skip


SOURCES: dict[str, Callable[[Path], object]] = {
    "opendatasoft": of_opendatasoft,
    "sql": of_sql,
    "files": of_files,
    "sensorthings": of_sensorthings,
    "ckan": portals.of_ckan,
    "tabular": portals.of_tabular,
    "wfs": portals.of_wfs,
    "sdmx": portals.of_sdmx,
    "gtfs": portals.of_gtfs,
    "gbfs": portals.of_gbfs,
}
