"""Asks a database for the rows of one table or view, by a cursor of the server."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyarrow as pa
import stamina

from indicators.connectors.base import (
    Answer,
    Batch,
    Capabilities,
    Connector,
    Description,
    Listed,
    Probe,
    Query,
    TooBigError,
    TruncatedError,
    UnreachableError,
    Window,
)
from indicators.connectors.http import HttpClient
from indicators.connectors.sql import parse, tables
from indicators.connectors.sql.session import session
from indicators.connectors.sql.tables import Table
from indicators.connectors.transport import Clock

ROWS = 20_000  # asked for at a time, and in a part of the answer
ARROW = "application/vnd.apache.arrow.stream"
AGAIN = (UnreachableError, TruncatedError)  # what is slow would be as slow again


def connect(query: Query, http: HttpClient) -> Connector:
    return Warehouse(query, http, Clock(http.policy.total_s))


@dataclass(frozen=True)
class Warehouse:
    """One table or view. All rows are of one state of the database, whatever is written
    meanwhile."""

    query: Query
    http: HttpClient
    clock: Clock

    @property
    def capabilities(self) -> Capabilities:
        is_timed = bool(self.query.option("time_field"))
        return Capabilities(time=is_timed, stable_sort=True)

    def probe(self) -> Probe:
        return Probe(self._table().title, None)

    def describe(self) -> Description:
        table = self._table()
        return Description(table.title, {one.shown: one.told for one in table.columns})

    def collections(self) -> list[Listed]:
        """The tables and views that its role may read."""
        with session(self.query, self.http.policy, self.clock) as connection:
            return tables.listed(connection)

    def fetch(self, window: Window) -> Iterator[Answer]:
        """One answer, with the rows of the window where `time_field` is an instant or a day."""
        policy, path = self.http.policy, self.http.new_file()
        for attempt in stamina.retry_context(
            on=AGAIN,
            attempts=policy.attempts,
            timeout=policy.total_s,
            wait_initial=policy.first_wait_s,
            wait_max=policy.longest_wait_s,
            wait_jitter=policy.first_wait_s,
        ):
            with attempt:
                self._write(window, path)
        url = f"{self.query.base_url.rstrip('/')}/{self.query.collection}"
        yield Answer(url, ARROW, path)

    def read(self, answers: Iterable[Answer]) -> Iterator[Batch]:
        for answer in answers:
            yield from parse.batches(answer)

    def _table(self) -> Table:
        with session(self.query, self.http.policy, self.clock) as connection:
            return tables.described(connection, self.query.collection)

    def _write(self, window: Window, path: Path) -> None:
        options = self.query.options
        with session(self.query, self.http.policy, self.clock) as connection:
            table = tables.described(connection, self.query.collection)
            columns = tables.chosen(table, options.get("columns"))
            name = self.query.option("time_field")
            time = table.column(name) if name else None
            order = [
                table.column(one) for one in tables.as_names(options.get("order", []), "order")
            ]
            text = tables.statement(table, columns, time, order)
            values = tables.bounds(time, window) if time and tables.is_dated(time) else []
            schema = pa.schema([one.arrow for one in columns])
            with connection.cursor("gouvernail", binary=True) as cursor:
                cursor.execute(text, values)
                self._keep(cursor, schema, path)

    def _keep(self, cursor: psycopg.ServerCursor, schema: pa.Schema, path: Path) -> None:
        """Part by part: no more than one is in memory. Raises TooBigError, DeadlineError."""
        most, sample = self.http.policy.max_file_bytes, self.http.policy.sample
        with path.open("wb") as file, pa.ipc.new_stream(file, schema) as writer:
            while rows := cursor.fetchmany(sample or ROWS):
                self.clock.left()
                writer.write_batch(tables.batch(rows, schema))
                if sample:
                    return
                if file.tell() > most:
                    raise TooBigError(f"{self.query.collection}: more than {most} bytes")
