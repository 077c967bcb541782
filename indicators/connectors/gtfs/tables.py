"""The CSV files of a GTFS zip, of which only the columns asked for are read."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
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
        if name not in self.zip.namelist():
            return pa.table({one: pa.array([], WORD) for one in wanted})
        if self.zip.getinfo(name).file_size > MOST_BYTES:
            raise TooBigError(f"{self.url}: {name}: more than {MOST_BYTES} bytes")
        table = self._read(name, wanted)
        for one in columns:
            if table.num_rows and table.column(one).null_count == table.num_rows:
                raise self.fault(name, f"no column {one}")
        return table.unify_dictionaries().combine_chunks()

    def _read(self, name: str, wanted: list[str]) -> pa.Table:
        options = csv.ConvertOptions(
            include_columns=wanted, include_missing_columns=True, strings_can_be_null=True,
            null_values=[""], column_types=dict.fromkeys(wanted, WORD),
        )  # fmt: skip
        parsing = csv.ParseOptions(newlines_in_values=True)
        try:
            with self.zip.open(name) as file:
                return csv.read_csv(file, parse_options=parsing, convert_options=options)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                raise self.fault(name, "empty") from error
            raise self.fault(name, str(error)[:300]) from error
        # The last is zipfile's word for a compression that it does not know.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise TruncatedError(f"{self.url}: {name}: {error}") from error


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
