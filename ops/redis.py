"""A private Redis: own folder, a socket, nothing kept on disk.

The broker is a doorbell: the run ledger in the database decides what is due.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ops import paths
from ops.paths import OpsError
from ops.processes import Group


@dataclass(frozen=True)
class Redis:
    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        return f"unix://{self.socket}?db=1"

    def start(self, group: Group) -> None:
        """Start the server unless it answers. Raises OpsError if it does not come up."""
        if self.answers():
            return
        program = shutil.which("redis-server")
        if program is None:
            raise OpsError("Redis is not installed: redis-server was not found.")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.socket.unlink(missing_ok=True)
        command = [
            program, "--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700",
            "--dir", str(self.folder), "--save", "", "--appendonly", "no",
            "--maxmemory", "256mb", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        group.start("redis", command, env=os.environ, cwd=self.folder)
        deadline = time.monotonic() + 15
        while not self.answers():
            if time.monotonic() > deadline:
                raise OpsError(f"Redis did not start; see {group.folder / 'redis.log'}")
            time.sleep(0.05)

    def answers(self) -> bool:
        if not self.socket.exists():
            return False
        command = ["redis-cli", "-s", str(self.socket), "ping"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=10)
        return done.stdout.strip() == "PONG"


def redis_in(name: str) -> Redis:
    """A Redis in a folder of this checkout; it runs as whoever starts it, root included."""
    return Redis(paths.server_folder(name, entered_by_server_user=False))


def private_redis() -> Redis:
    """The Redis that `make demo` uses."""
    return redis_in("redis")
