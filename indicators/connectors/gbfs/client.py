"""Asks a GBFS system for one of its feeds: the state of now, which nobody keeps but us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indicators.connectors.asked import marked
from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Listed,
    MissingCollectionError,
    Probe,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.gbfs import parse
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import followed

ACCEPT = "application/json"
# the state of a station has no name and no place: they are in a feed of their own
NAMED_BY = {"station_status": "station_information"}


def connect(query: Query, http: HttpClient) -> Connector:
    return Gbfs(query, http)


@dataclass(frozen=True)
class Gbfs:
    """One feed of one system. The service knows no window: each pull adds one state to history."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    def probe(self) -> Probe:
        answer = self._feed(self._feeds(), self.query.collection)
        updated_at = parse.updated_at(answer)
        token = updated_at.isoformat() if updated_at else ""
        return Probe(self.query.collection, updated_at, token, len(parse.items(answer)))

    def describe(self) -> Description:
        feeds = self._feeds()
        fields = parse.field_types(self._feed(feeds, self.query.collection))
        if "system_information" not in feeds:
            return Description(self.query.collection, fields)
        system = self._feed(feeds, "system_information")
        title, licence = parse.title_and_licence(system, self._language)
        return Description(title, fields, licence=licence)

    def collections(self) -> list[Listed]:
        return [Listed(name) for name in self._feeds() if name != "gbfs"]

    def fetch(self, window: Window) -> Iterator[Answer]:
        """What names the stations, if the feed has any, then the feed itself."""
        feeds = self._feeds()
        naming = NAMED_BY.get(self.query.collection, "")
        if naming in feeds:
            yield self._feed(feeds, naming)
        answer = self._feed(feeds, self.query.collection)
        parse.items(answer)  # a wrong answer is named before it is kept as a good one
        yield marked(answer, window)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        *naming, state = answers
        names = parse.names(naming[0], self._language) if naming else {}
        yield parse.rows(state, names, self._language)

    @property
    def _language(self) -> str:
        return self.query.option("language")

    def _feeds(self) -> dict[str, str]:
        discovery = self.http.get(self.query.base_url, accept=ACCEPT)
        return parse.feeds(discovery, self._language)

    def _feed(self, feeds: dict[str, str], name: str) -> Answer:
        if name not in feeds:
            known = ", ".join(sorted(feeds)) or "none"
            raise MissingCollectionError(f"{self.query.base_url}: no {name}; there are: {known}")
        url = followed(self.query.base_url, feeds[name], home=self.query.base_url)
        answer = self.http.get(url, accept=ACCEPT)
        return replace(answer, updated_at=parse.updated_at(answer))
