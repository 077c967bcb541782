"""Asks an Opendatasoft dataset for its rows: one export, or pages of records where asked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Listed,
    Probe,
    Query,
    Window,
)
from indicators.connectors.http import HttpClient
from indicators.connectors.opendatasoft import parse, question
from indicators.connectors.opendatasoft.kept import Kept, numbered, tagged
from indicators.connectors.opendatasoft.question import Question, Span
from indicators.connectors.opendatasoft.records import Records
from indicators.connectors.paging import Pages

MOST_LISTED = 100  # the server's own limit


def connect(query: Query, http: HttpClient) -> Connector:
    return Opendatasoft(query, http)


@dataclass(frozen=True)
class Opendatasoft:
    """One dataset of one portal."""

    query: Query
    http: HttpClient

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(time=True, area=True, aggregate=True, stable_sort=True)

    def probe(self) -> Probe:
        told = self._dataset()
        return Probe(told.title, told.processed_at, told.token, told.count)

    def describe(self) -> Description:
        told = self._dataset()
        return Description(told.title, told.fields, told.units, told.licence)

    def collections(self) -> list[Listed]:
        home = self.query.base_url.rstrip("/")
        words = urlencode({"limit": MOST_LISTED})
        return parse.listed(self._get(f"{home}/api/explore/v2.1/catalog/datasets?{words}"))

    def fetch(self, window: Window) -> Iterator[Answer]:
        """Answers dated by when the data changed, which the card of the dataset says. Where it says
        that nothing did, the answers that were kept."""
        names = question.order(self.query) if question.is_by_page(self.query) else []
        told = self._dataset()
        asked = Question(self.query, told.fields, question.zone_of(window))
        span, kept = question.span_of(window), self._kept(asked, told, window)
        answers: Iterable[Answer]
        if names:
            again = kept.records(span, names) if kept else []
            answers = again or numbered(self._records(asked, names).of(span), told.token)
        else:
            export = kept.export(span) if kept else None
            answers = [export] if export else self._export(asked, span, told)
        for answer in answers:
            yield replace(answer, updated_at=told.processed_at)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            if urlsplit(answer.url).path.endswith("/records"):
                yield parse.records(answer)
            else:
                yield from parse.exported(answer)

    def _kept(self, asked: Question, told: parse.Dataset, window: Window) -> Kept | None:
        """None where the card does not say when the data changed."""
        if told.processed_at is None:
            return None
        return Kept(
            asked, told.token, self.query.known, window.end, self._url,
            is_empty=lambda span: self._is_empty(asked, span),
        )  # fmt: skip

    def _is_empty(self, asked: Question, span: Span) -> bool:
        words = {**asked.words(span), "limit": "1"}
        return not parse.records(self._get(self._url("/records", words)))

    def _export(self, asked: Question, span: Span, told: parse.Dataset) -> Iterator[Answer]:
        """All rows in one answer. Never an offset: it would bring back the cap of the records."""
        sample = self.http.policy.sample
        only = {"limit": str(sample)} if sample else {}
        url = self._url("/exports/jsonl", asked.words(span) | only)
        answer = self.http.download(url, accept="*/*", headers=self._headers, explain=parse.refusal)
        yield tagged(answer, told.token)

    def _records(self, asked: Question, names: list[str]) -> Records:
        policy = self.http.policy
        return Records(
            asked, names, policy.page_size, Pages(policy.max_pages),
            ask=lambda words: self._get(self._url("/records", words)),
        )  # fmt: skip

    def _dataset(self) -> parse.Dataset:
        return parse.dataset(self._get(self._url("", {})))

    def _get(self, url: str) -> Answer:
        accept = "application/json"
        return self.http.get(url, accept=accept, headers=self._headers, explain=parse.refusal)

    def _url(self, place: str, words: Mapping[str, str]) -> str:
        home = self.query.base_url.rstrip("/")
        dataset = quote(self.query.collection, safe="")
        url = f"{home}/api/explore/v2.1/catalog/datasets/{dataset}{place}"
        return f"{url}?{urlencode(words)}" if words else url

    @property
    def _headers(self) -> dict[str, str]:
        secret = self.query.secret
        return {"Authorization": f"Apikey {secret}"} if secret else {}
