"""Where files are: a folder served over HTTP, or a bucket of an object store."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote_plus, urlencode, urlsplit
from xml.etree.ElementTree import Element, ParseError

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from indicators.connectors.base import Answer, MissingCollectionError, Query, WrongShapeError
from indicators.connectors.http import HttpClient
from indicators.connectors.paging import Pages

# S3 signs the path with every sign encoded but these: sent otherwise, the signature is refused
SAFE = "/-_.~"
AWS_REGION = "us-east-1"
MOST_KEYS = 1000  # of one page of a listing, by the interface itself


class Store(Protocol):
    """Paths are relative to the address of the source."""

    def url(self, path: str) -> str: ...

    def headers(self, url: str) -> Mapping[str, str]:
        """What shows who asks. It holds the secret, and must not leave the request."""
        ...

    def paths(self, start: str) -> Iterator[str]:
        """The files whose paths begin with `start`. Raises SourceError."""
        ...


def store_of(query: Query, http: HttpClient) -> Store:
    return (Bucket if query.base_url.startswith("s3://") else Folder)(query, http)


@dataclass(frozen=True)
class Folder:
    """A folder served over HTTP, which cannot be listed."""

    query: Query
    http: HttpClient

    def url(self, path: str) -> str:
        return f"{self.query.base_url.rstrip('/')}/{quote(path.lstrip('/'), safe=SAFE + '=')}"

    def headers(self, url: str) -> Mapping[str, str]:
        secret = self.query.secret
        if not secret:
            return {}
        if ":" not in secret:
            return {"Authorization": f"Bearer {secret}"}
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}

    def paths(self, start: str) -> Iterator[str]:
        raise MissingCollectionError(
            "a folder cannot be listed over HTTP: name its files by the option `files` or "
            "`partitions`"
        )


@dataclass(frozen=True)
class Bucket:
    """A bucket, with the path-style addresses that every S3 service knows."""

    query: Query
    http: HttpClient

    @property
    def region(self) -> str:
        return self.query.option("region") or AWS_REGION

    @property
    def _home(self) -> str:
        """The address of the bucket."""
        service = self.query.option("endpoint") or f"https://s3.{self.region}.amazonaws.com"
        return f"{service.rstrip('/')}/{urlsplit(self.query.base_url).netloc}"

    @property
    def _prefix(self) -> str:
        folder = urlsplit(self.query.base_url).path.strip("/")
        return f"{folder}/" if folder else ""

    def url(self, path: str) -> str:
        return f"{self._home}/{quote(self._prefix + path.lstrip('/'), safe=SAFE)}"

    def headers(self, url: str) -> Mapping[str, str]:
        """The signature of one GET; nothing where all may read."""
        if not self.query.secret:
            return {}
        key, _, secret = self.query.secret.partition(":")
        request = AWSRequest("GET", url)
        S3SigV4Auth(Credentials(key, secret), "s3", self.region).add_auth(request)
        return dict(request.headers.items())

    def paths(self, start: str) -> Iterator[str]:
        pages = Pages(self.http.policy.max_pages)
        words = {
            "encoding-type": "url", "list-type": "2", "prefix": self._prefix + start,
            "max-keys": str(min(MOST_KEYS, self.http.policy.page_size)),
        }  # fmt: skip
        token: str | None = ""
        while token is not None:
            more = {"continuation-token": token} if token else {}
            url = f"{self._home}?{urlencode(sorted({**words, **more}.items()), quote_via=quote)}"
            pages.ask(url)
            answer = self.http.get(url, accept="application/xml", headers=self.headers(url))
            keys, token = listing(answer)
            pages.take(tuple({"key": key} for key in keys))
            yield from (key.removeprefix(self._prefix) for key in keys)


def listing(answer: Answer) -> tuple[list[str], str | None]:
    """Keys of an answer of ListObjectsV2, and the token of the page after it. Raises
    WrongShapeError."""
    try:
        root = ElementTree.fromstring(answer.read())
    except (ParseError, DefusedXmlException) as error:
        raise WrongShapeError(f"{answer.url}: no list of objects: {error}") from error
    if _name(root) != "ListBucketResult":
        raise WrongShapeError(f"{answer.url}: {_name(root)} instead of a list of objects")
    keys = [_text(item, "Key") for item in root if _name(item) == "Contents"]
    if _text(root, "EncodingType") == "url":
        keys = [unquote_plus(key) for key in keys]
    token = _text(root, "NextContinuationToken") if _text(root, "IsTruncated") == "true" else ""
    return keys, token or None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element, name: str) -> str:
    return next((one.text or "" for one in element if _name(one) == name), "")
