"""Trying an address: a few rows in a few seconds, so that a person can look at them. Nothing is
published, and nothing kept but what the caller keeps."""

import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from indicators.connectors.base import (
    Batch,
    Connector,
    DeadlineError,
    Description,
    HttpPolicy,
    Listed,
    Lists,
    MissingCollectionError,
    Query,
    SourceError,
    Window,
    WrongShapeError,
)
from indicators.connectors.registry import opened
from indicators.services.mapping import storable

ROWS = 200
MOST_BYTES = 400_000  # of all rows, as they are kept
MOST_LISTED = 500
WHOLE_TRY_S, PATIENCE_S = 14.0, 18.0  # of the questions; of the person who waits
# Recent rows first: those of ten years ago may be written otherwise.
SPANS = (timedelta(days=31), timedelta(days=400), timedelta(days=15_000))
T = TypeVar("T")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """What an address answered. `fields`: name → type in the source's words; `fault`: the code of
    what went wrong with the rows where the rest was told, and `detail` its technical words."""

    title: str
    fields: dict[str, str]
    units: dict[str, str]
    licence: str = ""
    updated_at: str = ""
    count: int | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def limits(allow: Iterable[str]) -> HttpPolicy:
    """Few rows, small bytes, one attempt, a short time in all."""
    return HttpPolicy(
        allow=tuple(allow), connect_s=4, read_s=10, total_s=WHOLE_TRY_S, max_body_bytes=4_000_000,
        max_file_bytes=30_000_000, page_size=ROWS, max_pages=40, attempts=1, sample=ROWS,
    )  # fmt: skip


def address(*, protocol: str, query: Query, policy: HttpPolicy, now: datetime) -> Tried:
    """Probe, description and some rows of a collection. Raises SourceError."""

    def work() -> Tried:
        with opened(protocol, query, policy) as connector:
            return _tried(connector, now)

    return _in_time(work)


def collections(*, protocol: str, query: Query, policy: HttpPolicy) -> list[Listed]:
    """What an address offers. Raises SourceError, of which MissingCollectionError where its
    protocol cannot tell."""

    def work() -> list[Listed]:
        with opened(protocol, query, policy) as connector:
            if not isinstance(connector, Lists):
                raise MissingCollectionError(f"{protocol} does not list its collections")
            return connector.collections()[:MOST_LISTED]

    return _in_time(work)


def _in_time(work: Callable[[], T]) -> T:
    """The connectors keep their own time but for a name that is looked up, and a file that is
    unpacked: whoever waits is answered all the same. Raises SourceError alone."""
    found: list[T] = []
    faults: list[Exception] = []

    def carry_out() -> None:
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - told below, in the thread that waits
            faults.append(error)

    thread = threading.Thread(target=carry_out, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    if found:
        return found[0]
    if not faults:
        raise DeadlineError(f"no answer within {PATIENCE_S:.0f} seconds")
    if isinstance(faults[0], SourceError):
        raise faults[0]
    logger.error("a try failed on an answer that nobody thought of", exc_info=faults[0])
    raise WrongShapeError(f"{type(faults[0]).__name__}: {faults[0]}") from faults[0]


def _tried(connector: Connector, now: datetime) -> Tried:
    probe = connector.probe()
    described = Description(probe.title)
    with suppress(SourceError):  # some servers describe nothing: their rows will do
        described = connector.describe()
    rows, fault = _rows(connector, now)
    if fault is not None and not described.fields:
        raise fault
    names = dict.fromkeys(name for row in rows for name in row)
    return Tried(
        title=(probe.title or described.title)[:200],
        fields=dict(described.fields) | {n: "" for n in names if n not in described.fields},
        units=dict(described.units),
        licence=described.licence[:120],
        updated_at=probe.updated_at.isoformat() if probe.updated_at else "",
        count=probe.rows,
        rows=rows,
        fault=fault.code if fault else "",
        detail=fault.message[:500] if fault else "",
    )


def _rows(connector: Connector, now: datetime) -> tuple[list[dict[str, Any]], SourceError | None]:
    """The first rows of the shortest recent span that has some, and what ended the search."""
    for span in SPANS:
        window = Window(now - span, now.astimezone(UTC) + timedelta(days=1))
        try:
            rows = _kept(islice(_flat(connector.read(connector.fetch(window))), ROWS))
        except SourceError as error:
            return [], error
        if rows:
            return rows, None
    return [], None


def _flat(batches: Iterable[Batch]) -> Iterator[Any]:
    for batch in batches:
        yield from batch[:ROWS].to_pylist() if isinstance(batch, pa.RecordBatch) else batch


def _kept(rows: Iterable[Any]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        one = storable(row)
        assert isinstance(one, dict)
        size += len(json.dumps(one))
        if size > MOST_BYTES:
            break
        kept.append(one)
    return kept
