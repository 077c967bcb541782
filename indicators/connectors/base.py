"""What every connector gives and takes. Frozen values; nothing here stores anything.

A pull has two halves: `fetch` asks the source and gives its answers as received; `read` turns
answers into rows, and needs nothing but their bytes. So a pull can be read again from what was kept
of it, and gives the same rows.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias, runtime_checkable

import pyarrow as pa

Row = Mapping[str, object]
Rows = tuple[Row, ...]
Batch: TypeAlias = Rows | pa.RecordBatch  # a connector gives whichever it reads fastest


class NotFinite(str):
    """A number that no float can hold (NaN, Infinity, 1e400), as the source wrote it."""

    __slots__ = ()


@dataclass(frozen=True)
class Window:
    """Half-open interval [start, end) of aware instants."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window has aware instants")
        if self.start >= self.end:
            raise ValueError("a window is not empty")


@dataclass(frozen=True)
class Answer:
    """One complete answer with status 200, decompressed, as received. Its `body` is bytes, or the
    file that holds them. `url` never holds a secret. `headers`: those kept with the raw file, in
    lower case. `received_at`: when an answer that was kept came, None for a new one. `parsed` is for
    the connector alone: what it read of the body once already."""

    url: str
    content_type: str
    body: bytes | Path
    updated_at: datetime | None = None  # when the source says its data changed
    headers: Mapping[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    parsed: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def open(self) -> BinaryIO:
        return self.body.open("rb") if isinstance(self.body, Path) else io.BytesIO(self.body)

    def read(self) -> bytes:
        return self.body.read_bytes() if isinstance(self.body, Path) else self.body


@dataclass(frozen=True)
class Known:
    """An answer that was kept, with what the source named its state by, and when it came: asked for
    on condition, it is not sent again unless it changed."""

    etag: str
    last_modified: str
    received_at: datetime
    again: Callable[[], Answer]


@dataclass(frozen=True)
class Query:
    """Which collection of which service. `options` are the protocol's own (see the `OPTIONS` of its
    folder); `secret` is a key or a password; `known`: URL → the answer kept of it, the latest first."""

    base_url: str
    collection: str
    options: Mapping[str, object] = field(default_factory=dict)
    secret: str = field(default="", repr=False)
    known: Mapping[str, Known] = field(default_factory=dict, repr=False, compare=False)

    def option(self, name: str) -> str:
        """An option that is a text, "" where it is not given."""
        return str(self.options.get(name, ""))


@dataclass(frozen=True)
class HttpPolicy:
    """Limits of one fetch. `allow`: hosts, host:port, *.domain and networks (CIDR)."""

    allow: tuple[str, ...]
    connect_s: float = 5.0
    read_s: float = 30.0
    total_s: float = 420.0  # for all pages and retries; below the time limit of a task
    max_body_bytes: int = 64_000_000  # of one answer, once decompressed
    max_file_bytes: int = 2_000_000_000  # of one answer that is kept in a file
    page_size: int = 5000  # a wish: servers cut it silently
    max_pages: int = 5000
    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0  # a longer Retry-After ends the fetch instead
    sample: int = 0  # of a try: so many rows will do; 0: all are wanted


@dataclass(frozen=True)
class Capabilities:
    """What the protocol can do by itself; the pull never relies on it without checking."""

    time: bool = False
    area: bool = False
    aggregate: bool = False
    modified_since: bool = False
    stable_sort: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class Probe:
    """The service answers. `updated_at` is the source's own date, if it gives one; `token` changes
    when its data do; `rows`: how many it says it has."""

    title: str
    updated_at: datetime | None
    token: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class Description:
    """The collection as the service describes it: field name → type, in its own words; `units`:
    field name → unit, where it says so."""

    title: str
    fields: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    licence: str = ""


@dataclass(frozen=True)
class Listed:
    """A collection that a service offers: what to write as its name, and how people call it."""

    code: str
    title: str = ""


@dataclass(frozen=True)
class Option:
    """What a protocol asks besides the address and the collection: `help` in English, marked for
    translation; `examples` as they are written in a file of sources; `schema`: what may be written
    there (JSON Schema)."""

    help: str
    is_required: bool = False
    examples: tuple[object, ...] = ()
    schema: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """A protocol as people are told of it. `name` is a proper noun; `address` and `collection` say
    what to write there, `secret` what the key or password is for ("": none is asked); `lists`: its
    connector is one that `Lists`."""

    name: str
    address: str
    collection: str
    options: Mapping[str, Option] = field(default_factory=dict)
    secret: str = ""
    schemes: tuple[str, ...] = ("http", "https")
    lists: bool = False


class Connector(Protocol):
    """One collection of one service, whatever the protocol. All methods may raise SourceError."""

    @property
    def capabilities(self) -> Capabilities: ...

    def probe(self) -> Probe: ...

    def describe(self) -> Description: ...

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Answers that hold the rows of `window`; rows outside it may come with them."""
        ...

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        """Their rows, in the order received. Asks nothing of the source, nor of a clock."""
        ...


@runtime_checkable
class Lists(Protocol):
    """A connector whose service can say, by one short question, which collections it has."""

    def collections(self) -> list[Listed]:
        """The first few hundred, in the order of the service. Raises SourceError."""
        ...


class SourceError(Exception):
    """A source did not answer as it should.

    `code` is stable and stored; the message is technical detail for the data team.
    """

    code = "SOURCE"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TransientError(SourceError):
    """Worth another try in a moment. `retry_after_s` is the source's own wish."""

    retry_after_s: float | None = None


class UnreachableError(TransientError):
    code = "UNREACHABLE"


class SourceTimeoutError(TransientError):
    code = "TIMEOUT"


class TruncatedError(TransientError):
    """The answer ended too early: cut connection, or JSON without its end."""

    code = "TRUNCATED"


class BusyError(TransientError):
    """429 or a server error."""

    code = "HTTP_STATUS"

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnknownProtocolError(SourceError):
    code = "UNKNOWN_PROTOCOL"


class HttpStatusError(SourceError):
    code = "HTTP_STATUS"


class RedirectError(SourceError):
    """Redirects are never followed: they could lead inside the network."""

    code = "REDIRECT"


class AddressRefusedError(SourceError):
    code = "ADDRESS_REFUSED"


class DeadlineError(SourceError):
    """The whole fetch took too long, retries included."""

    code = "DEADLINE"


class TooBigError(SourceError):
    code = "TOO_BIG"


class NotJsonError(SourceError):
    code = "NOT_JSON"


class NotXmlError(SourceError):
    code = "NOT_XML"


class WrongShapeError(SourceError):
    """JSON or XML, but not what the protocol promises."""

    code = "WRONG_SHAPE"


class AccessRefusedError(SourceError):
    """The source knows neither the user nor the key, or gives them no right to this collection."""

    code = "ACCESS_REFUSED"


class MissingCollectionError(SourceError):
    code = "MISSING_COLLECTION"


class PageLoopError(SourceError):
    code = "PAGE_LOOP"


class PageCapError(SourceError):
    code = "PAGE_CAP"


class ForeignLinkError(SourceError):
    """The link to the next page leaves the source's own address."""

    code = "FOREIGN_LINK"


class UnstablePagesError(SourceError):
    """A row came on two pages: the order changed in between, so others may be missing."""

    code = "UNSTABLE_PAGES"


class QueryRefusedError(SourceError):
    """The source does not understand what is asked of it: a renamed field, a wrong clause."""

    code = "QUERY_REFUSED"


class OptionsError(SourceError):
    """The options of the feed do not say what the protocol needs."""

    code = "BAD_OPTIONS"
