"""The CSV files of a GTFS zip, of which only the columns asked for are read."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from indicators.connectors.base import (
    Answer,
    NotJsonError,
    TooBigError,
    TruncatedError,
    WrongShapeError,
)  # fmt: skip

NEEDED = ("agency.txt", "stops.txt", "trips.txt", "stop_times.txt")
ONE_OF = ("calendar.txt", "calendar_dates.txt")
MOST_BYTES = 4_000_000_000  # of one file, once unpacked
PIECE = 1 << 20  # bytes of a file that are read at a time
UNKNOWN = -1
Numbers = NDArray[np.int32]  # millions of them are held at once
WORD = pa.dictionary(pa.int32(), pa.string())  # each different text is held once


@dataclass(frozen=True)
class Archive:
    """An open zip. Every fault names the file it was found in."""

    url: str
    zip: zipfile.ZipFile

    def fault(self, name: str, problem: str) -> WrongShapeError:
        return WrongShapeError(f"{self.url}: {name}: {problem}")

    def table(self, name: str, columns: Sequence[str], *, optional: Sequence[str] = ()) -> pa.Table:
        """The columns as texts, null where empty; no row where the file is not there. Raises
        WrongShapeError, TruncatedError, TooBigError."""
        wanted = [*columns, *optional]
        empty = pa.schema([pa.field(one, WORD) for one in wanted])
        pieces = list(self.pieces(name, columns, optional=optional))
        return pa.Table.from_batches(pieces, empty).unify_dictionaries().combine_chunks()

    def pieces(
        self, name: str, columns: Sequence[str], *, optional: Sequence[str] = ()
    ) -> Iterator[pa.RecordBatch]:
        """The same, a few thousand rows at a time, each with its own dictionaries."""
        if name not in self.zip.namelist():
            return
        if self.zip.getinfo(name).file_size > MOST_BYTES:
            raise TooBigError(f"{self.url}: {name}: more than {MOST_BYTES} bytes")
        there, rows = set[str](), 0
        with self._faults(name), self.zip.open(name) as file:
            for piece in _read(file, [*columns, *optional]):
                rows += piece.num_rows
                there |= {one for one in columns if piece.column(one).null_count < piece.num_rows}
                yield piece
        for one in columns:
            if rows and one not in there:
                raise self.fault(name, f"no column {one}")

    @contextmanager
    def _faults(self, name: str) -> Iterator[None]:
        try:
            yield
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                raise self.fault(name, "empty") from error
            raise self.fault(name, str(error)[:300]) from error
        # The last is zipfile's word for a compression that it does not know.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise TruncatedError(f"{self.url}: {name}: {error}") from error


def _read(file: IO[bytes], wanted: list[str]) -> csv.CSVStreamingReader:
    return csv.open_csv(
        file,
        read_options=csv.ReadOptions(block_size=PIECE),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            include_columns=wanted, include_missing_columns=True, strings_can_be_null=True,
            null_values=[""], column_types=dict.fromkeys(wanted, WORD),
        ),
    )  # fmt: skip


@contextmanager
def opened(answer: Answer) -> Iterator[Archive]:
    """The zip of an answer, with the files that are needed. Raises NotJsonError, TruncatedError,
    WrongShapeError."""
    with answer.open() as file:
        start = file.read(60)
        if not start.startswith(b"PK"):
            raise NotJsonError(f"{answer.url}: {answer.content_type}, starting with {start!r}")
        try:
            archive = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise TruncatedError(f"{answer.url}: {error}") from error
        with archive:
            _check(answer.url, set(archive.namelist()))
            yield Archive(answer.url, archive)


def _check(url: str, names: set[str]) -> None:
    missing = [name for name in NEEDED if name not in names]
    if not names & set(ONE_OF):
        missing.append(" or ".join(ONE_OF))
    if missing:
        raise WrongShapeError(f"{url}: the zip has no {', no '.join(missing)}")


def words(table: pa.Table | pa.RecordBatch, name: str) -> tuple[list[str], Numbers]:
    """The different texts of a column, and the place of that of each row: UNKNOWN (also the last
    place of a list made one longer) where it has none."""
    column = table.column(name)
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = array.chunk(0) if array.num_chunks else pa.array([], array.type)
    codes = array.indices.fill_null(UNKNOWN).to_numpy(zero_copy_only=False)
    return array.dictionary.to_pylist(), codes.astype(np.int32, copy=False)


def whole_numbers(
    archive: Archive, name: str, table: pa.Table | pa.RecordBatch, column: str
) -> Numbers:
    """Raises WrongShapeError."""
    texts, codes = words(table, column)
    try:
        told = np.array([int(one) for one in texts], dtype=np.int32)
    except (ValueError, OverflowError) as error:
        raise archive.fault(name, f"{column}: {error}") from error
    if UNKNOWN in codes:
        raise archive.fault(name, f"{column}: empty in some rows")
    return told[codes]
