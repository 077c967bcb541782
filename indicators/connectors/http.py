"""The only HTTP client: vetted addresses, no redirects, bounded in time, bytes and retries."""

import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import httpcore
import httpx
import stamina

from indicators.connectors.addresses import AllowList
from indicators.connectors.base import (
    Answer,
    BusyError,
    HttpPolicy,
    HttpStatusError,
    Known,
    MissingCollectionError,
    NotJsonError,
    RedirectError,
    SourceError,
    SourceTimeoutError,
    TooBigError,
    TransientError,
    TruncatedError,
    UnreachableError,
)
from indicators.connectors.transport import Clock, Transport, VettedBackend

GZIP = 31  # zlib's window bits for a gzip header
KEPT = ("etag", "last-modified", "date", "content-language")
NO_HEADERS: Mapping[str, str] = {}
PIECE = 1_000_000  # bytes unfolded at once
MOST_SAID = 20_000  # bytes read of what a source says when it refuses


@dataclass(frozen=True)
class Refusal:
    """An answer whose status is neither 200 nor a redirect: the first bytes of its body."""

    url: str
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes


Explain = Callable[[Refusal], SourceError | None]  # None: the status says enough


class HttpClient:
    """GET, and nothing else. One client serves one fetch."""

    def __init__(self, policy: HttpPolicy) -> None:
        self.policy = policy
        self._clock = Clock(policy.total_s)
        backend = VettedBackend(AllowList(policy.allow), self._clock)
        self._folder = tempfile.TemporaryDirectory(prefix="fetch-")
        self._files = 0
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
        self._folder.cleanup()

    def get(
        self,
        url: str,
        *,
        accept: str,
        headers: Mapping[str, str] = NO_HEADERS,
        explain: Explain | None = None,
    ) -> Answer:
        """One answer in memory, after retries of what may pass. Raises SourceError; `explain` may
        name it from what the source says in the body of its refusal."""
        asked = {"Accept": accept, **headers}
        return self._retried(url, lambda: self._get_once(url, asked, explain))

    def download(
        self,
        url: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] = NO_HEADERS,
        known: Known | None = None,
        explain: Explain | None = None,
    ) -> Answer:
        """One answer in a file, gone when the client closes; the one already kept where the source
        says that nothing changed. Raises SourceError, named by `explain` as in `get`."""
        asked = {"Accept": accept, **headers}
        if known is not None:
            asked |= {"If-None-Match": known.etag} if known.etag else {}
            asked |= {"If-Modified-Since": known.last_modified} if known.last_modified else {}
        return self._retried(url, lambda: self._download_once(url, asked, known, explain))

    def new_file(self) -> Path:
        """Where a file can be written that is gone when the client closes."""
        self._files += 1
        return Path(self._folder.name) / str(self._files)

    def _retried(self, url: str, once: Callable[[], Answer]) -> Answer:
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
                self._clock.left()
                return once()
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: Exception) -> bool | float:
        """True: wait as planned; a number: as long as the source asks; False: give up."""
        if not isinstance(error, TransientError):
            return False
        wish = error.retry_after_s
        if wish is None:
            return True
        return wish if wish <= self.policy.longest_wait_s else False

    def _get_once(self, url: str, headers: Mapping[str, str], explain: Explain | None) -> Answer:
        with self._client.stream("GET", url, headers=headers) as answer:
            _check_status(answer, explain)
            parts: list[bytes] = []  # a buffer that grows would take twice as much
            _read(answer, self.policy.max_body_bytes, parts.append)
            return _answer(url, answer, b"".join(parts))

    def _download_once(
        self, url: str, headers: Mapping[str, str], known: Known | None, explain: Explain | None
    ) -> Answer:
        with self._client.stream("GET", url, headers=headers) as answer:
            if answer.status_code == 304 and known is not None:
                return known.again()
            _check_status(answer, explain)
            path = self.new_file()
            try:
                with path.open("wb") as file:
                    _read(answer, self.policy.max_file_bytes, file.write)
            except BaseException:
                path.unlink()  # each of the next attempts may be as long
                raise
            return _answer(url, answer, path)


def _answer(url: str, answer: httpx.Response, body: bytes | Path) -> Answer:
    return Answer(
        url=url,
        content_type=answer.headers.get("Content-Type", "").lower(),
        body=body,
        updated_at=_http_date(answer.headers.get("Last-Modified", "")),
        headers={name: answer.headers[name] for name in KEPT if name in answer.headers},
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
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
        raise UnreachableError(f"{url}: {error}") from error


def _check_status(answer: httpx.Response, explain: Explain | None) -> None:
    status, text = answer.status_code, f"{answer.request.url} answered {answer.status_code}"
    if status == 200:
        return
    if 300 <= status < 400:
        raise RedirectError(f"{text} → {answer.headers.get('Location', '')[:200]}")
    told = explain(_refusal(answer)) if explain else None
    if told is not None:
        raise told
    if status == 404:
        raise MissingCollectionError(text)
    if status == 413:  # the answer to what was asked would be too long
        raise TooBigError(text)
    if status == 429 or status >= 500:
        raise BusyError(text, _retry_after(answer.headers.get("Retry-After", "")))
    raise HttpStatusError(text)


def _refusal(answer: httpx.Response) -> Refusal:
    parts: list[bytes] = []
    with suppress(SourceError):  # too long, or packed badly: what was read of it will do
        _read(answer, MOST_SAID, parts.append)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Refusal(str(answer.request.url), answer.status_code, headers, b"".join(parts))


def _retry_after(text: str) -> float | None:
    """The header as seconds; a date is left to our own waits."""
    return float(text) if text.isascii() and text.isdigit() else None


def _read(answer: httpx.Response, limit: int, write: Callable[[bytes], object]) -> None:
    """The decompressed body, piece by piece. Raises TooBigError before more than `limit` bytes are
    written."""
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    if encoding not in {"identity", "gzip"}:
        raise NotJsonError(f"the answer is encoded as {encoding}")
    unfold = _Gzip() if encoding == "gzip" else None
    taken = 0
    for chunk in answer.iter_raw():
        for part in unfold.read(chunk) if unfold else (chunk,):
            taken += len(part)
            if taken > limit:
                raise TooBigError(f"{answer.request.url}: more than {limit} bytes")
            write(part)
    if unfold is not None and not unfold.ended:
        raise TruncatedError(f"{answer.request.url}: compressed data ends too early")


class _Gzip:
    """Unfolds gzip members one after the other, as some servers and tools write them."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(GZIP)

    @property
    def ended(self) -> bool:
        return self._member.eof

    def read(self, chunk: bytes) -> Iterator[bytes]:
        """What is in `chunk`, in pieces: a bomb is stopped as it unfolds. Raises zlib.error on what
        follows the last member and is none."""
        while chunk:
            if self._member.eof:
                self._member = zlib.decompressobj(GZIP)
            yield from self._pieces(chunk)
            chunk = self._member.unused_data

    def _pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Of one member; some of it may wait inside after all of `chunk` was taken in."""
        part = self._member.decompress(chunk, PIECE)
        yield part
        while not self._member.eof and (self._member.unconsumed_tail or len(part) == PIECE):
            part = self._member.decompress(self._member.unconsumed_tail, PIECE)
            yield part


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
