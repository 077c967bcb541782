"""Asks the DataStore of a CKAN for the rows of a resource, page after page."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

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
from indicators.connectors.ckan import parse
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import Pages

ACCEPT = "application/json"
MOST_LISTED = 100  # data sets
Filters = dict[str, object]


def connect(query: Query, http: HttpClient) -> Connector:
    return Ckan(query, http)


@dataclass(frozen=True)
class Ckan:
    """One resource. Pages follow the table's own key `_id`, which is unique: rows that come or go
    during a pull shift no page. Only an empty page is the end: a limit is cut silently, and totals
    are never read."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=self._has_ranges, stable_sort=True)

    @property
    def _has_ranges(self) -> bool:
        return self.query.options.get("ranges") is not False

    def probe(self) -> Probe:
        resource = parse.result(self._act("resource_show", id=self.query.collection))
        changed = parse.changed_at(resource)
        return Probe(parse.text(resource, "name"), changed, parse.token(resource))

    def describe(self) -> Description:
        resource = parse.result(self._act("resource_show", id=self.query.collection))
        package = parse.result(self._act("package_show", id=parse.text(resource, "package_id")))
        head = self._head()
        return Description(
            title=f"{parse.text(package, 'title')} – {parse.text(resource, 'name')}",
            fields=parse.field_types(head),
            units=parse.units(head),
            licence=parse.text(package, "license_title"),
        )

    def collections(self) -> list[Listed]:
        """The resources of the first data sets that the DataStore holds."""
        return parse.listed(self._act("package_search", rows=MOST_LISTED))

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Some rows outside the window come with it: see `parse.bounds`."""
        resource = parse.result(self._act("resource_show", id=self.query.collection))
        changed = parse.changed_at(resource)
        filters = self._filters(window)
        pages = Pages(self.http.policy.max_pages)
        last, count = 0, 0
        while True:
            answer = self._page(filters, last, count, pages)
            yield replace(answer, updated_at=changed)
            rows = parse.rows(answer)
            if not rows:
                return
            last, count = parse.last_key(answer, after=last), count + len(rows)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            yield parse.rows(answer)

    def _filters(self, window: Window) -> Filters:
        """Raises QueryRefusedError for a field that the resource no longer has, OptionsError."""
        types = parse.field_types(self._head())
        time, filters = self.query.option("time"), dict(self._wanted())
        for name in (*filters, *self._fields(), *([time] if time else [])):
            parse.require(name, types, self.query.collection)
        if time and self._has_ranges:
            filters[time] = parse.bounds(types[time], window)
        return filters

    def _page(self, filters: Filters, last: int, count: int, pages: Pages) -> Answer:
        words: dict[str, object] = {"sort": "_id", "limit": self.http.policy.page_size}
        if self._fields():
            words["fields"] = ",".join(dict.fromkeys(["_id", *self._fields()]))
        if self._has_ranges:
            filters = {**filters, "_id": {"gt": last}}
        else:
            words["offset"] = count
        words |= {"filters": filters} if filters else {}
        url = self._url("datastore_search", self._of_resource(words))
        pages.ask(url)
        return self._get(url)

    def _head(self) -> Answer:
        """No row, but the fields with their types and what the data dictionary says of them."""
        return self._get(self._url("datastore_search", self._of_resource({"limit": 0})))

    def _of_resource(self, words: dict[str, object]) -> dict[str, object]:
        # a total costs the server a count of all rows, and is not needed
        return {"resource_id": self.query.collection, "include_total": "false", **words}

    def _fields(self) -> list[str]:
        told = self.query.options.get("fields", [])
        if not isinstance(told, list) or not all(isinstance(name, str) for name in told):
            raise OptionsError(f"fields is not a list of names: {told!r:.200}")
        return told

    def _wanted(self) -> Filters:
        told = self.query.options.get("filters", {})
        if not isinstance(told, dict):
            raise OptionsError(f"filters is not values by field: {told!r:.200}")
        return told

    def _act(self, action: str, **words: object) -> Answer:
        return self._get(self._url(action, words))

    def _url(self, action: str, words: dict[str, object]) -> str:
        told = {k: json.dumps(v) if isinstance(v, dict) else str(v) for k, v in words.items()}
        return f"{self.query.base_url.rstrip('/')}/api/3/action/{action}?{urlencode(told)}"

    def _get(self, url: str) -> Answer:
        headers = {"Authorization": self.query.secret} if self.query.secret else {}
        return self.http.get(url, accept=ACCEPT, headers=headers)
