"""The door for files: what kind it is by its content, then the reader of that kind."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portfolio.imports import csv_file, geojson_file, xlsx_file
from portfolio.imports.table import MAX_BYTES, MAX_COLUMNS, FileRefusedError, Table, key

# The first bytes of what people send by mistake.
FOREIGN = {
    b"\xd0\xcf\x11\xe0": "Excel 97-2003 (.xls)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"PAR1": "Parquet",
    b"SQLite format": "SQLite, GeoPackage",
}
MARKUP = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True)
class FileShape:
    """What the mapping declares of the file itself."""

    encoding: str = "utf-8"
    fallback_encoding: str = ""
    delimiter: str = ";"
    sheet: str = ""


def read(data: bytes, shape: FileShape) -> Table:
    """The table in `data`. Raises FileRefusedError; the name of the file plays no part."""
    if len(data) > MAX_BYTES:
        raise FileRefusedError(
            _("The file is over %(size)d MB.") % {"size": MAX_BYTES // 1_000_000}
        )
    table = _read(data, shape)
    _check_header(table.header)
    if not table.rows:
        raise FileRefusedError(_("The file has a header and no row."))
    return table


def _read(data: bytes, shape: FileShape) -> Table:
    start = data.removeprefix(b"\xef\xbb\xbf")[:200].lstrip()
    if not start:
        raise FileRefusedError(_("The file is empty."))
    for magic, kind in FOREIGN.items():
        if data.startswith(magic):
            raise FileRefusedError(
                _("This is a %(kind)s file. Give CSV, XLSX or GeoJSON.") % {"kind": kind}
            )
    if data.startswith(b"PK"):
        return xlsx_file.read(data, sheet=shape.sheet)
    if start.startswith(b"{"):
        return geojson_file.read(data)
    if start.lower().startswith(MARKUP):
        raise FileRefusedError(_("This is a web page or XML, not a table."))
    return csv_file.read(
        data,
        encoding=shape.encoding,
        fallback=shape.fallback_encoding,
        delimiter=shape.delimiter,
    )


def _check_header(header: tuple[str, ...]) -> None:
    if len(header) > MAX_COLUMNS:
        raise FileRefusedError(_("Over %(most)d columns.") % {"most": MAX_COLUMNS})
    seen: dict[str, str] = {}
    for name in header:
        if not key(name):
            continue
        if key(name) in seen:
            raise FileRefusedError(
                _("Two columns have the same name: “%(one)s” and “%(two)s”.")
                % {"one": seen[key(name)], "two": name}
            )
        seen[key(name)] = name
