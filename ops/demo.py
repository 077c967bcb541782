"""`make demo`: from a bare machine to the demonstration, served; Ctrl-C stops all of it."""

import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from ops import machine, paths, platform, venv
from ops.paths import ROOT, VAR, OpsError
from ops.postgres import private_cluster
from ops.processes import Group, stop_process
from ops.redis import private_redis

GROUP = Group(VAR / "run" / "demo")
SUPERVISOR = "demo"


class Demo:
    """The demonstration's servers, started in order and stopped in reverse."""

    def __init__(self) -> None:
        self.port = int(os.environ.get("PORT", "8000"))
        self.platform_port = int(os.environ.get("PLATFORM_PORT", "8100"))
        self.cluster = private_cluster()
        self.redis = private_redis()
        self.env = {
            **os.environ,
            "OUTBOUND_ALLOW": f"127.0.0.1:{self.platform_port}",
            "PLATFORM_URL": f"http://127.0.0.1:{self.platform_port}",
            "PLATFORM_DATABASE_URL": self.cluster.url(platform.DATABASE),
            "BASE_URL": f"http://127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
        }

    def start(self) -> None:
        self.refuse_taken_ports()
        self._start_servers()
        self._manage("prepare_demo")
        self._start_web()
        self._start_platform()
        # Before the workers: what is pulled of the past can only come first.
        self._manage("pull_demo")
        self._start_workers()
        with suppress(OpsError):  # a slow worker shows on /readyz
            platform.wait_for(f"http://127.0.0.1:{self.port}/readyz", patience_s=60)

    def refuse_taken_ports(self) -> None:
        for port, name in ((self.port, "PORT"), (self.platform_port, "PLATFORM_PORT")):
            if not platform.port_is_free(port):
                raise OpsError(
                    f"Port {port} is taken by another program. Choose another one: "
                    f"make demo {name}={port + 1}"
                )

    def _start_servers(self) -> None:
        say(f"Starting PostgreSQL and Redis (private: {self.cluster.folder})")
        self.cluster.start()
        self.cluster.create_database(platform.DATABASE)
        if not os.environ.get("DATABASE_URL"):
            self.cluster.create_database("gouvernail")
        if not os.environ.get("BROKER_URL") or not os.environ.get("CACHE_URL"):
            self.redis.start(GROUP)

    def _start_platform(self) -> None:
        say("Starting the data platform (pygeoapi)")
        listing = (VAR / "platform" / "collections.tsv").read_text(encoding="utf-8")
        collections = [platform.Collection(*line.split("\t")) for line in listing.splitlines()]
        server = platform.Platform(VAR / "platform", self.cluster, self.platform_port)
        server.start(GROUP, collections)

    def _start_web(self) -> None:
        say("Starting the web server")
        command = [
            str(paths.VENV / "bin" / "gunicorn"), "config.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--workers", "2", "--access-logfile", "-",
        ]  # fmt: skip
        GROUP.start("web", command, env=self.env, cwd=ROOT)
        platform.wait_for(f"http://127.0.0.1:{self.port}/healthz", patience_s=60)

    def _start_workers(self) -> None:
        say("Starting the worker and the clock")
        celery = [str(paths.VENV / "bin" / "celery"), "-A", "config"]
        worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
        beat = [*celery, "beat", "--loglevel", "INFO", "--schedule", str(VAR / "beat-schedule")]
        for name, command in (("worker", worker), ("beat", beat)):
            GROUP.start(name, command, env=self.env, cwd=ROOT)

    def _manage(self, *words: str) -> None:
        command = [str(paths.VENV / "bin" / "python"), "manage.py", *words]
        done = subprocess.run(command, check=False, cwd=ROOT, env=self.env)
        if done.returncode != 0:
            raise OpsError(f"manage.py {words[0]} failed: see above.")


def stop_all() -> list[str]:
    """Stop what a demonstration left: processes by their own ids, then the cluster."""
    stopped = GROUP.stop(skip=[SUPERVISOR])
    cluster = private_cluster()
    if cluster.data.exists() and cluster.running():
        cluster.stop()
        stopped.append("postgres")
    return stopped


def say(text: str) -> None:
    print(text, flush=True)


def ensure_secret_key() -> None:
    """A key of this machine's own, for the demonstration."""
    path = VAR / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))


def refuse_second_demo() -> None:
    for record in GROUP.records():
        if record.name == SUPERVISOR and record.alive() and record.pid != os.getpid():
            raise OpsError("A demonstration is already running here; `make stop` ends it.")


def wait_until_stopped(names: tuple[str, ...] = ("web", "worker", "beat")) -> None:
    """Return on Ctrl-C (KeyboardInterrupt), or when one of the servers ends by itself."""
    while True:
        time.sleep(1)
        for record in GROUP.records():
            if record.name in names and not record.alive():
                raise OpsError(f"{record.name} has stopped; see {GROUP.folder / record.name}.log")


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's "&" leaves SIGINT ignored
        signal.signal(number, _interrupt)
    started = time.monotonic()
    try:
        refuse_second_demo()
        machine.ensure_packages(machine.RUN_PACKAGES)
        venv.ensure(venv.RUN)
        venv.ensure(venv.PLATFORM, venv.PLATFORM_VENV)
        stop_all()  # what a crash left
        ensure_secret_key()
        GROUP.record(SUPERVISOR, os.getpid())
        demo = Demo()
        demo.start()
        say(welcome(demo, time.monotonic() - started))
        wait_until_stopped()
    except KeyboardInterrupt:
        say("\nStopping")
        return 0
    except OpsError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if SUPERVISOR in {r.name for r in GROUP.records() if r.pid == os.getpid()}:
            stop_all()
            (GROUP.folder / f"{SUPERVISOR}.pid").unlink(missing_ok=True)
    return 0


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def welcome(demo: Demo, seconds: float) -> str:
    base = f"http://127.0.0.1:{demo.port}"
    accounts = (VAR / "demo-accounts.txt").read_text() if _accounts().exists() else ""
    return (
        f"\nReady in {seconds:.0f} s.\n\n"
        f"  Public site      {base}/            (English: {base}/en/)\n"
        f"  Steering         {base}/pilotage/\n"
        f"  Editors          {base}/cms/\n"
        f"  API              {base}/api/v1/docs/\n"
        f"  Data platform    http://127.0.0.1:{demo.platform_port}/collections\n\n"
        f"{accounts}\n  Logs             {GROUP.folder}\n  Ctrl-C stops everything.\n"
    )


def _accounts() -> Path:
    return VAR / "demo-accounts.txt"


def stop() -> int:
    """`make stop`: ends the supervisor, if any, and whatever is left."""
    stopped = []
    for record in GROUP.records():
        if record.name == SUPERVISOR and record.alive():
            stop_process(record.pid, patience_s=40)
            stopped.append("the demonstration")
    stopped += stop_all()
    say("Stopped: " + (", ".join(stopped) if stopped else "nothing was running"))
    return 0


if __name__ == "__main__":
    sys.exit(stop() if sys.argv[1:] == ["stop"] else main())
