"""A real data platform for the demonstration and the tests: pygeoapi over PostgreSQL tables."""

import json
import os
import socket
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from ops import venv
from ops.paths import OpsError
from ops.postgres import ROLE, Cluster
from ops.processes import Group

DATABASE = "plateforme"


@dataclass(frozen=True)
class Collection:
    """A table or a GeoParquet file served as an OGC API Features collection.

    The table has a primary key `id`, a geometry column `geom` (EPSG:4326) and `time_field`; the
    `file`, which is read instead where there is one, a column `id` and the bounds of each row in
    `minx`, `maxx`, `miny` and `maxy`.
    """

    name: str
    title: str
    table: str
    time_field: str | None = None
    file: Path | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Platform:
    """One pygeoapi server on the loopback interface."""

    folder: Path
    cluster: Cluster
    port: int
    database: str = DATABASE
    page_limit: int = 1000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, group: Group, collections: Sequence[Collection]) -> None:
        """Write the configuration, start the server, wait for its first answer."""
        python = venv.ensure(venv.PLATFORM, venv.PLATFORM_VENV)
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "pygeoapi.yml"  # JSON is YAML
        configuration.write_text(json.dumps(self._configuration(collections), indent=1))
        openapi = self.folder / "openapi.yml"
        openapi.write_text(json.dumps({"openapi": "3.0.2", "paths": {}}))
        environment = {
            **os.environ,
            "PYGEOAPI_CONFIG": str(configuration),
            "PYGEOAPI_OPENAPI": str(openapi),
            "PYTHONPATH": "",
        }
        command = [
            str(python.parent / "gunicorn"), "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
            "--threads", "4", "--access-logfile", "-", "pygeoapi.flask_app:APP",
        ]  # fmt: skip
        group.start(f"platform-{self.port}", command, env=environment, cwd=self.folder)
        wait_for(f"{self.url}/conformance?f=json", patience_s=60)

    def _configuration(self, collections: Sequence[Collection]) -> dict[str, object]:
        return {
            "server": {
                "bind": {"host": "127.0.0.1", "port": self.port},
                "url": self.url,
                "mimetype": "application/json; charset=UTF-8",
                "encoding": "utf-8",
                "gzip": False,
                "languages": ["fr"],
                "limits": {
                    "default_items": 100,
                    "max_items": self.page_limit,
                    "on_exceed": "throttle",
                },
                "map": {"url": "", "attribution": ""},
            },
            "logging": {"level": "ERROR"},
            "metadata": _metadata(),
            "resources": {c.name: self._resource(c) for c in collections},
        }

    def _resource(self, collection: Collection) -> dict[str, object]:
        provider = _of_file(collection.file) if collection.file else self._of_table(collection)
        if collection.time_field:
            provider["time_field"] = collection.time_field
        return {
            "type": "collection",
            "title": collection.title,
            "description": collection.title,
            "keywords": ["gouvernail"],
            "links": [],
            "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
            "providers": [provider],
        }

    def _of_table(self, collection: Collection) -> dict[str, object]:
        return {
            "type": "feature",
            "name": "PostgreSQL",
            "data": {
                "host": str(self.cluster.folder),
                "port": 5432,
                "dbname": self.database,
                "user": ROLE,
                "password": "unused",
                "search_path": ["public"],
            },
            "id_field": "id",
            "table": collection.table,
            "geom_field": "geom",
        }


def _of_file(path: Path) -> dict[str, object]:
    return {
        "type": "feature",
        "name": "Parquet",
        "data": {"source": str(path)},
        "id_field": "id",
        "x_field": ["minx", "maxx"],
        "y_field": ["miny", "maxy"],
    }


def _metadata() -> dict[str, object]:
    text = "Plateforme de données de démonstration"
    return {
        "identification": {
            "title": text,
            "description": text,
            "keywords": ["demonstration"],
            "keywords_type": "theme",
            "terms_of_service": "",
            "url": "http://127.0.0.1",
        },
        "license": {"name": "Licence Ouverte 2.0", "url": ""},
        "provider": {"name": text, "url": ""},
        "contact": {"name": text},
    }


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for(url: str, *, patience_s: float) -> None:
    """Wait until an address answers 200. Raises OpsError when patience ends."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            pass
        if time.monotonic() > deadline:
            raise OpsError(f"{url} did not answer within {patience_s:.0f} s.")
        time.sleep(0.1)
