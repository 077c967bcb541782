"""Asks an OGC API – Features collection for its items, page after page."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urljoin, urlsplit

from indicators.connectors.base import (
    Capabilities,
    Connector,
    Description,
    ForeignLinkError,
    Page,
    PageCapError,
    PageLoopError,
    Probe,
    Query,
    Window,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.ogc_features import parse

# pygeoapi's own link to the next page drops `f=json`: only the header keeps the format
ACCEPT = "application/geo+json, application/json;q=0.9"


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
        return Probe(parse.title(parse.json_object(answer)), answer.updated_at)

    def describe(self) -> Description:
        collection = parse.json_object(self.http.get(self._collection, accept="application/json"))
        url = f"{self._collection}/queryables"
        accept = "application/schema+json, application/json;q=0.9"
        queryables = parse.json_object(self.http.get(url, accept=accept))
        return Description(parse.title(collection), parse.field_types(queryables))

    def fetch(self, window: Window) -> Iterator[Page]:
        """Both ends of `datetime` are inclusive, and some servers ignore it: check the rows."""
        url: str | None = self._first_url(window)
        seen = _Seen()
        number = 0
        while url is not None:
            number += 1
            if number > self.http.policy.max_pages:
                raise PageCapError(f"more than {self.http.policy.max_pages} pages")
            seen.add_address(url)
            answer = self.http.get(url, accept=ACCEPT)
            items = parse.items(answer)
            seen.add_rows(items.digest, number)
            digest = hashlib.sha256(answer.body).hexdigest()
            yield Page(number, items.rows, digest, answer.updated_at)
            url = self._next_url(url, items.next_link)

    def _first_url(self, window: Window) -> str:
        # the offset is written out: a server whose column has no zone then compares local times
        interval = f"{window.start.isoformat()}/{window.end.isoformat()}"
        words = urlencode({"datetime": interval, "limit": self.http.policy.page_size})
        return f"{self._collection}/items?{words}"

    def _next_url(self, current: str, link: str | None) -> str | None:
        if link is None:
            return None
        try:
            url = urljoin(current, link)
            at_home = _origin(url) == _origin(self.query.base_url)
        except ValueError as error:
            raise ForeignLinkError(f"the next page has no address: {link[:200]}") from error
        if not at_home:
            raise ForeignLinkError(f"the next page is elsewhere: {url[:200]}")
        return url


@dataclass
class _Seen:
    """Addresses and contents already met: a server that repeats itself would never end."""

    addresses: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)

    def add_address(self, url: str) -> None:
        if url in self.addresses:
            raise PageLoopError(f"the next page leads back to {url}")
        self.addresses.add(url)

    def add_rows(self, digest: str, number: int) -> None:
        if digest in self.contents:
            raise PageLoopError(f"page {number} repeats an earlier page")
        self.contents.add(digest)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
