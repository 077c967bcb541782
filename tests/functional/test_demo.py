"""`make demo` from end to end: served, pulled over HTTP, and gone after Ctrl-C."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ops.paths import ROOT
from ops.platform import free_port
from ops.processes import started_ticks

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]


@dataclass
class RunningDemo:
    process: subprocess.Popen[str]
    var: Path
    port: int
    platform_port: int
    output: list[str]

    def get(self, path: str, *, accept: str = "*/*") -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Accept": accept}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()

    def pids(self) -> list[int]:
        records = [json.loads(p.read_text()) for p in (self.var / "run/demo").glob("*.pid")]
        return [record["pid"] for record in records]


def start(var: Path, port: int, platform_port: int) -> RunningDemo:
    servers = {"DATABASE_URL", "BROKER_URL", "CACHE_URL", "SECRET_KEY", "OUTBOUND_ALLOW"}
    environment = {k: v for k, v in os.environ.items() if k not in servers}
    environment |= {"VAR_DIR": str(var), "PORT": str(port), "PLATFORM_PORT": str(platform_port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "ops.demo"], cwd=ROOT, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    demo = RunningDemo(process, var, port, platform_port, [])
    assert process.stdout is not None
    for line in process.stdout:
        demo.output.append(line)
        if "Ctrl-C" in line:
            return demo
    raise AssertionError("".join(demo.output))


def end(demo: RunningDemo) -> None:
    demo.process.send_signal(signal.SIGINT)
    demo.process.communicate(timeout=60)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Open to the servers' user, unlike pytest's own folders."""
    base = Path(tempfile.mkdtemp(prefix="gv-demo-"))
    base.chmod(0o755)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[RunningDemo]:
    running = start(folder, free_port(), free_port())
    yield running
    if running.process.poll() is None:
        end(running)


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/pilotage/", "/cms/", "/api/v1/schema/", "/healthz"]
)
def test_every_entrance_is_served(demo: RunningDemo, path: str):
    assert demo.get(path)[0] == 200


def test_it_is_ready_with_its_worker_and_its_data(demo: RunningDemo):
    assert demo.get("/readyz")[0] == 200


def test_the_figure_on_the_public_page_is_the_platforms_own_answer(demo: RunningDemo):
    query = "f=json&limit=1000&code_commune=MV001"
    url = f"http://127.0.0.1:{demo.platform_port}/collections/comptages_velo/items?{query}"
    with urllib.request.urlopen(url, timeout=30) as answer:
        rows = [feature["properties"] for feature in json.load(answer)["features"]]
    latest = max(rows, key=lambda row: row["mois"])

    page = demo.get("/projets/pont-quai-mariniers/")[1]
    export = next(link for link in re.findall(r'href="([^"]+\.csv)"', page) if "/effets/" in link)
    table = list(csv.DictReader(io.StringIO(demo.get(export)[1].lstrip("\ufeff"))))
    published = [row for row in table if row["kind"] == "OBSERVATION"]

    assert len(published) == len(rows) >= 60  # a month more with each month
    assert published[-1]["from"] == latest["mois"][:10]
    assert float(published[-1]["value"]) == float(latest["passages_jour"])
    shown = re.sub(r"[\s\u00a0\u202f]", "", page)
    assert f"{round(latest['passages_jour'])}passagesparjour" in shown


def test_a_figure_can_be_read_as_it_was_known_before_it_was_corrected(demo: RunningDemo):
    before, now = (_bridge(demo, query) for query in (f"?au={_months_ago(4)}", ""))
    revised = [month for month, row in before.items() if row["value"] != now[month]["value"]]
    assert len(revised) == 3
    assert len(before) == len(now) - 4
    assert {row["status"] for row in now.values()} == {"PROVISIONAL", "FINAL"}


def test_pulls_of_every_kind_are_there(demo: RunningDemo):
    states = {line.split()[1] for line in demo.output if re.match(r"[a-z0-9-]{8,} +[A-Z]+ ", line)}
    assert states == {"SUCCEEDED", "PARTIAL", "HELD", "FAILED"}


def _months_ago(months: int) -> str:
    """The tenth day of that month: the pulls of the story are on the fourth."""
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    month = today.year * 12 + today.month - 1 - months
    return date(month // 12, month % 12 + 1, 10).isoformat()


def _bridge(demo: RunningDemo, query: str) -> dict[str, dict[str, str]]:
    """The measures of the bridge's first effect, by month."""
    page = demo.get("/projets/pont-quai-mariniers/")[1]
    export = next(link for link in re.findall(r'href="([^"]+\.csv)"', page) if "/effets/" in link)
    rows = csv.DictReader(io.StringIO(demo.get(export + query)[1].lstrip("\ufeff")))
    return {row["from"]: row for row in rows if row["kind"] == "OBSERVATION"}


def test_stopping_leaves_no_process_and_a_second_start_is_quick(demo: RunningDemo):
    pids = demo.pids()
    assert len(pids) >= 5  # supervisor, redis, platform, web, worker, beat

    end(demo)

    assert demo.process.returncode == 0
    assert [pid for pid in pids if started_ticks(pid) is not None] == []
    assert not list(demo.var.rglob("postmaster.pid"))

    again = start(demo.var, demo.port, demo.platform_port)
    try:
        assert again.get("/")[0] == 200
        assert not any("Installing" in line for line in again.output)
    finally:
        end(again)
