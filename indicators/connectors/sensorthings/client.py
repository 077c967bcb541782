"""Asks a SensorThings service for the observations of its datastreams, page after page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

from indicators.connectors.base import (
    Answer,
    Batch,
    BusyError,
    Capabilities,
    Connector,
    Description,
    HttpStatusError,
    Listed,
    MissingCollectionError,
    NotJsonError,
    Probe,
    Query,
    RedirectError,
    SourceError,
    SourceTimeoutError,
    TooBigError,
    TruncatedError,
    Window,
    WrongShapeError,
)  # fmt: skip
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import Pages, followed
from indicators.connectors.sensorthings import parse
from indicators.connectors.sensorthings.parse import Datastream

ACCEPT = "application/json"
SAFE = "$'()/:,@=&?%!*;~+"  # of a link as a server writes it, often with blanks in it
DATASTREAMS_A_PAGE = 100
OBSERVATIONS_A_PAGE = 1000  # servers make them one by one: 5,000 may take longer than we wait
# what a page that is too big for a server ends in
TOO_MUCH = (BusyError, HttpStatusError, SourceTimeoutError, TooBigError, TruncatedError)

# what a root that is not where the standard puts it ends in
NO_ROOT = (
    HttpStatusError, MissingCollectionError, NotJsonError, RedirectError, WrongShapeError,
)  # fmt: skip


def connect(query: Query, http: HttpClient) -> Connector:
    return SensorThings(query, http)


@dataclass(frozen=True)
class SensorThings:
    """One or more datastreams. The datastreams are asked for first, then the observations of each:
    the header `parse.OF` of an answer says whose they are."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=True, stable_sort=self._order != "")

    @property
    def _root(self) -> str:
        return self.query.base_url.rstrip("/")

    @property
    def _order(self) -> str:
        return str(self.query.options.get("order", "id"))

    def probe(self) -> Probe:
        """The source's own date is that of its latest result."""
        found = self._found()
        last = max((one.last for one in found if one.last is not None), default=None)
        return Probe(parse.title(found), last, last.isoformat() if last else "")

    def describe(self) -> Description:
        found = self._found()
        units = dict.fromkeys(one.unit for one in found if one.unit)
        return Description(
            title=parse.title(found),
            fields=parse.FIELDS,
            units={"result": " / ".join(units)} if units else {},
        )

    def collections(self) -> list[Listed]:
        """The first datastreams, one by one."""
        url = f"{self._root}/Datastreams?{_written({'$top': str(DATASTREAMS_A_PAGE)})}"
        found = parse.datastreams(self._get(url))
        return [Listed(f"Datastreams({one.key})", one.name) for one in found]

    def fetch(self, window: Window) -> Iterator[Answer]:
        pages, datastreams = Pages(self.http.policy.max_pages), dict[str, Datastream]()
        for answer in self._datastreams(pages):
            datastreams |= {one.key: one for one in parse.datastreams(answer)}
            yield answer
        words = self._words(window)
        for one in datastreams.values():
            for answer in self._observations(one, words, pages):
                words["$top"] = parse.top(answer.url) or words["$top"]  # not too big again
                yield replace(answer, headers={**answer.headers, parse.OF: one.key})

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        """Each observation once: a page may begin with the last of the page before it."""
        datastreams = dict[str, Datastream]()
        met, seen = "", set[str]()
        for answer in answers:
            key = answer.headers.get(parse.OF)
            if key is None:
                datastreams |= {one.key: one for one in parse.datastreams(answer)}
                continue
            met, seen = (key, seen) if key == met else (key, set())
            yield parse.rows(answer, datastreams[key], seen)

    def _found(self) -> list[Datastream]:
        answers = self._datastreams(Pages(self.http.policy.max_pages))
        return [one for answer in answers for one in parse.datastreams(answer)]

    def _datastreams(self, pages: Pages) -> Iterator[Answer]:
        """Raises OptionsError, MissingCollectionError."""
        path = parse.path(self.query.collection)
        url = f"{self._root}/{quote(path, safe=SAFE)}"
        if path.endswith("Datastreams"):
            words = {"$top": str(DATASTREAMS_A_PAGE), **({"$orderby": "id"} if self._order else {})}
            url = f"{url}?{_written(words | self._filter())}"
        found = 0
        for answer in self._pages(url, pages):
            found += len(parse.datastreams(answer))
            yield answer
        if not found:
            raise MissingCollectionError(f"{url}: no datastream")

    def _filter(self) -> dict[str, str]:
        told = self.query.option("filter")
        return {"$filter": told} if told else {}

    def _observations(
        self, one: Datastream, words: dict[str, str], pages: Pages
    ) -> Iterator[Answer]:
        url = f"{self._root}/Datastreams({quote(one.key, safe=SAFE)})/Observations"
        for answer in self._pages(f"{url}?{_written(words)}", pages):
            pages.take(parse.observations(answer))
            yield answer

    def _pages(self, first: str, pages: Pages) -> Iterator[Answer]:
        url: str | None = first
        while url is not None:
            answer = self._page(url, pages)
            yield answer
            link = parse.next_link(answer)
            home = self.query.base_url
            url = quote(followed(answer.url, link, home=home), safe=SAFE) if link else None

    def _page(self, url: str, pages: Pages) -> Answer:
        """A page that is too big for the server is asked for again in smaller pieces."""
        while True:
            pages.ask(url)
            try:
                return self._get(url)
            except TOO_MUCH as error:
                smaller = parse.smaller(url)
                if smaller is None or _wants_us_to_wait(error):
                    raise
                url = smaller

    def _words(self, window: Window) -> dict[str, str]:
        start, end = _utc(window.start), _utc(window.end)
        words = {
            "$filter": f"phenomenonTime ge {start} and phenomenonTime lt {end}",
            "$select": ",".join(parse.ASKED),
            "$top": str(min(self.http.policy.page_size, OBSERVATIONS_A_PAGE)),
        }
        words |= {"$orderby": self._order} if self._order else {}
        return words | ({"$resultFormat": "dataArray"} if self._gives_data_arrays() else {})

    def _gives_data_arrays(self) -> bool:
        """The short form of an answer: where the service says that it has it."""
        try:
            return parse.has_data_arrays(self._get(f"{self._root}/"))
        except NO_ROOT:
            return False

    def _get(self, url: str) -> Answer:
        headers = {"Authorization": self.query.secret} if self.query.secret else {}
        return self.http.get(url, accept=ACCEPT, headers=headers)


def _wants_us_to_wait(error: SourceError) -> bool:
    return isinstance(error, BusyError) and error.retry_after_s is not None


def _written(words: dict[str, str]) -> str:
    return urlencode(words, safe="$'(),:/", quote_via=quote)


def _utc(moment: datetime) -> str:
    """To the second, none left out; without `+`, which the next link of some servers loses."""
    whole = moment.astimezone(UTC).replace(tzinfo=None)
    if whole.microsecond:
        whole = whole.replace(microsecond=0) + timedelta(seconds=1)
    return f"{whole.isoformat()}Z"
