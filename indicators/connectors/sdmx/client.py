"""Asks an SDMX service for the observations of a dataflow, in one answer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Probe,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.sdmx import parse

# generic data says by itself what is a dimension and what an attribute
DATA = "application/vnd.sdmx.genericdata+xml;version=2.1"
STRUCTURE = "application/vnd.sdmx.structure+xml;version=2.1"
OF_KEYS = ".+,-_"


def connect(query: Query, http: HttpClient) -> Connector:
    return Sdmx(query, http)


@dataclass(frozen=True)
class Sdmx:
    """One dataflow, or those of its series that the key names."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=True)

    def probe(self) -> Probe:
        flow = parse.flow(self._structure(""), self.query.collection)
        updated_at = parse.updated_at(flow)
        token = updated_at.isoformat() if updated_at else ""
        return Probe(parse.title(flow), updated_at, token)

    def describe(self) -> Description:
        answer = self._structure("?references=all")
        flow = parse.flow(answer, self.query.collection)
        return Description(parse.title(flow), parse.field_types(answer))

    def fetch(self, window: Window) -> Iterator[Answer]:
        """By whole months: a service compares periods of its own grain with them."""
        words = urlencode({
            "startPeriod": f"{window.start:%Y-%m}",
            "endPeriod": f"{window.end:%Y-%m}",
        })  # fmt: skip
        path = [self.query.collection, self.query.option("key")]
        place = "/".join(quote(part, safe=OF_KEYS) for part in path if part)
        answer = self.http.get(
            f"{self._base}/data/{place}?{words}", accept=DATA, explain=parse.refused
        )
        parse.check(answer)  # a fault told with status 200 is not kept as a good answer
        yield answer

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            yield parse.rows(answer)

    @property
    def _base(self) -> str:
        return self.query.base_url.rstrip("/")

    def _structure(self, words: str) -> Answer:
        agency = self.query.option("agency") or "all"
        flow = quote(self.query.collection, safe=OF_KEYS)
        url = f"{self._base}/dataflow/{quote(agency)}/{flow}{words}"
        return self.http.get(url, accept=STRUCTURE, explain=parse.refused)
