"""A private PostgreSQL + PostGIS cluster: own folder, own socket, no TCP, no systemd."""

import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ops import paths
from ops.paths import OpsError
from ops.processes import started_ticks

ROLE = "gouvernail"
BIN_FOLDERS = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
TEST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """One private cluster. `folder` holds `data/` and the socket."""

    folder: Path
    throwaway: bool = False  # tests: speed before durability

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str, role: str = ROLE) -> str:
        return f"postgis://{role}@{quote(str(self.folder), safe='')}/{database}"

    def start(self) -> None:
        """Create the cluster if there is none, start it if it is not running.

        Safe after a crash, a stale pid file, or an upgrade of the packages.
        """
        paths.make_private(self.folder)
        paths.require_free_space(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self.running() and self._outdated():
            self.stop()
        if not self.running():
            self._remove_stale_pid()
            self._start()

    def stop(self) -> None:
        if self.running():
            self._control("stop", "-m", "fast", "-w", "-t", "30")

    def running(self) -> bool:
        """True if the server lives; one that was killed and not yet reaped does not."""
        if self._control("status", check=False).returncode != 0:
            return False
        return not Path("/proc/self").exists() or started_ticks(self._pid()) is not None

    def _pid(self) -> int:
        first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
        return int(first or 0)

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Create a database owned by the application's role, unless it exists."""
        if self.query("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            return
        self.query("postgres", f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE "{template}"')

    def query(self, database: str, sql: str) -> str:
        """Run a statement as the cluster's superuser; returns bare text."""
        command = [str(binary("psql")), "-h", str(self.folder), "-d", database, "-XAtq"]
        done = self._run([*command, "-v", "ON_ERROR_STOP=1", "-c", sql])
        return done.stdout.strip()

    def _create(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a creation cut short
        self._run(
            [str(binary("initdb")), "-D", str(self.data), "-A", "trust", "--locale=C.UTF-8",
             "-E", "UTF8", "--no-instructions"]
        )  # fmt: skip
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            for name, value in self._settings().items():
                settings.write(f"{name} = '{value}'\n")
        self._start()
        self.query("postgres", f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        for extension in ("postgis", "unaccent"):
            self.query("template1", f"CREATE EXTENSION IF NOT EXISTS {extension}")

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "unix_socket_permissions": "0700",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "timezone": "UTC",
        }
        return settings | (TEST_SETTINGS if self.throwaway else {})

    def _start(self) -> None:
        log = self.folder / "postgres.log"
        done = self._control("start", "-w", "-t", "60", "-l", str(log), check=False)
        if done.returncode != 0:
            tail = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
            raise OpsError("PostgreSQL did not start:\n  " + "\n  ".join(tail or [done.stderr]))

    def _outdated(self) -> bool:
        """True if the running server is older than the installed files (an apt upgrade)."""
        try:
            running = self.query("postgres", "SHOW server_version").split()[0]
        except OpsError:
            return True  # its sessions break: the files changed under it
        return running != installed_version()

    def _remove_stale_pid(self) -> None:
        """After a crash, another process may have the old id: PostgreSQL would then refuse."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        command = Path(f"/proc/{self._pid()}/cmdline")
        if command.exists() and str(self.data).encode() in command.read_bytes():
            os.kill(self._pid(), signal.SIGQUIT)  # our server, deaf to pg_ctl
            time.sleep(1)
        for stale in [pid_file, *self.folder.glob(".s.PGSQL.*")]:
            stale.unlink(missing_ok=True)

    def _control(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self._run([str(binary("pg_ctl")), "-D", str(self.data), *words], check=check)

    def _run(self, command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command as the user that owns the cluster (PostgreSQL refuses root)."""
        prefix = ["runuser", "-u", paths.SERVER_USER, "--"] if paths.running_as_root() else []
        # pg_ctl's server keeps its parent's pipes open: files, not pipes, take the output
        out, err = self.folder / "last.out", self.folder / "last.err"
        with out.open("w+") as stdout, err.open("w+") as stderr:
            done = subprocess.run(
                [*prefix, *command], check=False, cwd="/", stdout=stdout, stderr=stderr,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
            stdout.seek(0)
            stderr.seek(0)
            result = subprocess.CompletedProcess(
                command, done.returncode, stdout.read(), stderr.read()
            )
        if check and result.returncode != 0:
            raise OpsError(f"{Path(command[0]).name} failed: {result.stderr.strip()[-800:]}")
        return result


def binary(name: str) -> Path:
    """A program of the newest PostgreSQL on the machine. Raises OpsError if there is none."""
    found = [path for base in BIN_FOLDERS for path in Path(base).glob(f"*/bin/{name}")]
    if not found:
        on_path = shutil.which(name)
        if on_path is None:
            raise OpsError(f"PostgreSQL is not installed: {name} was not found.")
        return Path(on_path)
    return max(found, key=lambda path: [int(n) for n in re.findall(r"\d+", str(path))] or [0])


def installed_version() -> str:
    """The version of the server's files on disk, such as "15.18"."""
    command = [str(binary("postgres")), "--version"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"\d+\.\d+", said)
    return found[0] if found else ""


def private_cluster() -> Cluster:
    """The cluster that `make demo` uses."""
    return Cluster(paths.server_folder("postgres"))
