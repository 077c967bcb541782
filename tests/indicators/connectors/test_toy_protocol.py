"""A protocol is added by a folder of three files: nothing else changes."""

import importlib
import sys
from pathlib import Path

import pytest

import indicators.connectors as folder
from indicators.connectors.registry import about, protocols
from indicators.services import planning, pulls
from indicators.services.sources import SourcesError, apply
from tests.fakes import FaultServer
from tests.pulling import MAPPING, NOW, current_values, make_daily_feed, means, pull

INIT = """
from indicators.connectors.base import About, Option
from indicators.connectors.pigeon.client import connect
ABOUT = About(name="Pigeon post", address="the loft", collection="the perch",
              options={"ring": Option("the ring of the pigeon")})
"""
CLIENT = """
from dataclasses import dataclass
from indicators.connectors.base import Capabilities, Description, Probe
from indicators.connectors.pigeon import parse

def connect(query, http):
    return Pigeon(query, http)

@dataclass(frozen=True)
class Pigeon:
    query: object
    http: object
    capabilities = Capabilities()

    def probe(self):
        return Probe("pigeon", None)

    def describe(self):
        return Description("pigeon")

    def fetch(self, window):
        yield self.http.get(f"{self.query.base_url}/{self.query.collection}", accept="text/plain")

    def read(self, answers):
        for answer in answers:
            yield parse.rows(answer)
"""
PARSE = """
from indicators.connectors.base import WrongShapeError

def rows(answer):
    lines = [line.split("|") for line in answer.read().decode().splitlines()]
    if any(len(line) != 3 for line in lines):
        raise WrongShapeError("a message has three parts")
    return tuple({"commune": a, "jour": b, "valeur": c, "statut": "sûr"} for a, b, c in lines)
"""


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch):
    home = tmp_path / "pigeon"
    home.mkdir()
    for name, text in (("__init__", INIT), ("client", CLIENT), ("parse", PARSE)):
        (home / f"{name}.py").write_text(text)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    importlib.invalidate_caches()
    yield "pigeon"
    for name in [name for name in sys.modules if name.startswith("indicators.connectors.pigeon")]:
        del sys.modules[name]


@pytest.fixture
def loft(pigeon):
    message = b"A|2024-01-05|12\nB|2024-01-05|7.5\n"
    with FaultServer(otherwise=lambda exchange: exchange.send(message)) as server:
        yield server


def test_it_is_found_by_its_folder(pigeon):
    assert "pigeon" in protocols()
    assert about("pigeon").name == "Pigeon post"


def test_a_feed_of_it_is_pulled_kept_and_read_again(db, loft):
    feed = make_daily_feed(loft.url)
    feed.source.protocol = "pigeon"
    feed.source.save()
    run = pull(feed)
    assert (run.state, run.accepted) == ("SUCCEEDED", 2)
    assert [(key, value) for key, _start, value, *_ in current_values(feed)] == [
        ("A", 12),
        ("B", 7.5),
    ]
    loft.requests.clear()
    planned = planning.plan_replay(run=run, now=NOW)
    again = pulls.execute(run_id=planned.pk, means=means())
    assert (again.unchanged, loft.requests) == (2, [])


def test_what_it_cannot_read_fails_the_run_by_its_name(db, loft):
    loft.otherwise = lambda exchange: exchange.send(b"coo")
    feed = make_daily_feed(loft.url)
    feed.source.protocol = "pigeon"
    feed.source.save()
    assert pull(feed).error_code == "WRONG_SHAPE"


def test_a_file_of_sources_may_name_it_and_its_options_alone(db, loft):
    make_daily_feed(loft.url)
    document = {
        "sources": [{"code": "loft", "name": "Loft", "protocol": "pigeon", "base_url": loft.url}],
        "indicators": [
            {"code": "coos", "name_fr": "Roucoulements", "unit_fr": "n", "family": "OUTPUT",
             "direction": "UP", "frequency": "DAY", "stale_after_days": 3},
        ],
        "feeds": [
            {"code": "coos-a-day", "source": "loft", "indicator": "coos", "collection": "perch",
             "starts_on": "2024-01-01", "mapping": MAPPING, "options": {"ring": "42"}},
        ],
    }  # fmt: skip
    assert len(apply(document=document)) == 3
    document["feeds"][0]["options"] = {"wing": "left"}
    with pytest.raises(SourcesError) as refused:
        apply(document=document)
    assert [problem.path for problem in refused.value.problems] == ["feeds/0/options/wing"]
