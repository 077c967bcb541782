"""The answers of a run as they were received: kept, and read again."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F

from indicators.connectors.base import Answer, Known, SourceError
from indicators.models import Feed, RawFile, Run
from indicators.raw_store import RawLostError, RawStore

PUBLISHED = (Run.State.SUCCEEDED, Run.State.PARTIAL)
LONGEST_WRITE = timedelta(hours=6)  # far longer than a worker may hold a run
MOST_LISTED = 100
IN_MEMORY = 64_000_000  # bytes; a longer answer is read from a file


class StoreError(SourceError):
    """The answer could not be kept: the disk is full, or the store is away."""

    code = "STORE"


class LostError(SourceError):
    """An answer that was kept is no longer there, or no longer the same."""

    code = "RAW_LOST"


def keep(run: Run, answers: Iterable[Answer], *, store: RawStore, at: datetime) -> None:
    """Store every answer of this attempt, in the order received. One that the source did not send
    again, since nothing changed, stays dated by when it came."""
    for number, answer in enumerate(answers, start=1):
        try:
            sha256, size = store.put(answer.body)
        except OSError as error:
            raise StoreError(str(error)) from error
        RawFile.objects.create(
            run=run, attempt=run.attempts, number=number, sha256=sha256, size=size,
            url=answer.url, content_type=answer.content_type[:200],
            headers=dict(answer.headers), source_updated_at=answer.updated_at,
            received_at=answer.received_at or at,
        )  # fmt: skip


def sweep(*, store: RawStore, now: datetime) -> int:
    """Remove what interrupted writes left in the store; how many files. Raises StoreError."""
    try:
        return store.sweep(before=now - LONGEST_WRITE)
    except OSError as error:
        raise StoreError(str(error)) from error


def of_run(run: Run) -> list[RawFile]:
    """Those that its rows were read from: of the attempt that fetched all, or of the run that it
    reads again."""
    fetched = run.replay_of or run
    kept = fetched.raw_files.filter(attempt=F("run__fetched_attempt"))
    return list(kept.order_by("number"))


def unchanged_since(run: Run) -> datetime | None:
    """When the answers of a run came, where an earlier run had received them all and the source
    said that nothing had changed; None where it sent something."""
    files = of_run(run)
    earlier = RawFile.objects.filter(
        run__feed=run.feed_id, run__lt=(run.replay_of or run).pk,
        sha256__in=[one.sha256 for one in files],
    )  # fmt: skip
    known = set(earlier.values_list("sha256", "received_at"))
    again = [one.received_at for one in files if (one.sha256, one.received_at) in known]
    return max(again) if files and len(again) == len(files) else None


class Kept(Mapping[str, Known]):
    """Of each address, the answer that was last published of a feed: asked for on condition, it is
    not sent again. An answer that the store has lost is asked for whole, as are all after a run
    that could not read what was kept."""

    def __init__(self, feed: Feed, store: RawStore, folder: Path) -> None:
        self._store, self._folder = store, folder
        last = feed.runs.filter(replay_of=None, finished_at__isnull=False).order_by("-pk").first()
        self._files = RawFile.objects.filter(
            run__feed=feed, run__replay_of=None, run__state__in=PUBLISHED,
            attempt=F("run__fetched_attempt"),
        )  # fmt: skip
        if last is not None and last.error_code == LostError.code:
            self._files = self._files.none()

    def __getitem__(self, url: str) -> Known:
        file = self._files.filter(url=url).order_by("-pk").first()
        if file is None:
            raise KeyError(url)
        etag, changed = file.headers.get("etag", ""), file.headers.get("last-modified", "")
        if not (etag or changed) or not self._store.holds(file.sha256):
            raise KeyError(url)
        came = file.received_at
        again = partial(_answer, file, self._store, self._folder)
        return Known(etag, changed, came, lambda: replace(again(), received_at=came))

    def __iter__(self) -> Iterator[str]:
        """The addresses of the latest answers, the last one first; older ones may be asked for."""
        latest = self._files.order_by("-pk").values_list("url", flat=True)[:MOST_LISTED]
        return iter(dict.fromkeys(latest))

    def __len__(self) -> int:
        return sum(1 for _url in self)


@contextmanager
def known(feed: Feed, *, store: RawStore) -> Iterator[Kept]:
    """What may be asked for on condition; its answers are there as long as this is open."""
    with TemporaryDirectory(prefix="known-") as folder:
        yield Kept(feed, store, Path(folder))


@contextmanager
def opened(files: Iterable[RawFile], *, store: RawStore) -> Iterator[Iterator[Answer]]:
    """Their answers, one at a time. Raises LostError."""
    with TemporaryDirectory(prefix="raw-") as folder:
        yield (_answer(file, store, Path(folder)) for file in files)


def _answer(file: RawFile, store: RawStore, folder: Path) -> Answer:
    path = folder / str(file.pk)
    try:
        store.copy(file.sha256, path)
    except RawLostError as error:
        raise LostError(str(error)) from error
    body: bytes | Path = path
    if file.size <= IN_MEMORY:
        body = path.read_bytes()
        path.unlink()
    return Answer(file.url, file.content_type, body, file.source_updated_at, file.headers)
