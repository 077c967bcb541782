"""Asks for the zip of a GTFS network, whole, and only if it changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indicators.connectors.asked import marked, window_of
from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Known,
    Listed,
    MissingCollectionError,
    Probe,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.gtfs import parse
from indicators.connectors.gtfs.frequent import Frequency
from indicators.connectors.gtfs.offer import offer
from indicators.connectors.gtfs.places import Choice
from indicators.connectors.gtfs.tables import opened
from indicators.connectors.http import HttpClient

ACCEPT = "application/zip, application/octet-stream;q=0.9, */*;q=0.1"


def connect(query: Query, http: HttpClient) -> Connector:
    return Gtfs(query, http)


@dataclass(frozen=True)
class Gtfs:
    """The service offered by one network, counted by day."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(area=True, aggregate=True, conditional=True)

    def probe(self) -> Probe:
        self._shape()
        answer = self._zip(None)
        token = answer.headers.get("etag") or answer.headers.get("last-modified", "")
        with opened(answer) as archive:
            return Probe(parse.title(archive), answer.updated_at, token)

    def describe(self) -> Description:
        fields = self._shape()
        with opened(self._zip(None)) as archive:
            return Description(parse.title(archive), fields)

    def collections(self) -> list[Listed]:
        """The same of every network: nothing is asked."""
        return [Listed(name) for name in parse.COLLECTIONS]

    def fetch(self, window: Window) -> Iterator[Answer]:
        """The whole zip; it says itself which days it knows."""
        self._shape()
        self._choice()  # what is wrong in the options is told before anything is asked
        answer = self._zip(self.query.known.get(self.query.base_url))
        with opened(answer):  # one that misses a file is not kept as a good answer
            pass
        yield marked(answer, window)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        """The days of the window that the zip knows; no service on such a day is zero."""
        choice, told = self._choice(), parse.COLLECTIONS[self.query.collection]
        for answer in answers:
            with opened(answer) as archive:
                found = offer(archive, choice, by_slot=told.by_slot)
                yield from told.batches(found, window_of(answer), self.query.options)

    def _choice(self) -> Choice:
        """Raises OptionsError."""
        if self.query.collection == "frequent_stops":
            Frequency.of(self.query.options)
        return Choice.of(self.query.options)

    def _shape(self) -> dict[str, str]:
        """Field name → type of the collection. Raises MissingCollectionError."""
        if self.query.collection not in parse.COLLECTIONS:
            known = ", ".join(parse.COLLECTIONS)
            raise MissingCollectionError(f"{self.query.collection}: there are {known}")
        return parse.COLLECTIONS[self.query.collection].fields

    def _zip(self, known: Known | None) -> Answer:
        return self.http.download(self.query.base_url, accept=ACCEPT, known=known)
