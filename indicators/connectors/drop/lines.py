"""What both kinds of files give: their lines as cells, before a name is given to any."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_BYTES = 10_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELLS = 300_000


@dataclass(frozen=True)
class Lines:
    """`grid`: number of the line, cells; `merged`: range → its last line; `may_be_long`: cells
    beyond the columns are notes beside the table (a workbook), not a shifted line (CSV)."""

    told: Mapping[str, str]
    grid: list[tuple[int, list[object]]]
    merged: Mapping[str, int] = field(default_factory=dict)
    may_be_long: bool = False
