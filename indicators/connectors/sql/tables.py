"""What a table holds, and the statement that asks for its rows. Only names that the database itself
gave go into a statement, quoted; instants are parameters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
import pyarrow as pa
from psycopg import sql

from indicators.connectors.base import (
    Listed,
    MissingCollectionError,
    Window,
    WrongShapeError,
)

WGS84 = 4326
WHOLE, REAL, SINGLE = ("int2", "int4", "int8"), ("float8",), ("float4",)
SHAPES = ("geometry", "geography")
DESCRIBED = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), b.typname, n.nspname,
           coalesce(obj_description(c.oid, 'pg_class'), '')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      JOIN pg_catalog.pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
      JOIN pg_catalog.pg_namespace n ON n.oid = b.typnamespace
     WHERE s.nspname = %s AND c.relname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attnum
"""

LISTED = """
    SELECT s.nspname || '.' || c.relname, coalesce(obj_description(c.oid, 'pg_class'), '')
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
       AND s.nspname NOT IN ('pg_catalog', 'information_schema') AND s.nspname NOT LIKE 'pg\\_%'
       AND has_schema_privilege(s.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
     ORDER BY 1
     LIMIT 500
"""


@dataclass(frozen=True)
class Column:
    """`kind`: its type, that of its domain where it has one; `told`: as the database writes it;
    `home`: the schema of its type. `shown`: its name in the rows."""

    name: str
    told: str
    kind: str
    home: str
    shown: str

    @property
    def arrow(self) -> pa.Field:
        if self.kind in SHAPES:
            shape = pa.binary() if self.is_polygon else pa.list_(pa.float64())
            return pa.field(self.shown, shape)
        kinds = {"bool": pa.bool_()}
        kinds |= dict.fromkeys(WHOLE, pa.int64()) | dict.fromkeys((*REAL, *SINGLE), pa.float64())
        return pa.field(self.shown, kinds.get(self.kind, pa.string()))

    @property
    def is_polygon(self) -> bool:
        """Only a column that says so: geometry(MultiPolygon,2154)."""
        return self.kind in SHAPES and "polygon" in self.told.lower()

    @property
    def asked(self) -> sql.Composable:
        """Numbers as they are; a point as longitude and latitude, a polygon as WKB; all else as the text that the
        database writes, in which an endless date and a decimal of any length have their place."""
        name = quoted(self.name)
        if self.kind in SHAPES:
            return self._shape(name)
        if self.kind in SINGLE:  # 0.1 is 0.1, not 0.10000000149
            return sql.SQL("{}::text::float8").format(name)
        if self.kind in ("bool", *WHOLE, *REAL):
            return name
        return sql.SQL("{}::text").format(name)

    def _shape(self, name: sql.Composable) -> sql.Composable:
        """Null for any other shape. One that says no reference system is taken as it is."""
        parts = {
            one: quoted(self.home, one)
            for one in ("geometry", "geometrytype", "st_isempty", "st_srid", "st_transform",
                        "st_x", "st_y", "st_asbinary")
        }  # fmt: skip
        shape = sql.SQL("{}::{}").format(name, parts["geometry"])
        placed = sql.SQL(
            "CASE WHEN {st_srid}({shape}) IN (0, {wgs84}) THEN {shape} "
            "ELSE {st_transform}({shape}, {wgs84}) END"
        ).format(shape=shape, wgs84=sql.Literal(WGS84), **parts)
        if self.is_polygon:
            return sql.SQL("{st_asbinary}({placed})").format(placed=placed, **parts)
        return sql.SQL(
            "CASE WHEN {geometrytype}({shape}) = 'POINT' AND NOT {st_isempty}({shape}) "
            "THEN ARRAY[{st_x}({placed}), {st_y}({placed})] END"
        ).format(shape=shape, placed=placed, **parts)


@dataclass(frozen=True)
class Table:
    schema: str
    name: str
    title: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Raises WrongShapeError."""
        for one in self.columns:
            if one.name == name:
                return one
        raise WrongShapeError(
            f"{self.schema}.{self.name} has no column {name}: it may have been renamed"
        )


def quoted(*names: str) -> sql.Identifier:
    """A name as it stands in a statement with parameters, where a % is written twice."""
    return sql.Identifier(*(name.replace("%", "%%") for name in names))


def listed(connection: psycopg.Connection) -> list[Listed]:
    """What the role of the connection may read, by name."""
    return [Listed(name, title) for name, title in connection.execute(LISTED).fetchall()]


def described(connection: psycopg.Connection, collection: str) -> Table:
    """Raises MissingCollectionError."""
    first, dot, rest = collection.partition(".")
    schema, name = (first, rest) if dot else ("public", first)
    found = connection.execute(DESCRIBED, [schema, name]).fetchall()
    if not found:
        raise MissingCollectionError(f"there is no table or view {schema}.{name}")
    names = {row[0] for row in found}
    shapes = [row[0] for row in found if row[2] in SHAPES]
    main = shapes[0] if shapes and "geometry" not in names else None
    columns = tuple(
        Column(column, told, kind, home, "geometry" if column == main else column)
        for column, told, kind, home, _title in found
    )
    return Table(schema, name, found[0][4] or name, columns)


def chosen(table: Table, wanted: object) -> tuple[Column, ...]:
    """The columns to read. One that is not there is left out, and its rows are set aside by name.
    Raises WrongShapeError if none is left."""
    if wanted is None:
        return table.columns
    names = set(as_names(wanted, "columns"))
    columns = tuple(one for one in table.columns if names & {one.name, one.shown})
    if not columns:
        raise WrongShapeError(f"{table.schema}.{table.name} has none of the columns wanted")
    return columns


def as_names(told: object, option: str) -> list[str]:
    """Raises WrongShapeError."""
    if not isinstance(told, list):
        raise WrongShapeError(f"the option `{option}` is a list of names")
    return [str(name) for name in told]


def statement(
    table: Table, columns: Sequence[Column], time: Column | None, order: Sequence[Column]
) -> sql.Composed:
    """With the two ends of a window as parameters, where rows are dated by an instant or a day."""
    parts = [
        sql.SQL("SELECT {}").format(sql.SQL(", ").join(one.asked for one in columns)),
        sql.SQL("FROM {}").format(quoted(table.schema, table.name)),
    ]
    if time is not None and is_dated(time):
        name = quoted(time.name)
        parts.append(sql.SQL("WHERE {0} >= %s AND {0} < %s").format(name))
    sorted_by = [*([time] if time else []), *order]
    if sorted_by:
        names = sql.SQL(", ").join(quoted(one.name) for one in sorted_by)
        parts.append(sql.SQL("ORDER BY {}").format(names))
    return sql.SQL(" ").join(parts)


def is_dated(time: Column) -> bool:
    """A year or a month written as a text has no bounds that the database could compare."""
    return time.kind in ("timestamptz", "timestamp", "date")


def bounds(time: Column, window: Window) -> list[datetime]:
    """The two parameters. A column without zone is compared by the clocks of the window's own zone,
    which is that of the feed; at the hour that comes twice, an hour more: the pull checks the rows.
    """
    if time.kind == "timestamptz":
        return [window.start, window.end]
    end = window.end + timedelta(hours=1) if window.end.fold else window.end
    return [window.start.replace(tzinfo=None), end.replace(tzinfo=None)]


def batch(rows: Sequence[Sequence[object]], schema: pa.Schema) -> pa.RecordBatch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(one, field.type) for one, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
