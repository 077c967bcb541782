"""CSV files, in an encoding that the mapping declares or that a byte order mark tells."""

import codecs
import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portfolio.imports.table import MAX_CELLS, MAX_ROWS, Fault, FileRefusedError, Row, Table
from portfolio.spreadsheets import unguarded

DELIMITERS = ";,\t|"
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(data: bytes, *, encoding: str, delimiter: str, fallback: str = "") -> Table:
    """Raises FileRefusedError where the rows cannot be told apart: encoding, quotes.

    A header without the declared delimiter has another one: spreadsheets put their country's.
    """
    text = _decoded(data, encoding_of(data, encoding, fallback))
    lines = _lines(text, _delimiter(text, delimiter))
    header = next(lines, None)
    if header is None:
        raise FileRefusedError(_("The file is empty."))
    names = tuple(name.strip() for name in header[1])
    rows: list[Row] = []
    cells = 0
    for line, values in lines:
        cells += len(values)
        if len(rows) >= MAX_ROWS or cells > MAX_CELLS:
            raise FileRefusedError(
                _("Over %(rows)d rows or %(cells)d cells.")
                % {"rows": MAX_ROWS, "cells": MAX_CELLS},
                line=line,
            )
        rows.append(_row(line, values, len(names)))
    return Table("CSV", names, tuple(rows))


def encoding_of(data: bytes, declared: str, fallback: str) -> str:
    """The fallback is for files that are not in the declared encoding at all: one broken
    character in a file that is mostly right is damage, which another encoding would hide."""
    if data.startswith(UTF_16_MARKS):
        return "utf-16"
    if not fallback or _is_in(declared, data):
        return declared
    text = data.decode(declared, "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    right = sum(char > "\x7f" for char in text) - broken
    return fallback if broken > right else declared


def _is_in(encoding: str, data: bytes) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str, declared: str) -> str:
    header = text.lstrip().split("\n", 1)[0]
    found = max(DELIMITERS, key=header.count)
    return found if declared not in header and found in header else declared


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileRefusedError(
            _("This is not in %(encoding)s, the encoding that the mapping declares.")
            % {"encoding": encoding},
            line=line,
        ) from error
    if "\0" in text:
        raise FileRefusedError(_("This is a binary file, not a table."))
    return text.removeprefix("\ufeff")


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not blank, with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield start, values
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileRefusedError(
            _("The quotes do not match (%(detail)s).") % {"detail": error}, line=start
        ) from error


def _row(line: int, values: list[str], width: int) -> Row:
    while len(values) > width and not values[-1].strip():
        values = values[:-1]
    # The file of rejected rows guards its cells; it is read as it was.
    cells = tuple(unguarded(value) for value in values)
    if len(cells) == width:
        return Row(line, cells)
    reason = _("The row has %(found)d cells, the header %(wanted)d.") % {
        "found": len(cells),
        "wanted": width,
    }
    return Row(line, cells, fault=Fault(line, "", reason))
