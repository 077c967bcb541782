"""The answers of a run as they were received: kept, and read again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db.models import F

from indicators.connectors.base import Answer, SourceError
from indicators.models import RawFile, Run
from indicators.raw_store import RawLostError, RawStore

IN_MEMORY = 64_000_000  # bytes; a longer answer is read from a file


class LostError(SourceError):
    """An answer that was kept is no longer there, or no longer the same."""

    code = "RAW_LOST"


def keep(run: Run, answers: Iterable[Answer], *, store: RawStore, at: datetime) -> None:
    """Store every answer of this attempt, in the order received."""
    for number, answer in enumerate(answers, start=1):
        sha256, size = store.put(answer.body)
        RawFile.objects.create(
            run=run, attempt=run.attempts, number=number, sha256=sha256, size=size,
            url=answer.url, content_type=answer.content_type[:200],
            headers=dict(answer.headers), source_updated_at=answer.updated_at, received_at=at,
        )  # fmt: skip


def of_run(run: Run) -> list[RawFile]:
    """Those that its rows were read from: of the attempt that fetched all, or of the run that it
    reads again."""
    fetched = run.replay_of or run
    kept = fetched.raw_files.filter(attempt=F("run__fetched_attempt"))
    return list(kept.order_by("number"))


@contextmanager
def opened(files: Iterable[RawFile], *, store: RawStore) -> Iterator[Iterator[Answer]]:
    """Their answers, one at a time. Raises LostError."""
    with TemporaryDirectory(prefix="raw-") as folder:
        yield (_answer(file, store, Path(folder)) for file in files)


def _answer(file: RawFile, store: RawStore, folder: Path) -> Answer:
    path = folder / str(file.number)
    try:
        store.copy(file.sha256, path)
    except RawLostError as error:
        raise LostError(str(error)) from error
    body: bytes | Path = path
    if file.size <= IN_MEMORY:
        body = path.read_bytes()
        path.unlink()
    return Answer(file.url, file.content_type, body, file.source_updated_at, file.headers)
