"""Both paths: servers that exist already, and the private ones when nothing is said."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ops import paths
from ops.platform import free_port
from ops.postgres import Cluster

SHOW = (
    "from django.conf import settings; from django.db import connection; "
    "import config.health as h; print(h._database(), h._broker(), settings.DATABASES['default']['HOST'])"
)


def manage(code: str, **environment: str) -> str:
    clean = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(
        command,
        cwd=paths.ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def redis_port() -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    time.sleep(0.5)
    yield port
    server.terminate()
    server.wait()


@pytest.mark.server
def test_existing_servers_are_used_over_the_network(cluster: Cluster, redis_port: int):
    cluster.start()
    port = free_port()
    cluster.query("postgres", "ALTER SYSTEM SET listen_addresses = '127.0.0.1'")
    cluster.query("postgres", f"ALTER SYSTEM SET port = {port}")
    cluster.query("postgres", "ALTER ROLE gouvernail PASSWORD 'à-l''épreuve'")
    cluster.stop()
    cluster.start()

    said = manage(
        SHOW,
        DATABASE_URL=f"postgis://gouvernail:%C3%A0-l%27%C3%A9preuve@127.0.0.1:{port}/postgres",
        BROKER_URL=f"redis://127.0.0.1:{redis_port}/0",
    )

    assert said.split() == ["ok", "ok", "127.0.0.1"]


def test_private_servers_are_the_default(tmp_path):
    said = manage(
        "from django.conf import settings; print(settings.DATABASES['default']['HOST'], "
        "settings.BROKER_URL)",
        VAR_DIR=str(tmp_path),
    )

    host, broker = said.split()
    assert host.startswith("/")
    assert broker.startswith("redis+socket:///")
