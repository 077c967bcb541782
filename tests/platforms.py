"""A real pygeoapi over tables of the test cluster, one for each worker of the test run."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

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

    def change(self, sql: str) -> None:
        with self.connect() as connection:
            connection.execute(sql)


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
    """Two collections, `mesures` and `comptages`, dated by `jour`; at most 1,000 rows a page."""
    cluster = cluster_of_the_tests()
    database = f"platform_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    cluster.query("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    cluster.create_database(database)
    platform = TestPlatform(Platform(folder, cluster, free_port(), database, page_limit=1000))
    for name in ("mesures", "comptages"):
        platform.change(MEASURES.format(name=name))
    group = Children(folder / "run")
    collections = [Collection(name, name, name, "jour") for name in ("mesures", "comptages")]
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
