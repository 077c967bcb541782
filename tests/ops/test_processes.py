"""Only what we started is stopped, by its own id."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.paths import OpsError
from ops.processes import Group, started_ticks

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_group_stops_what_it_started(tmp_path: Path):
    group = Group(tmp_path)
    process = group.start("sleeper", SLEEP, env=os.environ, cwd=tmp_path)

    assert group.stop() == ["sleeper"]
    assert process.wait(5) != 0
    assert group.records() == []


def test_a_reused_id_is_left_alone(tmp_path: Path):
    group = Group(tmp_path)
    other = subprocess.Popen(SLEEP)
    record = {"name": "old", "pid": other.pid, "ticks": (started_ticks(other.pid) or 0) - 1}
    (tmp_path / "old.pid").write_text(json.dumps(record))

    assert group.stop() == []
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_pid_file_cut_short_is_removed(tmp_path: Path):
    (tmp_path / "web.pid").write_text('{"name": "we')

    assert Group(tmp_path).records() == []
    assert not (tmp_path / "web.pid").exists()


def test_a_process_that_ends_at_once_names_its_log(tmp_path: Path):
    group = Group(tmp_path)
    ended = subprocess.Popen(["true"])
    ended.wait()

    with pytest.raises(OpsError, match=r"web\.log"):
        group.record("web", ended.pid)


def test_a_deaf_process_is_ended_by_force(tmp_path: Path):
    group = Group(tmp_path)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    process = group.start("deaf", [sys.executable, "-c", deaf], env=os.environ, cwd=tmp_path)
    while not (tmp_path / "deaf.log").read_text():
        pass

    group.stop(patience_s=0.3)

    assert process.poll() == -9
