"""From a file to rows: which kind it is, and what its path says of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from indicators.connectors.base import Answer, NotJsonError, Window, WrongShapeError
from indicators.connectors.files import csv_rows, parquet_rows
from indicators.connectors.files.places import partition_values

WINDOW = "window"  # of the headers of an answer: the rows that were wanted of it
BOM = b"\xef\xbb\xbf"
Options = Mapping[str, object]


def batches(answer: Answer, options: Options, *, limit: int) -> Iterator[pa.RecordBatch]:
    """Rows of a file, with the values that its path states (`year=2024`) as texts. `limit`: bytes
    of a packed file once unpacked. Raises NotJsonError, TruncatedError, WrongShapeError."""
    columns = _columns(options)
    if _is_parquet(answer, options):
        window, field = _window(answer), str(options.get("time_field", ""))
        found = parquet_rows.batches(answer, columns, field, window)
    else:
        found = csv_rows.batches(answer, _style(options), columns, limit=limit)
    told = partition_values(answer.url)
    for batch in found:
        yield _with_values(batch, told, columns)


def fields(answer: Answer, options: Options, *, limit: int) -> dict[str, str]:
    """Name → type of the columns of a file."""
    told = dict.fromkeys(partition_values(answer.url), "text")
    if _is_parquet(answer, options):
        return told | parquet_rows.fields(answer)
    names = csv_rows.names(answer, _style(options), limit=limit)
    return told | dict.fromkeys(names, "text")


def _is_parquet(answer: Answer, options: Options) -> bool:
    """By the option, else by the name, else by how it begins. Raises NotJsonError on a page."""
    with answer.open() as file:
        start = file.read(400)
    if start.removeprefix(BOM).lstrip()[:1] == b"<":
        kind = answer.content_type or "no content type"
        raise NotJsonError(f"{answer.url}: {kind}, starting with {start[:60]!r}")
    name = unquote(urlsplit(answer.url).path).lower()
    told = str(options.get("format", ""))
    if told not in {"", "csv", "parquet"}:
        raise WrongShapeError(f"{told} is no format of files: csv, parquet")
    by_name = name.endswith((".parquet", ".geoparquet", ".pq"))
    return told == "parquet" or (not told and (by_name or start[:4] == parquet_rows.MAGIC))


def _columns(options: Options) -> frozenset[str] | None:
    told = options.get("columns")
    if told is None:
        return None
    if not isinstance(told, list):
        raise WrongShapeError("the option `columns` is a list of names")
    return frozenset(map(str, told))


def _style(options: Options) -> csv_rows.Style:
    names = ("delimiter", "encoding", "decimal", "thousands")
    return csv_rows.Style(**{name: str(options[name]) for name in names if name in options})


def _window(answer: Answer) -> Window | None:
    start, _, end = answer.headers.get(WINDOW, "").partition("/")
    return Window(datetime.fromisoformat(start), datetime.fromisoformat(end)) if end else None


def _with_values(
    batch: pa.RecordBatch, told: Mapping[str, str], columns: frozenset[str] | None
) -> pa.RecordBatch:
    for name, value in told.items():
        if name not in batch.schema.names and (columns is None or name in columns):
            batch = batch.append_column(name, pa.repeat(value, batch.num_rows))
    return batch
