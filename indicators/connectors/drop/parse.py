"""From the bytes of a deposited file to rows, each with the line where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter

from indicators.connectors.base import Answer
from indicators.connectors.drop import csv_lines, workbook
from indicators.connectors.drop.cells import Reading, decimal_of
from indicators.connectors.drop.faults import (
    EmptyFileError,
    FileTooBigError,
    LongLineError,
    MergedCellsError,
    OtherFileError,
    ProtectedFileError,
    TwoColumnsError,
)
from indicators.connectors.drop.lines import MAX_BYTES, Lines

HEADER_WITHIN = 20  # lines: a title may stand above the names of the columns
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHERS = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"), (b"GIF8", "GIF"),
)  # fmt: skip
Options = Mapping[str, object]


@dataclass(frozen=True)
class FileRow:
    """`line` is that of the file; `cells`: column → value, None where the cell is empty."""

    line: int
    cells: Mapping[str, object]


@dataclass(frozen=True)
class Table:
    """`told`: how the file is written, as it was found (format, sheet, encoding, delimiter,
    decimal); `letters`: column → its letter."""

    told: Mapping[str, str]
    header_line: int
    letters: Mapping[str, str]
    rows: tuple[FileRow, ...] = field(repr=False)


def table(answer: Answer, options: Options) -> Table:
    """Raises FileError, naming the line where there is one. What is read once is kept with the
    answer."""
    known = answer.parsed.get("table")
    if isinstance(known, Table):
        return known
    found = answer.parsed["table"] = _table(answer.read(), options)
    return found


def _table(data: bytes, options: Options) -> Table:
    if not data.strip():
        raise EmptyFileError
    if len(data) > MAX_BYTES:
        raise FileTooBigError(f"{len(data)} bytes")
    _refuse_others(data)
    if data.startswith(b"PK"):
        lines = workbook.lines(data, str(options.get("sheet", "")))
    else:
        lines = csv_lines.lines(data)
    return _assembled(lines, options)


def _refuse_others(data: bytes) -> None:
    if data.startswith(OLD_OFFICE):
        if ENCRYPTED in data:
            raise ProtectedFileError
        raise OtherFileError(".xls, .doc (97–2003)")
    for start, name in OTHERS:
        if data.startswith(start):
            raise OtherFileError(name)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise OtherFileError("HTML, XML")


def _assembled(lines: Lines, options: Options) -> Table:
    filled = [(line, cells) for line, cells in lines.grid if _is_filled(cells)]
    if not filled:
        raise EmptyFileError
    place = _header_place(filled)
    header_line, names = filled[place][0], [_name(cell) for cell in filled[place][1]]
    _check_names(names, header_line)
    _check_merged(lines.merged, header_line)
    body = filled[place + 1 :]
    decimal = decimal_of((cells for _line, cells in body), str(options.get("decimal", "")))
    reading = Reading(decimal, str(options.get("dates", "")))
    rows = tuple(_row(line, cells, names, reading, lines) for line, cells in body)
    told = dict(lines.told) | ({"decimal": decimal} if decimal else {})
    letters = {name: get_column_letter(n) for n, name in enumerate(names, 1) if name}
    return Table(told, header_line, letters, rows)


def _is_filled(cells: Iterable[object]) -> bool:
    return any(cell is not None and cell != "" for cell in cells)


def _name(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _header_place(filled: list[tuple[int, list[object]]]) -> int:
    """The first line with two cells or more; a title above it has one."""
    for place, (_line, cells) in enumerate(filled[:HEADER_WITHIN]):
        if sum(_name(cell) != "" for cell in cells) > 1:
            return place
    return 0


def _check_names(names: list[str], line: int) -> None:
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise TwoColumnsError(", ".join(twice), line=line)


def _check_merged(merged: Mapping[str, int], header_line: int) -> None:
    """A cell that stands for several says nothing of most of them. Titles may be merged."""
    for ref, last_line in merged.items():
        if last_line >= header_line:
            raise MergedCellsError(ref, line=header_line if last_line == header_line else last_line)


def _row(
    line: int, cells: list[object], names: list[str], reading: Reading, lines: Lines
) -> FileRow:
    if not lines.may_be_long and len(cells) > len(names) and _is_filled(cells[len(names) :]):
        raise LongLineError(line=line)
    padded = [*cells, *[None] * (len(names) - len(cells))]
    found = {name: reading.value(cell) for name, cell in zip(names, padded, strict=False) if name}
    return FileRow(line, found)
