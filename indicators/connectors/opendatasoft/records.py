"""Pages of records within the reach of the service: a window that holds more is cut in two."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from indicators.connectors.base import Answer, PageCapError, Rows
from indicators.connectors.opendatasoft import parse, question
from indicators.connectors.opendatasoft.question import Question, Span
from indicators.connectors.paging import Pages


@dataclass(frozen=True)
class Reach:
    """Documented limits: rows a page, and the last row that pages can reach."""

    page: int
    last: int


OF_RECORDS, OF_GROUPS = Reach(100, 10_000), Reach(20_000, 20_000)


@dataclass(frozen=True)
class Records:
    """The records that a question asks for, ordered by `names`. `ask` sends the words of an
    address."""

    question: Question
    names: Sequence[str]
    page_size: int
    pages: Pages
    ask: Callable[[Mapping[str, str]], Answer]

    def of(self, span: Span) -> Iterator[Answer]:
        """Pages that hold every row of the span once. Raises SourceError."""
        waiting = [span]
        while waiting:
            span = waiting.pop()
            first = self._page(span, 0, self._limit)
            if self._is_beyond_reach(span, parse.records(first)):
                waiting += reversed(self._halves(span))
            else:
                yield from self._all(span, first)

    @property
    def _reach(self) -> Reach:
        return OF_GROUPS if self.question.is_grouped else OF_RECORDS

    @property
    def _limit(self) -> int:
        return min(self.page_size, self._reach.page)

    def _is_beyond_reach(self, span: Span, rows: Rows) -> bool:
        """Asked of the last row within reach, before a page is kept: totals may be wrong."""
        if len(rows) < self._limit:
            return False
        return bool(parse.records(self._page(span, self._reach.last - 1, 1)))

    def _halves(self, span: Span) -> tuple[Span, Span]:
        halves = span.halves() if self.question.can_be_cut else None
        if halves is None:
            text = f"{self._reach.last} rows or more between {span.low} and {span.high}"
            raise PageCapError(f"{text}, and the question cannot be cut")
        return halves

    def _all(self, span: Span, answer: Answer) -> Iterator[Answer]:
        """Up to the first empty page: a short one may have been cut silently. The first is given
        even if it is empty: it is what the source said."""
        yield answer
        offset = 0
        while rows := parse.records(answer):
            self.pages.take(rows)
            self.pages.meet(self._keys(rows))
            if offset:
                yield answer
            offset += len(rows)
            left = self._reach.last - offset
            if left <= 0:
                raise PageCapError(f"rows were added while pages were read, beyond {offset}")
            answer = self._page(span, offset, min(self._limit, left))

    def _page(self, span: Span, offset: int, limit: int) -> Answer:
        order = question.ordered_by(self.names)
        paging = {"order_by": order, "limit": str(limit), "offset": str(offset)}
        words = self.question.words(span) | paging
        self.pages.ask(str(words))
        return self.ask(words)

    def _keys(self, rows: Rows) -> Iterator[str]:
        if self.question.is_grouped:
            return map(parse.whole, rows)
        return parse.keys(rows, self.names)
