"""Lines of a CSV file whose encoding and delimiter are found."""

import csv
import io

from indicators.connectors.drop.faults import FileTooBigError, OtherFileError, QuotesError
from indicators.connectors.drop.lines import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Lines
from portfolio.imports.csv_file import encoding_of
from portfolio.spreadsheets import unguarded

DELIMITERS = ";\t,|"
NAMES = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}


def lines(data: bytes) -> Lines:
    """Raises FileTooBigError, OtherFileError, QuotesError."""
    encoding = encoding_of(data, "utf-8-sig", "cp1252")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise OtherFileError(NAMES[encoding], line=line) from error
    if "\0" in text:
        raise OtherFileError("?")
    delimiter = _delimiter(text)
    told = {"format": "CSV", "encoding": NAMES[encoding], "delimiter": delimiter}
    return Lines(told, _grid(text, delimiter))


def _delimiter(text: str) -> str:
    """That of the first line that has any: it parts the names of the columns."""
    for line in text.splitlines():
        if any(sign in line for sign in DELIMITERS):
            return max(DELIMITERS, key=line.count)
    return DELIMITERS[0]


def _grid(text: str, delimiter: str) -> list[tuple[int, list[object]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    grid: list[tuple[int, list[object]]] = []
    cells, start = 0, 1
    try:
        for values in reader:
            cells += len(values)
            if len(grid) > MAX_ROWS or cells > MAX_CELLS or len(values) > MAX_COLUMNS:
                raise FileTooBigError(line=start)
            grid.append((start, [unguarded(value) for value in values]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise QuotesError(str(error), line=start) from error
    return grid
