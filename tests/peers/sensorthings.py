"""A real SensorThings server over a database of the test cluster."""

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops import venv
from ops.paths import OpsError
from ops.platform import free_port, wait_for
from ops.postgres import ROLE, Cluster
from ops.test import test_cluster as cluster_of_the_tests
from tests.platforms import Children

SITE = Path(__file__).parent / "sensorthings_project" / "site_settings.py"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@dataclass(frozen=True)
class SensorThings:
    """One server. Identifiers of its entities are UUIDs, written between quotes."""

    folder: Path
    cluster: Cluster
    port: int
    database: str

    @property
    def host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.host}/v1.1"

    def start(self, group: Children) -> None:
        python = venv.ensure(venv.SENSORTHINGS, venv.SENSORTHINGS_VENV)
        self.folder.mkdir(parents=True, exist_ok=True)
        migrate = [str(python), "-m", "django", "migrate", "-v", "0"]
        done = subprocess.run(
            migrate, check=False, cwd=self.folder, env=self._environment(), capture_output=True
        )
        if done.returncode != 0:
            raise OpsError(f"the peer's tables could not be made: {done.stderr[-2000:]!r}")
        command = [
            str(python.parent / "gunicorn"), "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
            "--threads", "4", "--no-control-socket", "django.core.wsgi:get_wsgi_application()",
        ]  # fmt: skip
        group.start("sensorthings", command, env=self._environment(), cwd=self.folder)
        wait_for(f"{self.url}/", patience_s=60)

    def add(self, entities: str, **fields: object) -> str:
        """The identifier of a new entity."""
        _, location = self._post(entities, fields)
        return location.rsplit("('", 1)[1].removesuffix("')")

    def add_datastream(self, name: str, unit: str = "passages") -> str:
        """A datastream with all that it must belong to."""
        about = {"name": name, "description": name}
        units = {"name": unit, "symbol": unit, "definition": "http://example.org/unit"}
        links = {
            "Thing": about,
            "ObservedProperty": {**about, "definition": "http://example.org/property"},
            "Sensor": {**about, "encodingType": "text/html", "metadata": "http://example.org"},
        }
        return self.add("Datastreams", **about, unitOfMeasurement=units,
                        observationType=MEASUREMENT, **links)  # fmt: skip

    def observe(self, datastream: str, rows: Sequence[tuple[str, float]], **more: object) -> None:
        """Add observations: (phenomenonTime, result); `more` is said of each of them."""
        feature = {"type": "Point", "coordinates": [-0.5, 44.8]}
        place = self.add("FeaturesOfInterest", name="lieu", description="lieu",
                         encodingType="application/geo+json", feature=feature)  # fmt: skip
        names = ["phenomenonTime", "result", "resultTime", "FeatureOfInterest/id", *more]
        values = [[when, value, when.split("/")[0], place, *more.values()] for when, value in rows]
        group = {"Datastream": {"@iot.id": datastream}, "components": names, "dataArray": values}
        told, _ = self._post("CreateObservations", [group])
        assert b"error" not in told, told

    def get(self, path: str) -> dict:
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=60) as answer:
            return json.load(answer)

    def _post(self, path: str, document: object) -> tuple[bytes, str]:
        """What it answers, and where what was made is."""
        request = urllib.request.Request(
            f"{self.url}/{path}", data=json.dumps(document).encode(),
            headers={"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read(), answer.headers.get("Location", "")

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SITE.stem,
            "PYTHONPATH": str(SITE.parent),
            "PEER_DATABASE": self.database,
            "PEER_HOST": str(self.cluster.folder),
            "PEER_ROLE": ROLE,
            "PEER_URL": self.host,
        }


def start_sensorthings(folder: Path) -> Iterator[SensorThings]:
    cluster, worker = cluster_of_the_tests(), os.environ.get("PYTEST_XDIST_WORKER", "main")
    server = SensorThings(folder, cluster, free_port(), f"sensorthings_{worker}")
    group = Children(folder / "run")
    try:
        _drop(cluster, server.database)
        cluster.create_database(server.database)
        server.start(group)
        yield server
    finally:
        group.stop()
        _drop(cluster, server.database)


def _drop(cluster: Cluster, name: str) -> None:
    cluster.query("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
