"""Real workers on the database of a test, with a broker of their own."""

import os
import time

import pytest
import redis
from django.conf import settings
from django.db import connection

from ops.paths import VENV
from tests.conftest import ROOT
from tests.platforms import Children


@pytest.fixture
def broker() -> str:
    """A broker of this test process alone: another process's worker must not take our messages."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = settings.BROKER_URL.partition("?")[0] + f"?virtual_host={2 + int(worker)}"
    empty(url)
    return url


def empty(broker: str) -> None:
    path, _, number = broker.removeprefix("redis+socket://").partition("?virtual_host=")
    with redis.Redis(unix_socket_path=path, db=int(number)) as client:
        client.flushdb()


def queue_length(broker: str) -> int:
    path, _, number = broker.removeprefix("redis+socket://").partition("?virtual_host=")
    with redis.Redis(unix_socket_path=path, db=int(number)) as client:
        return client.llen("celery")


@pytest.fixture
def start_worker(broker, tmp_path):
    """Starts a real worker on the test's database; all are stopped at the end. Each address that
    one of them reaches for is noted in `sockets`, a file of the test's folder."""
    group = Children(tmp_path / "workers")

    def start(name: str, lease_s: int = 660, allow: str = "127.0.0.1", database: str = ""):
        environment = os.environ | {
            "DATABASE_URL": database or settings_url(), "BROKER_URL": broker,
            "OUTBOUND_ALLOW": allow, "PULL_LEASE_S": str(lease_s),
            "RAW_STORE": settings.RAW_STORE, "SOCKETS_NOTED": str(tmp_path / "sockets"),
            "PYTHONPATH": str(ROOT / "tests" / "recorder"),
        }  # fmt: skip
        command = [str(VENV / "bin" / "celery"), "-A", "config", "worker", "--concurrency", "1"]
        return group.start(name, command, env=environment, cwd=ROOT)

    yield start
    group.stop(patience_s=0.5)  # the test is over: nothing of theirs is wanted


def settings_url() -> str:
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    return f"{base}/{connection.settings_dict['NAME']}"


def wait_until(condition, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
