"""Asks for the files that can hold a window, each whole and only if it changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    MissingCollectionError,
    Probe,
    Query,
    Window,
    WrongShapeError,
)
from indicators.connectors.files import parse
from indicators.connectors.files.places import can_hold, matches, written
from indicators.connectors.files.stores import Store, store_of
from indicators.connectors.http import HttpClient

RECENT = timedelta(days=400)
MOST_TRIED = 24  # files asked for before a folder is said to hold none


def connect(query: Query, http: HttpClient) -> Connector:
    return Files(query, http)


@dataclass(frozen=True)
class Files:
    """A file, several, or those of a folder that is cut by time."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=self._is_cut_by_time, conditional=True)

    @property
    def _is_cut_by_time(self) -> bool:
        return "partitions" in self.query.options or "*" in self.query.collection

    @property
    def _store(self) -> Store:
        return store_of(self.query, self.http)

    def probe(self) -> Probe:
        answer = self._example()
        token = answer.headers.get("etag") or answer.headers.get("last-modified", "")
        return Probe(self.query.collection, answer.updated_at, token)

    def describe(self) -> Description:
        limit = self.http.policy.max_file_bytes
        fields = parse.fields(self._example(), self.query.options, limit=limit)
        return Description(self.query.collection, fields)

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Whole files. Where the column that dates a row is known, each answer says which window
        was wanted of it, so that `read` can skip what is outside."""
        wanted = f"{window.start.isoformat()}/{window.end.isoformat()}"
        told = {parse.WINDOW: wanted} if self.query.option("time_field") else {}
        for answer in self._answers(self._paths(window)):
            yield replace(answer, headers={**answer.headers, **told})

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        limit = self.http.policy.max_file_bytes
        for answer in answers:
            yield from parse.batches(answer, self.query.options, limit=limit)

    def _answers(self, paths: Iterable[str]) -> Iterator[Answer]:
        """A file that is named by the calendar may not be there yet; one that the definition names
        must be. Raises MissingCollectionError."""
        missing: MissingCollectionError | None = None
        found = False
        for path in paths:
            try:
                answer = self._ask(path)
            except MissingCollectionError as error:
                if "partitions" not in self.query.options:
                    raise
                missing = error
                continue
            found = True
            yield answer
        if missing is not None and not found:
            raise missing

    def _ask(self, path: str) -> Answer:
        url = self._store.url(path)
        known, headers = self.query.known.get(url), self._store.headers(url)
        return self.http.download(url, headers=headers, known=known)

    def _paths(self, window: Window) -> Iterator[str]:
        options, folder = self.query.options, self.query.collection
        if "files" in options:
            yield from _within(folder, _names(options["files"]))
        elif "partitions" in options:
            yield from _within(folder, written(self.query.option("partitions"), window))
        elif "*" in folder:
            yield from (path for path in self._listed() if can_hold(path, window))
        else:
            yield folder

    def _listed(self) -> list[str]:
        """The files of a pattern, in order. Raises MissingCollectionError if there is none."""
        pattern = self.query.collection
        listed = self._store.paths(pattern.partition("*")[0])
        found = sorted(path for path in listed if matches(pattern, path))
        if not found:
            raise MissingCollectionError(f"no file is named like {pattern}")
        return found

    def _example(self) -> Answer:
        """The latest of the files."""
        return next(self._answers(islice(self._latest(), MOST_TRIED)))

    def _latest(self) -> Iterator[str]:
        if "*" in self.query.collection:
            yield from reversed(self._listed())
            return
        now = datetime.now(UTC)
        yield from reversed(list(self._paths(Window(now - RECENT, now))))


def _within(folder: str, names: Iterable[str]) -> Iterator[str]:
    start = "" if folder.strip("./") == "" else f"{folder.strip('/')}/"
    return (start + name.lstrip("/") for name in names)


def _names(told: object) -> list[str]:
    """Raises WrongShapeError if the option is not a list of names."""
    if not isinstance(told, list) or not told:
        raise WrongShapeError("the option `files` is a list of names")
    return [str(name) for name in told]
