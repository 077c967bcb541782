"""The tables that the local data platform serves (pygeoapi over PostgreSQL, ops/platform.py)."""

import calendar
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import psycopg
import shapely
from psycopg import sql

from indicators.demo import cells, observations
from indicators.demo.observations import STEPS, Table
from portfolio.demo import territory
from portfolio.demo.projects import DATA as PROJECTS

ZONE = ZoneInfo("Europe/Paris")
NOT_AVAILABLE = "n.d."
PROVISIONAL, FINAL = "provisoire", "définitif"
PARTS = ("zone", "label", "time", "value", "status")
STAMP = "gouvernail_publication"
Row = tuple[object, ...]


def load(url: str, *, until: date) -> list[str]:
    """Write the tables unless they hold the months before `until` already.

    Returns the names of the tables written; `url` is that of the platform's own database.
    """
    stamp = _stamp(until)
    with psycopg.connect(url.replace("postgis://", "postgresql://", 1)) as connection:
        if _current(connection) == stamp:
            return []
        for table in observations.tables().values():
            _write(connection, table, until)
        _write_cells(connection, until)
        _stamped(connection, stamp)
    return [name for name, *_ in listing()]


def listing() -> Iterator[tuple[str, str, str, str]]:
    """Name, title, table and time field of each collection."""
    for table in observations.tables().values():
        yield table.name, table.title, table.name, table.columns["time"]
    yield cells.NAME, cells.TITLE, cells.NAME, cells.TIME


def _stamp(until: date) -> str:
    """What the tables are made of: the last month and the files that say how."""
    digest = hashlib.sha256(str(until).encode())
    modules = (observations, cells, territory)
    code = [Path(__file__), *(Path(str(module.__file__)) for module in modules)]
    for path in [*code, observations.DATA, territory.DATA, *sorted(PROJECTS.glob("*.yml"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _current(connection: psycopg.Connection) -> str | None:
    connection.execute(
        sql.SQL("CREATE TABLE IF NOT EXISTS {} (stamp text)").format(sql.Identifier(STAMP))
    )
    row = connection.execute(
        sql.SQL("SELECT stamp FROM {}").format(sql.Identifier(STAMP))
    ).fetchone()
    return str(row[0]) if row else None


def _write(connection: psycopg.Connection, table: Table, until: date) -> None:
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(table.name)))
    connection.execute(_create(table))
    _fill(connection, table, until)


def _write_cells(connection: psycopg.Connection, until: date) -> None:
    """The collection whose rows are polygons."""
    name, columns = sql.Identifier(cells.NAME), sql.SQL(cells.COLUMNS)
    connection.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
    connection.execute(
        sql.SQL("CREATE TABLE {} (id bigint PRIMARY KEY, geom geometry(Polygon, 4326), {})").format(
            name, columns
        )
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as stream,
    ):
        for row in cells.rows(until):
            stream.write_row(row)


def refill(url: str, tables: Iterable[Table], *, until: date) -> None:
    """Let some tables hold what they held on that day. Until `remember` says that all is as it
    should be again, the next `load` writes every table anew."""
    with psycopg.connect(url.replace("postgis://", "postgresql://", 1)) as connection:
        connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(STAMP)))
        for table in tables:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
            _fill(connection, table, until)


def remember(url: str, *, until: date) -> None:
    """The tables hold the months before `until`."""
    with psycopg.connect(url.replace("postgis://", "postgresql://", 1)) as connection:
        _stamped(connection, _stamp(until))


def _stamped(connection: psycopg.Connection, stamp: str) -> None:
    connection.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(STAMP)))
    connection.execute(sql.SQL("INSERT INTO {} VALUES (%s)").format(sql.Identifier(STAMP)), [stamp])


def _fill(connection: psycopg.Connection, table: Table, until: date) -> None:
    names = ["id", "geom", *(table.columns[part] for part in PARTS if part in table.columns)]
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(copy) as stream:
        for row in rows(table, until=until):
            stream.write_row(row)


def _create(table: Table) -> sql.Composed:
    columns = table.columns
    status = sql.SQL(", {} text").format(sql.Identifier(columns.get("status", "")))
    return sql.SQL(
        "CREATE TABLE {} (id bigint PRIMARY KEY, geom geometry(Point, 4326), {} text, {} text,"
        " {} {} NOT NULL, {} {}{})"
    ).format(
        sql.Identifier(table.name),
        sql.Identifier(columns["zone"]),
        sql.Identifier(columns["label"]),
        sql.Identifier(columns["time"]),
        sql.SQL("timestamptz" if table.time_type == "timestamptz" else "timestamp"),
        sql.Identifier(columns["value"]),
        sql.SQL("text" if table.value_type == "text" else "double precision"),
        status if "status" in columns else sql.SQL(""),
    )


def rows(table: Table, *, until: date) -> Iterator[Row]:
    """Rows as the table holds them: id, place, zone, label, time, value, status if there is one."""
    content = observations.frame(table, until=until)
    unwritten = observations.listed(content, table.not_available)
    places = _places()
    columns = (content[name].tolist() for name in ("zone", "label", "start", "value"))
    for number, (zone, label, start, value) in enumerate(zip(*columns, strict=True), start=1):
        written = NOT_AVAILABLE if unwritten[number - 1] else _value(table, value)
        row = (number, places[zone], zone, label, _time(table, start), written)
        yield (*row, _status(table, start, until)) if "status" in table.columns else row


def _status(table: Table, start: date, until: date) -> str:
    return PROVISIONAL if start >= months_before(until, table.provisional_months) else FINAL


def months_before(until: date, months: int) -> date:
    """The first day of the month so many before that of `until`."""
    month = until.year * 12 + until.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _value(table: Table, value: float) -> float | str | None:
    if pd.isna(value):
        return None
    return f"{value:.{table.shape.decimals}f}" if table.value_type == "text" else float(value)


def _time(table: Table, start: date) -> datetime:
    day = start
    if table.time_at == "end":
        month = start.month + STEPS[table.frequency] - 1
        day = date(start.year, month, calendar.monthrange(start.year, month)[1])
    zone = ZONE if table.time_type == "timestamptz" else None
    return datetime.combine(day, time(0), tzinfo=zone)


def _places() -> dict[str, str]:
    """A point inside each zone, as EWKT."""
    shapes = territory.metric_shapes()
    communes = [commune["code"] for commune in territory.description()["communes"]]
    whole = shapely.union_all([shapes[code] for code in communes])
    inside = {code: shapes[code] for code in communes} | {territory.METROPOLIS: whole}
    points = {
        code: territory.to_degrees(shape.representative_point()) for code, shape in inside.items()
    }
    places = {code: f"SRID=4326;{point.wkt}" for code, point in points.items()}
    return defaultdict(lambda: places[territory.METROPOLIS], places)  # elsewhere has no place here
