"""Child processes: started in their own group, recorded, stopped by their own ids."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.paths import OpsError


def started_ticks(pid: int) -> int | None:
    """The kernel's start time of a process: with the id, it names one process for good."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[19])


@dataclass(frozen=True)
class Record:
    """A process we started, as written in its pid file."""

    name: str
    pid: int
    ticks: int

    def alive(self) -> bool:
        return started_ticks(self.pid) == self.ticks


class Group:
    """The processes of one command (a demo, a test run), each with a pid file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._children: list[subprocess.Popen[bytes]] = []  # reaped by stop()

    def start(
        self, name: str, command: Sequence[str], *, env: Mapping[str, str], cwd: Path
    ) -> subprocess.Popen[bytes]:
        """Start a process whose output goes to `NAME.log`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=dict(env), cwd=cwd, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        self._children.append(process)
        self.record(name, process.pid)
        return process

    def record(self, name: str, pid: int) -> None:
        """Write the pid file of a process. Raises OpsError if it has already ended."""
        ticks = started_ticks(pid)
        if ticks is None:
            raise OpsError(f"{name} ended at once; see {self.folder / name}.log")
        self.folder.mkdir(parents=True, exist_ok=True)
        record = {"name": name, "pid": pid, "ticks": ticks}
        (self.folder / f"{name}.pid").write_text(json.dumps(record))

    def records(self) -> list[Record]:
        """What the pid files say, dead processes included."""
        found = []
        for path in sorted(self.folder.glob("*.pid")):
            try:
                found.append(Record(**json.loads(path.read_text())))
            except (ValueError, TypeError):
                path.unlink()  # cut short by a crash: it names no process
        return found

    def stop(self, *, skip: Sequence[str] = (), patience_s: float = 10) -> list[str]:
        """Stop every recorded process that still runs; returns their names."""
        stopped = []
        for record in self.records():
            if record.name in skip:
                continue
            if record.alive():
                stop_process(record.pid, patience_s=patience_s)
                stopped.append(record.name)
            (self.folder / f"{record.name}.pid").unlink(missing_ok=True)
        for child in self._children:
            if started_ticks(child.pid) is None:
                child.wait(timeout=5)  # its first thread is gone, the others may still be leaving
        return stopped


def stop_process(pid: int, *, patience_s: float = 10) -> None:
    """End a process and its group: politely first, then by force."""
    ticks = started_ticks(pid)
    for number, wait in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 5.0)):
        if ticks is None or started_ticks(pid) != ticks:
            return
        _signal_group(pid, number)
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline and started_ticks(pid) == ticks:
            _reap(pid)
            time.sleep(0.05)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)
    except ProcessLookupError:
        return


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
