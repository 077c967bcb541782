"""The private Redis starts, answers on its socket alone, and stays where it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from ops import paths
from ops.processes import Group
from ops.redis import Redis, private_redis

pytestmark = pytest.mark.server


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    group = Group(tmp_path / "run")
    yield group
    group.stop()


def test_it_answers_on_its_socket_and_keeps_nothing(short_folder: Path, group: Group):
    server = Redis(short_folder / "redis")
    server.start(group)
    client = redis.Redis.from_url(server.cache_url)

    assert client.ping()
    assert client.config_get("port")["port"] == "0"
    assert client.config_get("save")["save"] == ""
    assert (server.folder.stat().st_mode & 0o777) == 0o700


def test_it_starts_after_a_crash_that_left_its_socket(short_folder: Path, group: Group):
    server = Redis(short_folder / "redis")
    server.start(group)
    os.kill(group.records()[0].pid, 9)

    server.start(group)

    assert server.answers()


def test_its_folder_stays_the_same_once_it_runs(short_folder: Path, group: Group, monkeypatch):
    monkeypatch.setattr(paths, "VAR", short_folder)
    before = private_redis()
    before.start(group)

    assert private_redis() == before
