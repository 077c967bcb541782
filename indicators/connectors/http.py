"""The only HTTP client: vetted addresses, no redirects, bounded in time, bytes and retries."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpcore
import httpx
import stamina

from indicators.connectors.addresses import AllowList
from indicators.connectors.base import (
    BusyError,
    HttpPolicy,
    HttpStatusError,
    MissingCollectionError,
    NotJsonError,
    RedirectError,
    SourceTimeoutError,
    TooBigError,
    TransientError,
    TruncatedError,
    UnreachableError,
)
from indicators.connectors.transport import Clock, Transport, VettedBackend

GZIP = 31  # zlib's window bits for a gzip header


@dataclass(frozen=True)
class Answer:
    """A complete answer with status 200, decompressed."""

    url: str
    content_type: str
    body: bytes
    updated_at: datetime | None  # the Last-Modified header


class HttpClient:
    """GET, and nothing else. One client serves one fetch."""

    def __init__(self, policy: HttpPolicy) -> None:
        self.policy = policy
        self._clock = Clock(policy.total_s)
        backend = VettedBackend(AllowList(policy.allow), self._clock)
        self._client = httpx.Client(
            transport=Transport(backend),
            timeout=httpx.Timeout(policy.read_s, connect=policy.connect_s),
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": "Gouvernail", "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, url: str, *, accept: str) -> Answer:
        """One answer, after retries of what may pass. Raises SourceError."""
        policy = self.policy
        for attempt in stamina.retry_context(
            on=self._wait,
            attempts=policy.attempts,
            timeout=policy.total_s,
            wait_initial=policy.first_wait_s,
            wait_max=policy.longest_wait_s,
            wait_jitter=policy.first_wait_s,
        ):
            with attempt, _translated(url):
                return self._get_once(url, accept)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: Exception) -> bool | float:
        """True: wait as planned; a number: as long as the source asks; False: give up."""
        if not isinstance(error, TransientError):
            return False
        wish = error.retry_after_s
        if wish is None:
            return True
        return wish if wish <= self.policy.longest_wait_s else False

    def _get_once(self, url: str, accept: str) -> Answer:
        self._clock.left()
        with self._client.stream("GET", url, headers={"Accept": accept}) as answer:
            _check_status(answer)
            return Answer(
                url=url,
                content_type=answer.headers.get("Content-Type", "").lower(),
                body=_read(answer, self.policy.max_body_bytes),
                updated_at=_http_date(answer.headers.get("Last-Modified", "")),
            )


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Network failures, in the connectors' own words."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise SourceTimeoutError(f"{url}: no answer in time") from error
    except httpcore.RemoteProtocolError as error:
        raise TruncatedError(f"{url}: {error}") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise UnreachableError(f"{url}: {error}") from error
    except zlib.error as error:
        raise TruncatedError(f"{url}: {error}") from error
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise UnreachableError(f"{url}: {error}") from error


def _check_status(answer: httpx.Response) -> None:
    status, text = answer.status_code, f"{answer.request.url} answered {answer.status_code}"
    if status == 200:
        return
    if 300 <= status < 400:
        raise RedirectError(f"{text} → {answer.headers.get('Location', '')[:200]}")
    if status == 404:
        raise MissingCollectionError(text)
    if status == 429 or status >= 500:
        raise BusyError(text, _retry_after(answer.headers.get("Retry-After", "")))
    raise HttpStatusError(text)


def _retry_after(text: str) -> float | None:
    """The header as seconds; a date is left to our own waits."""
    return float(text) if text.isascii() and text.isdigit() else None


def _read(answer: httpx.Response, limit: int) -> bytes:
    """The decompressed body. Raises TooBigError before it takes more than `limit` bytes."""
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise NotJsonError(f"the answer is encoded as {encoding}")
    decoder = zlib.decompressobj(GZIP) if encoding == "gzip" else None
    body = bytearray()
    for chunk in answer.iter_raw():
        # a bomb is stopped as it unfolds: never more than one byte above the limit
        body += decoder.decompress(chunk, limit + 1 - len(body)) if decoder else chunk
        if len(body) > limit:
            raise TooBigError(f"{answer.request.url}: more than {limit} bytes")
    if decoder is not None and not decoder.eof:
        raise TruncatedError(f"{answer.request.url}: compressed data ends too early")
    return bytes(body)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
