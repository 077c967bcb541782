"""Asks an OGC API – Features collection for its items, page after page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Listed,
    OptionsError,
    Probe,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.json_answers import json_object
from indicators.connectors.ogc_features import parse
from indicators.connectors.paging import Pages, followed

# pygeoapi's own link to the next page drops `f=json`: only the header keeps the format
ACCEPT = "application/geo+json, application/json;q=0.9"
TIMES = ("offset", "local", "none")


def connect(query: Query, http: HttpClient) -> Connector:
    return OgcFeatures(query, http)


@dataclass(frozen=True)
class OgcFeatures:
    """One collection. Totals (`numberMatched`) are never read: servers get them wrong."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=True, area=True)

    @property
    def _collection(self) -> str:
        return f"{self.query.base_url.rstrip('/')}/collections/{quote(self.query.collection)}"

    def probe(self) -> Probe:
        answer = self.http.get(self._collection, accept="application/json")
        return Probe(parse.title(json_object(answer)), answer.updated_at)

    def describe(self) -> Description:
        collection = json_object(self.http.get(self._collection, accept="application/json"))
        url = f"{self._collection}/queryables"
        accept = "application/schema+json, application/json;q=0.9"
        queryables = json_object(self.http.get(url, accept=accept))
        return Description(parse.title(collection), parse.field_types(queryables))

    def collections(self) -> list[Listed]:
        url = f"{self.query.base_url.rstrip('/')}/collections"
        return parse.listed(self.http.get(url, accept="application/json"))

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Both ends of `datetime` are inclusive, and some servers ignore it: check the rows."""
        url: str | None = self._first_url(window)
        pages = Pages(self.http.policy.max_pages)
        while url is not None:
            pages.ask(url)
            answer = self.http.get(url, accept=ACCEPT)
            pages.take(parse.rows(answer))
            pages.meet(parse.ids(answer))
            yield answer
            link = parse.next_link(answer)
            url = followed(url, link, home=self.query.base_url) if link else None

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            yield parse.rows(answer)

    def _first_url(self, window: Window) -> str:
        words = {"limit": str(self.http.policy.page_size)} | self._times(window) | self._area()
        return f"{self._collection}/items?{urlencode(words)}"

    def _times(self, window: Window) -> dict[str, str]:
        """With the offset, unless told otherwise: a server whose column has no zone then compares
        local times, and one that reads GeoParquet files fails."""
        told = self.query.option("times") or "offset"
        if told not in TIMES:
            raise OptionsError(f"`times` is one of {', '.join(TIMES)}")
        ends = (window.start, window.end)
        if told == "local":
            ends = (window.start.replace(tzinfo=None), window.end.replace(tzinfo=None))
        interval = "/".join(one.isoformat() for one in ends)
        return {} if told == "none" else {"datetime": interval}

    def _area(self) -> dict[str, str]:
        told = self.query.options.get("area")
        if told is None:
            return {}
        try:
            west, south, east, north = (float(one) for one in told)  # type: ignore[attr-defined]
        except (TypeError, ValueError) as error:
            raise OptionsError("`area` is west, south, east and north") from error
        return {"bbox": f"{west},{south},{east},{north}"}
