"""Following pages without being led in circles or elsewhere."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from indicators.connectors.base import (
    ForeignLinkError,
    PageCapError,
    PageLoopError,
    Rows,
    UnstablePagesError,
)  # fmt: skip


@dataclass
class Pages:
    """Addresses and contents already met: a server that repeats itself would never end."""

    most: int
    count: int = 0
    _addresses: set[str] = field(default_factory=set)
    _contents: set[str] = field(default_factory=set)
    _keys: set[str] = field(default_factory=set)

    def ask(self, url: str) -> None:
        """Raises PageLoopError, PageCapError before a page is asked for."""
        self.count += 1
        if self.count > self.most:
            raise PageCapError(f"more than {self.most} pages")
        if url in self._addresses:
            raise PageLoopError(f"the next page leads back to {url}")
        self._addresses.add(url)

    def take(self, rows: Rows) -> None:
        """Raises PageLoopError where a page with rows repeats an earlier one."""
        if not rows:
            return
        text = json.dumps(rows, sort_keys=True, separators=(",", ":"), default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest in self._contents:
            raise PageLoopError(f"page {self.count} repeats an earlier page")
        self._contents.add(digest)

    def meet(self, keys: Iterable[str]) -> None:
        """What names each row of a page. Raises UnstablePagesError where one was met before."""
        for key in keys:
            if key in self._keys:
                raise UnstablePagesError(f"page {self.count} repeats the row {key[:200]}")
            self._keys.add(key)


def followed(current: str, link: str, *, home: str) -> str:
    """The address of a link. Raises ForeignLinkError if it leaves the source's own address."""
    try:
        url = urljoin(current, link)
        at_home = _origin(url) == _origin(home)
    except ValueError as error:
        raise ForeignLinkError(f"the next page has no address: {link[:200]}") from error
    if not at_home:
        raise ForeignLinkError(f"the next page is elsewhere: {url[:200]}")
    return url


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
