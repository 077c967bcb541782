"""The cells of a row, found by the mapping's columns."""

from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _

from portfolio.imports import parse
from portfolio.imports.mapping import Column, Mapping
from portfolio.imports.table import Fault, FileRefusedError, Row, key

Value = TypeVar("Value")


def columns_of(mapping: Mapping) -> dict[str, Column]:
    """Every column of the mapping, under the field that it fills."""
    found: dict[str, Column | None] = {
        "code": mapping.code,
        **mapping.texts,
        "lead": mapping.lead,
        "programme": mapping.programme,
        "phase": mapping.stage.column,
        "amount_eur": mapping.budget.column if mapping.budget else None,
        "valued_on": mapping.budget.valued_on if mapping.budget else None,
        "starts_on": mapping.starts_on.column,
        "ends_on": mapping.ends_on.column,
        "longitude": mapping.longitude,
        "latitude": mapping.latitude,
    }
    found |= {f"milestone:{rule.code}": rule.column for rule in mapping.milestones}
    found |= {f"zones:{number}": rule.column for number, rule in enumerate(mapping.zones)}
    return {name: column for name, column in found.items() if column is not None}


class Positions:
    """Where each column of the mapping stands in this file."""

    def __init__(self, header: tuple[str, ...], mapping: Mapping) -> None:
        """Raises FileRefusedError naming every column that the file lacks and must have."""
        self.header = header
        by_key = {key(name): index for index, name in enumerate(header) if key(name)}
        self._index: dict[Column, int] = {}
        self.lacking: list[Column] = []
        for column in columns_of(mapping).values():
            index = next((by_key[key(n)] for n in column.names if key(n) in by_key), None)
            if index is None:
                self.lacking.append(column)
            else:
                self._index[column] = index
        self._refuse_lacking()

    def index(self, column: Column) -> int | None:
        return self._index.get(column)

    def name(self, column: Column | None) -> str:
        """The file's own name of the column, else the mapping's."""
        if column is None:
            return ""
        index = self._index.get(column)
        return column.names[0] if index is None else self.header[index]

    def unused(self) -> tuple[str, ...]:
        used = set(self._index.values())
        return tuple(name for i, name in enumerate(self.header) if i not in used and name)

    def _refuse_lacking(self) -> None:
        needed = [column for column in self.lacking if not column.optional]
        if not needed:
            return
        found = _("The file lacks this column. It has: %s.") % ", ".join(self.header)
        faults = tuple(Fault(1, " / ".join(column.names), found) for column in needed)
        raise FileRefusedError(found, faults=faults)


class RowReading:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, row: Row, positions: Positions, empty: frozenset[str]) -> None:
        self.row, self._positions, self._empty = row, positions, empty
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def read(self, column: Column | None, parser: Callable[[str], Value]) -> Value | None:
        """None where the file or the cell says nothing, or where the cell is at fault."""
        index = self._positions.index(column) if column else None
        if column is None or index is None:
            return None
        try:
            cell = parse.text(self.row.cells[index])
            return None if cell.casefold() in self._empty else parser(cell)
        except parse.CellError as error:
            self.fault(column, str(error))
            return None

    def text(self, column: Column | None) -> str:
        return self.read(column, str) or ""

    def fault(self, column: Column, reason: str) -> None:
        self.faults.append(Fault(self.row.line, self._positions.name(column), reason))

    def warn(self, column: Column | None, reason: str) -> None:
        self.warnings.append(Fault(self.row.line, self._positions.name(column), reason))
