"""Rows of a CSV file, a part at a time, every cell as the text that was written."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from indicators.connectors.base import (
    Answer,
    TooBigError,
    TruncatedError,
    WrongShapeError,
)  # fmt: skip

BLOCK = 1 << 20  # bytes read at a time
HEAD = 1 << 16  # bytes that hold the names of the columns
DELIMITERS = (",", ";", "\t")
GZIP = b"\x1f\x8b"
BLANKS = "[ \u00a0\u2009\u202f]"


@dataclass(frozen=True)
class Style:
    """How a file is written. `delimiter` "": the one that parts its first line the most. `decimal`
    and `thousands` "": numbers are left as they are."""

    delimiter: str = ""
    encoding: str = "utf-8"
    decimal: str = ""
    thousands: str = ""


def batches(
    answer: Answer, style: Style, columns: frozenset[str] | None, *, limit: int
) -> Iterator[pa.RecordBatch]:
    """`columns`: the only ones wanted. An empty cell is null. Raises TruncatedError, TooBigError,
    WrongShapeError."""
    delimiter, header = _header(answer, style, limit)
    wanted = [n for n in header if n.strip() and (columns is None or n.strip() in columns)]
    odd: list[pacsv.InvalidRow] = []
    with _readable(answer), _opened(answer, limit) as file:
        try:
            for batch in _reader(file, style, delimiter, wanted or header, odd):
                yield _prepared(batch, style)
        except pa.ArrowInvalid as error:
            raise _unreadable(answer, style, error, odd) from error


def names(answer: Answer, style: Style, *, limit: int) -> list[str]:
    """Names of the columns. Raises TruncatedError, TooBigError, WrongShapeError."""
    return [name.strip() for name in _header(answer, style, limit)[1] if name.strip()]


def _reader(
    file: pa.NativeFile | BinaryIO, style: Style, delimiter: str, wanted: list[str],
    odd: list[pacsv.InvalidRow],
) -> Iterator[pa.RecordBatch]:  # fmt: skip
    def note(row: pacsv.InvalidRow) -> str:
        odd.append(row)
        return "error"

    yield from pacsv.open_csv(
        file,
        read_options=pacsv.ReadOptions(block_size=BLOCK, encoding=style.encoding),
        parse_options=pacsv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted,
            null_values=[""], strings_can_be_null=True,
        ),
    )  # fmt: skip


def _header(answer: Answer, style: Style, limit: int) -> tuple[str, list[str]]:
    """The delimiter and the names. Raises WrongShapeError if there are none, or one twice."""
    with _readable(answer), _opened(answer, limit) as file:
        text = io.TextIOWrapper(
            io.BytesIO(file.read(HEAD)), style.encoding, errors="strict", newline=""
        )
        start = _whole_signs(text).removeprefix("\ufeff")
    parted = {sign: _first_row(start, sign) for sign in _signs(style)}
    delimiter = max(parted, key=lambda sign: len(parted[sign]))
    told = [name.strip() for name in parted[delimiter]]
    if not any(told):
        raise WrongShapeError(f"{answer.url}: no line with the names of the columns")
    twice = {name for name in told if name and told.count(name) > 1}
    if twice:
        raise WrongShapeError(f"{answer.url}: columns of the same name: {', '.join(sorted(twice))}")
    return delimiter, parted[delimiter]


def _signs(style: Style) -> tuple[str, ...]:
    return (style.delimiter,) if len(style.delimiter) == 1 else DELIMITERS


def _whole_signs(text: io.TextIOWrapper) -> str:
    """Line by line, so that a sign cut by the end of the part read does no harm."""
    lines = []
    try:
        for line in text:
            lines.append(line)  # noqa: PERF402 - keeps those before a fault
    except UnicodeDecodeError:
        if not lines:
            raise
    return "".join(lines)


def _first_row(text: str, delimiter: str) -> list[str]:
    return next((row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row), [])


@contextmanager
def _readable(answer: Answer) -> Iterator[None]:
    """What goes wrong below the cells, in the connectors' own words."""
    try:
        yield
    except (UnicodeError, LookupError) as error:
        message = f"{answer.url}: {error}: the option `encoding` says how it is written"
        raise WrongShapeError(message) from error
    except (EOFError, zlib.error) as error:
        raise TruncatedError(f"{answer.url}: {error}") from error
    except (OSError, csv.Error) as error:
        raise WrongShapeError(f"{answer.url}: {error}") from error


@contextmanager
def _opened(answer: Answer, limit: int) -> Iterator[BinaryIO]:
    with answer.open() as file:
        packed = file.read(2) == GZIP
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as inner:
            yield io.BufferedReader(_Bounded(inner, limit, answer.url), BLOCK)


class _Bounded(io.RawIOBase):
    """A packed file that stops before it unfolds to more than `limit` bytes."""

    def __init__(self, inner: gzip.GzipFile, limit: int, name: str) -> None:
        self._inner, self._left, self._name = inner, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed has any buffer; readers give this one
        part = self._inner.read(min(len(buffer), self._left + 1))
        self._left -= len(part)
        if self._left < 0:
            raise TooBigError(f"{self._name}: it unfolds to more than allowed")
        buffer[: len(part)] = part
        return len(part)


def _unreadable(
    answer: Answer, style: Style, error: Exception, odd: list[pacsv.InvalidRow]
) -> TruncatedError | WrongShapeError:
    """A last line that is short and has no end was cut; any other is wrong."""
    if odd and odd[0].actual_columns < odd[0].expected_columns:
        last = odd[0].text.encode(style.encoding, errors="replace")
        with answer.open() as file:
            file.seek(max(0, file.seek(0, 2) - len(last)))
            if last and file.read() == last:
                return TruncatedError(f"{answer.url}: the last line is cut: {odd[0].text[:80]!r}")
    return WrongShapeError(f"{answer.url}: {error}")


def _prepared(batch: pa.RecordBatch, style: Style) -> pa.RecordBatch:
    arrays = [_numbers(array, style) for array in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, [name.strip() for name in batch.schema.names])


def _numbers(array: pa.Array, style: Style) -> pa.Array:
    """Cells that hold nothing but a number in the style that was told, as plain numbers."""
    if not (style.decimal or style.thousands):
        return array
    point = re.escape(style.decimal or ".")
    blank = BLANKS if style.thousands.isspace() else re.escape(style.thousands)
    whole = rf"\d{{1,3}}({blank}\d{{3}})+|\d+" if style.thousands else r"\d+"
    is_number = pc.match_substring_regex(array, rf"^[+-]?({whole})({point}\d+)?$")
    plain = pc.replace_substring_regex(array, blank, "") if style.thousands else array
    if style.decimal:
        plain = pc.replace_substring(plain, style.decimal, ".")
    return pc.if_else(is_number, plain, array)
