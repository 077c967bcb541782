"""A real pygeoapi over tables of the test cluster, one for each worker of the test run."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from ops.platform import Collection, Platform, free_port, wait_for
from ops.postgres import ROLE
from ops.processes import Group
from ops.test import test_cluster as cluster_of_the_tests

MEASURES = """
    CREATE TABLE IF NOT EXISTS {name} (
        id serial PRIMARY KEY,
        geom geometry(Point, 4326) DEFAULT ST_SetSRID(ST_MakePoint(-0.5, 45.2), 4326),
        counter_id double precision, nom text, commune text, jour date,
        valeur double precision, statut text
    )
"""
COLUMNS = ("counter_id", "nom", "commune", "jour", "valeur", "statut")
FILES = ("fichier", "fichier_sans_date")  # collections of one GeoParquet file
AT = shapely.Point(-0.5, 45.2)
WHERE = {"minx": AT.x, "miny": AT.y, "maxx": AT.x, "maxy": AT.y, "geometry": AT.wkb}
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


@dataclass(frozen=True)
class TestPlatform:
    __test__ = False
    server: Platform

    @property
    def url(self) -> str:
        return self.server.url

    def connect(self) -> psycopg.Connection:
        folder = str(self.server.cluster.folder)
        return psycopg.connect(host=folder, dbname=self.server.database, user=ROLE, autocommit=True)

    def fill(self, rows: Iterable[dict], table: str = "mesures") -> None:
        """Replace the rows of a collection."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {table} RESTART IDENTITY")
            with cursor.copy(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row([row.get(name) for name in COLUMNS])

    def write(self, rows: Iterable[dict], kind: pa.DataType, rows_a_group: int = 7) -> None:
        """Replace the GeoParquet file, whose dates are of `kind`."""
        listed = [
            {"id": f"{row['commune']}/{row['jour']}", **row, **WHERE}
            for row in sorted(rows, key=lambda row: (row["commune"], row["jour"]))
        ]
        table = pa.Table.from_pylist(listed)
        place = table.schema.get_field_index("jour")
        days = pa.array([row["jour"] for row in listed]).cast(kind)
        table = table.set_column(place, "jour", days)
        table = table.replace_schema_metadata({"geo": json.dumps(GEO)})
        pq.write_table(table, file_of(self.server.folder), row_group_size=rows_a_group)

    def change(self, sql: str) -> None:
        with self.connect() as connection:
            connection.execute(sql)


def file_of(folder: Path) -> Path:
    return folder / "mesures.parquet"


class Children(Group):
    """Processes that the test runner itself waits for: none is left unreaped."""

    def start(self, name, command, *, env, cwd):
        process = super().start(name, command, env=env, cwd=cwd)
        self.children = [*getattr(self, "children", []), process]
        return process

    def stop(self, **options):
        stopped = super().stop(**options)
        for process in getattr(self, "children", []):
            process.wait(timeout=10)
        return stopped


def start_platform(folder: Path) -> Iterator[TestPlatform]:
    """Collections dated by `jour`, at most 1,000 rows a page: `mesures` and `comptages` of tables,
    `fichier` of a GeoParquet file; `fichier_sans_date` is the same, and cannot be asked by date."""
    cluster = cluster_of_the_tests()
    database = f"platform_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    cluster.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    cluster.create_database(database)
    platform = TestPlatform(Platform(folder, cluster, free_port(), database, page_limit=1000))
    for name in ("mesures", "comptages"):
        platform.change(MEASURES.format(name=name))
    group = Children(folder / "run")
    collections = [Collection(name, name, name, "jour") for name in ("mesures", "comptages")]
    for name, time_field in zip(FILES, ("jour", None), strict=True):
        collections.append(Collection(name, name, "", time_field, file=file_of(folder)))
    try:
        platform.server.start(group, collections)
        # its first answer takes longer than a pull of the tests is patient for
        wait_for(f"{platform.url}/collections/mesures/items?f=json&limit=1", patience_s=60)
        yield platform
    finally:
        group.stop()
        cluster.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPlatform]:
    yield from start_platform(tmp_path_factory.mktemp("platform"))
