"""What an earlier pull received of the same question, where the portal says that its data is as it
was. The portal names no version of an answer: what the card says of the data stands for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qsl, urlsplit

from indicators.connectors.base import Answer, Known
from indicators.connectors.opendatasoft import question
from indicators.connectors.opendatasoft.question import Question, Span

TRUSTED = timedelta(days=28)  # how long its word that nothing changed is taken
LAST = "last"
PAGING = ("order_by", "limit", "offset")


def tagged(answer: Answer, tag: str) -> Answer:
    return replace(answer, headers={**answer.headers, "etag": tag})


def numbered(pages: Iterable[Answer], token: str) -> Iterator[Answer]:
    """Pages with their number, and the last one says that it is: kept without it, they are a part
    of what was asked."""
    number, waiting = 0, None
    for page in pages:
        if waiting is not None:
            yield tagged(waiting, f"{token} {number}")
        number, waiting = number + 1, page
    if waiting is not None:
        yield tagged(waiting, f"{token} {number} {LAST}")


@dataclass(frozen=True)
class Kept:
    """`token`: what the card says of the data now; `now`: the end of the window that is asked for;
    `url`: the address of a place with words; `is_empty`: whether a span holds no row."""

    asked: Question
    token: str
    known: Mapping[str, Known]
    now: datetime
    url: Callable[[str, Mapping[str, str]], str]
    is_empty: Callable[[Span], bool]

    def export(self, span: Span) -> Answer | None:
        """The last export, if it is of this question and holds all of `span`."""
        url = next(iter(self.known), "")
        known = self.known.get(url)
        if known is None or known.etag != self.token or not self._is_trusted(known):
            return None
        held = _span_in(url)
        is_same = url == self.url("/exports/jsonl", self.asked.words(held or span))
        return known.again() if is_same and self._holds(held, span) else None

    def records(self, span: Span, names: Sequence[str]) -> list[Answer]:
        """The last pages, in their order, if they are all there, of this question ordered by
        `names`, and hold all of `span`; else none."""
        pages = self._last_pages()
        if not pages or not all(self._is_page(url, span, names) for url, _known in pages):
            return []
        if not self._holds(_joined([_span_in(url) for url, _known in pages]), span):
            return []
        return [known.again() for _url, known in pages]

    def _last_pages(self) -> list[tuple[str, Known]]:
        """From the last one, which says its number, back to the first."""
        found: list[tuple[str, Known]] = []
        left = 0
        for url in self.known:
            known = self.known.get(url)
            if known is None or not self._is_trusted(known):
                return []
            tag = known.etag.removeprefix(f"{self.token} ").split()
            if not found:
                left = int(tag[0]) if tag[1:] == [LAST] else 0
            if not left or tag[0] != str(left):
                return []
            found.append((url, known))
            left -= 1
            if not left:
                return found[::-1]
        return []  # more pages than are listed

    def _is_page(self, url: str, span: Span, names: Sequence[str]) -> bool:
        words = dict(parse_qsl(urlsplit(url).query))
        paging = {name: words[name] for name in PAGING if name in words}
        asked = self.asked.words(_span_in(url) or span) | paging
        is_same = url == self.url("/records", asked)
        return is_same and paging.get("order_by") == question.ordered_by(names)

    def _is_trusted(self, known: Known) -> bool:
        is_of_now = known.etag == self.token or known.etag.startswith(f"{self.token} ")
        return is_of_now and self.now - known.received_at <= TRUSTED

    def _holds(self, held: Span | None, span: Span) -> bool:
        """What was dated ahead of the last pull was there, and was not asked for."""
        if not self.asked.query.option("time_field"):
            return True
        if held is None or held.low > span.low:
            return False
        if not self.asked.is_by_time:
            return held == span
        return held.high >= span.high or self.is_empty(Span(held.high, span.high))


def _span_in(url: str) -> Span | None:
    return question.span_in(dict(parse_qsl(urlsplit(url).query)).get("where", ""))


def _joined(spans: Sequence[Span | None]) -> Span | None:
    """The span that pages cover, one part after the other; None where they leave a gap."""
    told = [span for span in spans if span is not None]
    if not told or len(told) < len(spans):
        return None
    if any(one != other and one.high != other.low for one, other in pairwise(told)):
        return None
    return Span(told[0].low, told[-1].high)
