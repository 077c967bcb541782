"""Asks a resource of data.gouv's tabular API for its rows, page after page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from urllib.parse import quote, urlencode

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Probe,
    Query,
    UnstablePagesError,
    Window,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import Pages, followed
from indicators.connectors.tabular import parse

LONGEST_PAGE = 50  # the service's own limit
NUMBER = "__id"  # the service numbers the rows of each resource
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)


def connect(query: Query, http: HttpClient) -> Connector:
    return Tabular(query, http)


@dataclass(frozen=True)
class Tabular:
    """One resource. `meta.total` is never read."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=True, stable_sort=True)

    def probe(self) -> Probe:
        told = parse.resource(self._get(self._url("")))
        return Probe(told.title, told.parsed_at, told.token)

    def describe(self) -> Description:
        told = parse.resource(self._get(self._url("")))
        return Description(told.title, parse.field_types(self._get(self._url("profile/"))))

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Pages dated by when the service last read the file that was published. Raises
        UnstablePagesError where it read the file again in between: rows are then numbered anew."""
        told = parse.resource(self._get(self._url("")))
        pages = Pages(self.http.policy.max_pages)
        url: str | None = f"{self._url('data/')}?{urlencode(self._words(window))}"
        while url is not None:
            pages.ask(url)
            answer = self._get(url)
            rows = parse.rows(answer)
            pages.take(rows)
            pages.meet(parse.keys(rows, (NUMBER, self._sort)))
            yield replace(answer, updated_at=told.parsed_at)
            url = self._next(url, parse.next_link(answer))
        if pages.count > 1 and parse.resource(self._get(self._url(""))) != told:
            raise UnstablePagesError(f"{told.title} was replaced while pages were read")

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            yield parse.rows(answer)

    @property
    def _sort(self) -> str:
        return self.query.option("sort") or NUMBER

    def _words(self, window: Window) -> dict[str, str]:
        field = self.query.option("time_field")
        first, after = days_of(window)
        times = {f"{field}__greater": str(first), f"{field}__strictly_less": str(after)}
        size = str(min(self.http.policy.page_size, LONGEST_PAGE))
        return (times if field else {}) | {
            f"{self._sort}__sort": "asc",
            "page": "1",
            "page_size": size,
        }

    def _next(self, url: str, link: str) -> str | None:
        if not link:
            return None
        following = followed(url, link, home=self.query.base_url)
        parse.check_question(url, following)
        return following

    def _get(self, url: str) -> Answer:
        return self.http.get(url, accept="application/json", explain=parse.refusal)

    def _url(self, place: str) -> str:
        home, resource = self.query.base_url.rstrip("/"), quote(self.query.collection, safe="")
        return f"{home}/api/resources/{resource}/{place}"


def days_of(window: Window) -> tuple[date, date]:
    """The first day that may stand in the window, and the day after the last, by the local
    calendar and by that of UTC. Whole days are asked for: compared to a column of days, an instant
    would lose its hour, and the last day with it."""
    starts = (window.start.date(), window.start.astimezone(UTC).date())
    ends = ((window.end - INSTANT).date(), (window.end - INSTANT).astimezone(UTC).date())
    return min(starts), max(ends) + DAY
