"""Reads files that were deposited; there is nobody to ask."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Probe,
    Query,
    Row,
    SourceError,
    Window,
)
from indicators.connectors.drop import parse
from indicators.connectors.http import HttpClient

AT_ONCE = 16_384  # rows of a batch


class NothingToAskError(SourceError):
    """Files of this source are deposited by somebody; there is no address to ask."""

    code = "NOTHING_TO_ASK"


def connect(query: Query, http: HttpClient) -> Connector:
    """`http` is never used."""
    return Drop(query)


@dataclass(frozen=True)
class Drop:
    """What somebody deposits for one feed."""

    query: Query

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities()

    def probe(self) -> Probe:
        return Probe(self.query.collection, None)

    def describe(self) -> Description:
        return Description(self.query.collection)

    def fetch(self, window: Window) -> Iterator[Answer]:
        raise NothingToAskError(f"{self.query.collection}: files are deposited")

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            rows: list[Row] = [row.cells for row in parse.table(answer, self.query.options).rows]
            for first in range(0, len(rows), AT_ONCE):
                yield tuple(rows[first : first + AT_ONCE])
