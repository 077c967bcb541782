"""A real proxy (mitmproxy) in front of the real platform: it passes answers on, or spoils them."""

import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from ops import venv
from ops.platform import free_port, wait_for
from tests.platforms import Children, TestPlatform

ADDON = Path(__file__).with_name("mitm_addon.py")
HONEST = {"name": "honest"}
_generations = count(1)


@dataclass
class Injector:
    """Faults are named as in `mitm_addon`; requests are counted from the last call on."""

    folder: Path
    port: int
    generation: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[str]:
        noted = self.folder / f"requests-{self.generation}"
        return noted.read_text().splitlines() if noted.exists() else []

    def be_honest(self) -> None:
        self._tell({}, HONEST)

    def spoil(self, name: str, *, on: Iterable[int] = (), **told: object) -> None:
        """Spoil these requests; without a number, all of them."""
        fault = {"name": name, **told}
        numbers = list(on)
        self._tell({str(n): fault for n in numbers}, HONEST if numbers else fault)

    def spoil_each(self, faults: dict[int, dict[str, object]]) -> None:
        """Another fault for each request."""
        self._tell({str(number): fault for number, fault in faults.items()}, HONEST)

    def let_go(self) -> None:
        """What is held goes on."""
        (self.folder / "open").touch()

    def wait_for_request(self, number: int, patience_s: float = 60) -> None:
        deadline = time.monotonic() + patience_s
        while len(self.requests) < number:
            assert time.monotonic() < deadline, f"request {number} never came"
            time.sleep(0.05)

    def _tell(self, faults: dict[str, object], otherwise: dict[str, object]) -> None:
        self.generation = next(_generations)
        (self.folder / "open").unlink(missing_ok=True)
        told = {"generation": self.generation, "faults": faults, "otherwise": otherwise}
        new = self.folder / "told.new"
        new.write_text(json.dumps(told))
        new.replace(self.folder / "told.json")


@contextmanager
def started(folder: Path, upstream: str) -> Iterator[Injector]:
    python = venv.ensure(venv.MITMPROXY, venv.MITMPROXY_VENV)
    injector, group = Injector(folder, free_port()), Children(folder / "run")
    injector.be_honest()
    command = [
        str(python.parent / "mitmdump"), "--quiet", "--mode", f"reverse:{upstream}",
        "--listen-host", "127.0.0.1", "--listen-port", str(injector.port),
        "--set", "keep_host_header=true", "--set", f"confdir={folder / 'confdir'}",
        "--scripts", str(ADDON),
    ]  # fmt: skip
    environment = os.environ | {"FAULTS_FOLDER": str(folder), "PYTHONPATH": ""}
    try:
        group.start("mitmdump", command, env=environment, cwd=folder)
        wait_for(f"{injector.url}/conformance?f=json", patience_s=60)
        yield injector
    finally:
        group.stop(patience_s=0.2)  # it has nothing to put in order


@pytest.fixture(scope="session")
def running_injector(
    tmp_path_factory: pytest.TempPathFactory, platform: TestPlatform
) -> Iterator[Injector]:
    with started(tmp_path_factory.mktemp("mitmproxy"), platform.url) as injector:
        yield injector


@pytest.fixture
def injector(running_injector: Injector) -> Injector:
    running_injector.be_honest()
    return running_injector
