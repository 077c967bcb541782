"""Rows of a Parquet file, a part at a time. Points of GeoParquet become [longitude, latitude],
polygons stay as they are (WKB)."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from indicators.connectors.base import Answer, TruncatedError, Window, WrongShapeError

MAGIC = b"PAR1"
ROWS = 16_384
BUFFER = 1 << 20  # bytes of a column read at a time
LONGITUDE_LATITUDE = {"OGC:CRS84", "OGC:CRS84H", "EPSG:4326", "EPSG:4979"}
POLYGONS = (3, 6)  # polygon, multipolygon
MARGIN = timedelta(days=1)  # a time without zone may be of any


def batches(
    answer: Answer, columns: frozenset[str] | None, time_field: str, window: Window | None
) -> Iterator[pa.RecordBatch]:
    """`columns`: the only ones wanted. Row groups whose `time_field` says that they are outside the
    window are not read. Raises TruncatedError, WrongShapeError."""
    try:
        with _opened(answer) as file:
            names = [n for n in file.schema_arrow.names if columns is None or n in columns]
            shapes = _geometries(file, names, answer.url)
            groups = _groups(file.metadata, time_field, window)
            for batch in file.iter_batches(ROWS, row_groups=groups, columns=names or None):
                yield _prepared(batch, shapes)
    except (pa.ArrowException, OSError) as error:
        raise WrongShapeError(f"{answer.url}: {error}") from error


def fields(answer: Answer) -> dict[str, str]:
    """Name → type."""
    try:
        with _opened(answer) as file:
            return {field.name: str(field.type) for field in file.schema_arrow}
    except (pa.ArrowException, OSError) as error:
        raise WrongShapeError(f"{answer.url}: {error}") from error


def _opened(answer: Answer) -> pq.ParquetFile:
    with answer.open() as file:
        start = file.read(4)
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        end = file.read(4)
    if start == MAGIC and (end != MAGIC or size < 12):
        raise TruncatedError(f"{answer.url}: a Parquet file without its end")
    if start != MAGIC:
        raise WrongShapeError(f"{answer.url}: no Parquet file, starting with {start!r}")
    body = answer.body
    source = pa.BufferReader(body) if isinstance(body, bytes) else str(body)
    # not all of a row group at once: it may be the whole file
    return pq.ParquetFile(source, pre_buffer=False, buffer_size=BUFFER)


def _groups(metadata: pq.FileMetaData, field: str, window: Window | None) -> list[int]:
    every = list(range(metadata.num_row_groups))
    if window is None or not field:
        return every
    places = {metadata.schema.column(n).path: n for n in range(metadata.num_columns)}
    if field not in places:
        return every
    return [n for n in every if _can_hold(metadata.row_group(n).column(places[field]), window)]


def _can_hold(chunk: pq.ColumnChunkMetaData, window: Window) -> bool:
    """False only where the bounds of a part can be read as times, and are outside the window."""
    told = chunk.statistics
    if told is None or not told.has_min_max:
        return True
    least, most = _instant(told.min), _instant(told.max)
    if least is None or most is None:
        return True
    return least - MARGIN < window.end and most + MARGIN >= window.start


def _instant(value: object) -> datetime | None:
    """Only whole ISO 8601 dates and instants: of other texts the order is not that of time."""
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - zoned below
    except ValueError:
        return None
    if not isinstance(value, datetime) or not 1800 < value.year < 2300:
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _geometries(file: pq.ParquetFile, names: list[str], url: str) -> dict[str, str]:
    """Name → name in the rows of the columns that hold geometries: the main one is `geometry`.
    Raises WrongShapeError if one is not in longitude and latitude."""
    told = (file.metadata.metadata or {}).get(b"geo")
    if told is None:
        return {}
    try:
        geo = json.loads(told)
        columns, main = geo["columns"], geo["primary_column"]
    except (ValueError, KeyError, TypeError) as error:
        raise WrongShapeError(f"{url}: the description of its geometries: {error}") from error
    found = {}
    for name in names:
        if name in columns:
            _check_crs(columns[name], name, url)
            found[name] = "geometry" if name == main and "geometry" not in names else name
    return found


def _check_crs(about: Mapping[str, object], name: str, url: str) -> None:
    """A column that says nothing is in longitude and latitude; null means that nobody knows, and
    is taken as it is."""
    crs = about.get("crs")
    if not isinstance(crs, dict):
        return
    told = crs.get("id")
    code = f"{told.get('authority')}:{told.get('code')}" if isinstance(told, dict) else ""
    label = str(crs.get("name", ""))
    if code.upper() in LONGITUDE_LATITUDE or (not code and label.startswith("WGS 84 (CRS84")):
        return
    raise WrongShapeError(
        f"{url}: {name} is in {code or label}; only longitude and latitude (OGC:CRS84, EPSG:4326) "
        "are read. Leave it out by the option `columns`, or ask the producer for it"
    )


def _prepared(batch: pa.RecordBatch, shapes: Mapping[str, str]) -> pa.RecordBatch:
    names = batch.schema.names
    arrays = [
        _placed(array) if name in shapes else _plain(array)
        for name, array in zip(names, batch.columns, strict=True)
    ]
    if not arrays:
        return batch
    return pa.RecordBatch.from_arrays(arrays, [shapes.get(name, name) for name in names])


def _plain(array: pa.Array) -> pa.Array:
    """Types that the pull can look up by value: instants to the microsecond, plain texts."""
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(array.storage)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return array.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_string_view(kind):
        return array.cast(pa.string())
    return array.cast(pa.binary()) if pa.types.is_binary_view(kind) else array


def _placed(array: pa.Array) -> pa.Array:
    """[longitude, latitude] of points, written as WKB or as {x, y}; the WKB of polygons, where a
    batch has any; null for other shapes."""
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    if pa.types.is_struct(array.type):
        x, y = (array.field(name).to_numpy(zero_copy_only=False) for name in ("x", "y"))
        return _points(x, y, array.is_valid().to_numpy(zero_copy_only=False))
    shapes = shapely.from_wkb(array.to_numpy(zero_copy_only=False), on_invalid="ignore")
    is_polygon = np.isin(shapely.get_type_id(shapes), POLYGONS)
    if is_polygon.any():
        return pc.if_else(pa.array(is_polygon), array.cast(pa.binary()), None)
    return _points(shapely.get_x(shapes), shapely.get_y(shapes), np.ones(len(shapes), dtype=bool))


def _points(
    x: NDArray[np.float64], y: NDArray[np.float64], known: NDArray[np.bool_]
) -> pa.ListArray:
    known = known & ~np.isnan(x) & ~np.isnan(y)
    pairs = np.column_stack([x[known], y[known]]).ravel()
    ends = np.concatenate([[0], np.cumsum(known) * 2]).astype(np.int32)
    return pa.ListArray.from_arrays(ends, pairs, mask=pa.array(~known))
