"""What every connector gives and takes. Frozen values; nothing here stores anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Row = Mapping[str, object]


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
class Query:
    """Which collection of which service."""

    base_url: str
    collection: str


@dataclass(frozen=True)
class HttpPolicy:
    """Limits of one fetch. `allow`: hosts, host:port, *.domain and networks (CIDR)."""

    allow: tuple[str, ...]
    connect_s: float = 5.0
    read_s: float = 30.0
    total_s: float = 420.0  # for all pages and retries; below the time limit of a task
    max_body_bytes: int = 64_000_000  # of one answer, once decompressed
    page_size: int = 5000  # a wish: servers cut it silently
    max_pages: int = 5000
    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0  # a longer Retry-After ends the fetch instead


@dataclass(frozen=True)
class Page:
    """Rows of one answer, in the order received, and the digest of its bytes."""

    number: int
    rows: tuple[Row, ...]
    sha256: str
    updated_at: datetime | None = None  # when the source says its data changed


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
    """The service answers. `updated_at` is the source's own date, if it gives one."""

    title: str
    updated_at: datetime | None


@dataclass(frozen=True)
class Description:
    """The collection as the service describes it: field name → type."""

    title: str
    fields: Mapping[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """One collection of one service, whatever the protocol. All methods may raise SourceError."""

    @property
    def capabilities(self) -> Capabilities: ...

    def probe(self) -> Probe: ...

    def describe(self) -> Description: ...

    def fetch(self, window: Window) -> Iterator[Page]:
        """Pages of rows asked for `window`; rows outside it may come back: check them."""
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


class WrongShapeError(SourceError):
    """JSON, but not what the protocol promises."""

    code = "WRONG_SHAPE"


class MissingCollectionError(SourceError):
    code = "MISSING_COLLECTION"


class PageLoopError(SourceError):
    code = "PAGE_LOOP"


class PageCapError(SourceError):
    code = "PAGE_CAP"


class ForeignLinkError(SourceError):
    """The link to the next page leaves the source's own address."""

    code = "FOREIGN_LINK"
