"""A real PostgreSQL with PostGIS that listens on the loopback interface: a data warehouse, as a
cluster of its own. `lecteur` has a password and may read `ouvert`; `gouvernail` has none."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import psycopg
import pytest

from ops import paths
from ops.platform import free_port
from ops.postgres import Cluster, binary

NUMBERS = count(1)
READER = "lecteur:mot de passe"
DATABASE = "entrepot"
ADMITTED = """
local all all trust
host all gouvernail 127.0.0.1/32 trust
host all en_clair 127.0.0.1/32 password
host all all 127.0.0.1/32 scram-sha-256
"""
SCHEMA = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE ROLE lecteur LOGIN PASSWORD 'mot de passe';
CREATE ROLE en_clair LOGIN PASSWORD 'mot de passe';
CREATE SCHEMA ouvert;
CREATE SCHEMA ferme;
GRANT USAGE ON SCHEMA ouvert TO lecteur, gouvernail;
ALTER DEFAULT PRIVILEGES IN SCHEMA ouvert GRANT SELECT ON TABLES TO lecteur, gouvernail;
CREATE TABLE ferme.secrets (n int);
"""


@dataclass(frozen=True)
class Warehouse(Cluster):
    port: int = 0

    @property
    def address(self) -> str:
        return f"postgresql://127.0.0.1:{self.port}/{DATABASE}"

    def query(self, database: str, sql: str) -> str:
        command = [str(binary("psql")), "-h", str(self.folder), "-p", str(self.port)]
        words = ["-d", database, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return self._run([*command, *words]).stdout.strip()

    def change(self, sql: str) -> str:
        return self.query(DATABASE, sql)

    def fill(self, table: str, columns: str, rows: list[tuple]) -> None:
        """A new table with these rows; `columns` as in CREATE TABLE."""
        self.change(f"DROP TABLE IF EXISTS {table} CASCADE; CREATE TABLE {table} ({columns})")
        owner = self.query("postgres", "SELECT current_user")
        with (
            psycopg.connect(
                host=str(self.folder), port=self.port, dbname=DATABASE, user=owner
            ) as c,
            c.cursor() as cursor,
            cursor.copy(f"COPY {table} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _settings(self) -> dict[str, str]:
        listening = {"listen_addresses": "127.0.0.1", "port": str(self.port)}
        return super()._settings() | listening


def start_warehouse(name: str) -> Iterator[Warehouse]:
    """A module that imports the fixture has its own: each is a folder of its own."""
    server = Warehouse(paths.server_folder(name), throwaway=True, port=free_port())
    shutil.rmtree(server.folder, ignore_errors=True)
    server.start()
    try:
        (server.data / "pg_hba.conf").write_text(ADMITTED)
        server.create_database(DATABASE)
        server.change(SCHEMA)
        server.query("postgres", "SELECT pg_reload_conf()")
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def warehouse(worker_id: str) -> Iterator[Warehouse]:
    yield from start_warehouse(f"warehouse-{worker_id}-{next(NUMBERS)}")
