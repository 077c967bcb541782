"""Asks a WFS 2.0 feature type for its features, page after page, sorted by their own key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Listed,
    OptionsError,
    PageCapError,
    Probe,
    Query,
    Rows,
    Window,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import Pages
from indicators.connectors.wfs import gml, parse, service

XML = "text/xml, application/xml;q=0.9, application/gml+xml;q=0.9"
VERSION = "2.0.0"


def connect(query: Query, http: HttpClient) -> Connector:
    return Wfs(query, http)


@dataclass(frozen=True)
class Wfs:
    """One feature type. Totals (`numberMatched`) are never read: servers do not know them."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time="time_field" in self.query.options, stable_sort=True)

    def probe(self) -> Probe:
        told = self._service()
        return Probe(told.title(self.query.collection), None)

    def describe(self) -> Description:
        told = self._service()
        fields = gml.field_types(self._schema())
        return Description(told.title(self.query.collection), fields, licence=told.licence)

    def collections(self) -> list[Listed]:
        return [Listed(name, told.title) for name, told in self._service().types.items()]

    def fetch(self, window: Window) -> Iterator[Answer]:
        """The names of the fields come first: a feature may leave out what is null."""
        told = self._service()
        told.title(self.query.collection)
        yield self._schema()
        if told.pages:
            yield from self._pages(told, window)
        else:
            yield self._whole(told, window)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        fields: tuple[str, ...] = ()
        for answer in answers:
            if parse.is_schema(answer):
                fields = parse.fields(answer)
            else:
                yield parse.rows(answer, fields)

    def _pages(self, told: service.Service, window: Window) -> Iterator[Answer]:
        """Until a page is empty: a server may give fewer features than were asked for."""
        pages, start = Pages(self.http.policy.max_pages), 0
        while True:
            url = self._features_url(told, window, {"startIndex": str(start)})
            pages.ask(url)
            answer = self._get(url, told.json or XML)
            rows = parse.rows(answer)
            pages.take(rows)
            pages.meet(self._keys(rows))
            yield answer
            if not rows:
                return
            start += len(rows)

    def _whole(self, told: service.Service, window: Window) -> Answer:
        """Of a server that knows no pages. Raises PageCapError where it may have cut the answer."""
        answer = self._get(self._features_url(told, window, {}), told.json or XML)
        count = len(parse.rows(answer))
        most = min(self.http.policy.page_size, told.count_default or self.http.policy.page_size)
        if count >= most and not self.http.policy.sample:
            raise PageCapError(f"{answer.url}: {count} features, and the server gives no pages")
        return answer

    def _keys(self, rows: Rows) -> list[str]:
        """Where a row has no such field, the mapping will say so."""
        names = self._key.split(",")
        told = ([row.get(name) for name in names] for row in rows)
        return [str(one) for one in told if None not in one]

    @property
    def _key(self) -> str:
        key = self.query.option("key").replace(" ", "")
        if not key:
            raise OptionsError("key: the field that names each feature is not given")
        return key

    def _service(self) -> service.Service:
        answer = self._get(self._url({"request": "GetCapabilities"}), XML)
        return service.service(answer)

    def _schema(self) -> Answer:
        words = {"request": "DescribeFeatureType", "typeNames": self.query.collection}
        answer = self._get(self._url(words), XML)
        gml.field_types(answer)  # a wrong answer is named before it is kept as a good one
        return answer

    def _features_url(self, told: service.Service, window: Window, more: dict[str, str]) -> str:
        words = {
            "request": "GetFeature",
            "typeNames": self.query.collection,
            "count": str(self.http.policy.page_size),
            "sortBy": self._key,
            **more,
        }
        if told.json:
            words["outputFormat"] = told.json
        if told.has_degrees(self.query.collection):
            words["srsName"] = "EPSG:4326"
        if field := self.query.option("time_field"):
            words["filter"] = service.time_filter(field, window, with_during=told.during)
        return self._url(words)

    def _url(self, words: dict[str, str]) -> str:
        own = self.query.options.get("parameters", {})
        if not isinstance(own, dict):
            raise OptionsError("parameters: not a list of names with their values")
        asked = {"service": "WFS", "version": VERSION, **words}
        return f"{self.query.base_url}?{urlencode({**own, **asked})}"

    def _get(self, url: str, accept: str) -> Answer:
        return self.http.get(url, accept=accept, explain=parse.refused)
