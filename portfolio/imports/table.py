"""What every reader gives: a header and rows of texts, whatever the format of the file."""

import unicodedata
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry

GEOMETRY = "geometry"  # the column that faults of a geometry are put down to
MAX_BYTES = 50_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 300
MAX_CELLS = 3_000_000


@dataclass(frozen=True)
class Fault:
    """Where something is wrong, and why. `line` 0 and `column` "" mean the whole of it."""

    line: int
    column: str
    reason: str


class FileRefusedError(Exception):
    """The file as a whole cannot be read; nothing of it is imported."""

    def __init__(self, reason: str, *, line: int = 0, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(reason)
        self.faults = faults or (Fault(line, "", reason),)


@dataclass(frozen=True)
class Row:
    """`line` is the line of the file, or the feature's number. `fault` says why the row cannot
    be read; its cells are kept as far as they go."""

    line: int
    cells: tuple[str, ...]
    geometry: GEOSGeometry | None = None
    fault: Fault | None = None


@dataclass(frozen=True)
class Table:
    """`raw` holds the features of a GeoJSON file by number, and `crs` its reference system, to
    give rejected ones back whole."""

    format: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    raw: dict[int, object] | None = None
    crs: object = None


def key(text: str) -> str:
    """A text as it is compared: no accent, case, punctuation or double space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = (char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())
