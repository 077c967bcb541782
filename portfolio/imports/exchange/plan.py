"""From the rows of the register's file to what each project would become. Writes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portfolio.imports.exchange import cells
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.columns import (
    CHOICE,
    COLUMNS,
    CREDITS,
    FIGURES,
    PROJECTS,
    TEXT,
    Column,
    column,
)
from portfolio.imports.exchange.file import ExchangeFile, ExchangeRow
from portfolio.imports.parse import CellError
from portfolio.models import PaymentCredit, Project

PUT_BACK = "-"  # in place of an export's date: what an import changed, as it was before
NEEDED_AT_FIRST = {"name_fr", "phase_set"}


@dataclass(frozen=True)
class CellFault:
    """What is wrong with a cell; `cell` is its address (C14), empty in a file without one."""

    sheet: str
    line: int
    cell: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Change:
    """A fact before and after, as a cell writes it. `year` and `section` are those of credits."""

    key: str
    before: str
    after: str
    section: str = ""
    year: int = 0


@dataclass(frozen=True)
class CreditLine:
    """Figures to store for one year; `row` is where they come from."""

    row: ExchangeRow
    section: str
    year: int
    figures: Mapping[str, Any]


@dataclass
class Unit:
    """All that the file says of one project: whole or not at all. `project` is None for a new
    one; `stale` if the register's record changed since the file was exported."""

    code: str
    project: Project | None
    row: ExchangeRow | None = None
    values: dict[str, Any] = field(default_factory=dict)
    credits: list[CreditLine] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    stale: bool = False

    @property
    def is_new(self) -> bool:
        return self.project is None


@dataclass(frozen=True)
class Register:
    """What the register says now of the projects that the file names."""

    projects: Mapping[str, Project]
    editable: frozenset[str]
    credits: Mapping[tuple[str, str, int], PaymentCredit]
    choices: Choices


def fault(row: ExchangeRow, name: str, reason: str) -> CellFault:
    """Said of a column, or of the row's code where the column is not in the file."""
    letter = row.letters.get(name) or row.letters.get("code", "")
    known = {known.key: known for known in COLUMNS[row.sheet]}
    return CellFault(
        sheet=row.title,
        line=row.line,
        cell=f"{letter}{row.line}" if letter else "",
        column=str(known[name].heading) if name in known else "",
        value=row.cells.get(name, "")[:200],
        reason=reason,
    )


def make_units(file: ExchangeFile, register: Register) -> list[Unit]:
    """One a project, in the order of the file."""
    return list(_Planning(register).units(file))


class _Planning:
    def __init__(self, register: Register) -> None:
        self.register = register
        self.found: dict[str, Unit] = {}

    def units(self, file: ExchangeFile) -> Iterator[Unit]:
        nameless: list[Unit] = []
        for row in sorted(file.rows, key=lambda row: row.sheet != PROJECTS):
            unit = self._unit(row)
            if not row.code:
                nameless.append(unit)
            if row.faulty:
                unit.faults += [fault(row, name, why) for name, why in row.faulty.items()]
            elif not row.code:
                unit.faults.append(fault(row, "code", _("The code is missing.")))
            elif row.sheet == PROJECTS:
                self._project(unit, row)
            else:
                self._credit(unit, row)
        yield from [*self.found.values(), *nameless]

    def _unit(self, row: ExchangeRow) -> Unit:
        if not row.code:
            return Unit("", None)
        project = self.register.projects.get(row.code)
        unit = self.found.setdefault(row.code, Unit(row.code, project))
        if project is not None and row.code not in self.register.editable:
            reason = _("You may not change a project of this code.")
            unit.faults.append(fault(row, "code", reason))
        return unit

    def _project(self, unit: Unit, row: ExchangeRow) -> None:
        if unit.row is not None:
            reason = _("Line %d already has this code.") % unit.row.line
            unit.faults.append(fault(row, "code", reason))
            return
        unit.row = row
        self._date(unit, row)
        before = cells.project_cells(unit.project, self.register.choices) if unit.project else {}
        self._context(unit)
        for name in self._edited(unit, row, before):
            self._read(unit, row, name)
            unit.changes.append(Change(name, cells.written(before.get(name)), ""))
        if unit.project is None and "phase_set" not in row.cells:
            unit.faults.append(fault(row, "phase_set", _("A new project needs its kind.")))
        self._geometry(unit, row)
        self._say_after(unit)

    def _context(self, unit: Unit) -> None:
        """A phase is looked up in the project's own kind."""
        if unit.project is not None:
            unit.values["phase_set"] = unit.project.phase_set

    def _edited(
        self, unit: Unit, row: ExchangeRow, before: Mapping[str, cells.Cell]
    ) -> Iterator[str]:
        """The columns whose cell says something else than the register."""
        marked = bool(row.cells.get("version", "").strip())
        for item in COLUMNS[row.sheet]:
            if not item.is_editable or item.key not in row.cells:
                continue
            is_blank = not row.cells[item.key].strip()
            if unit.project is None:
                if not is_blank or item.key in NEEDED_AT_FIRST:
                    yield item.key
            # Only a row that was exported empties: its cell was full, somebody cleared it.
            elif not self._same(unit, item, row, before) and (marked or not is_blank):
                yield item.key

    def _same(
        self, unit: Unit, item: Column, row: ExchangeRow, before: Mapping[str, cells.Cell]
    ) -> bool:
        kind_changes = unit.project and unit.values.get("phase_set") != unit.project.phase_set
        if item.key == "phase" and kind_changes:
            return False
        known = cells.written(before.get(item.key))
        if cells.plain(row.cells[item.key]) == known:
            return True
        if item.kind == TEXT:
            return False
        try:
            value = cells.read(item, row.cells[item.key], self.register.choices, unit.values)
        except CellError:
            return False
        return self._written(item.key, {item.key: value}) == known

    def _read(self, unit: Unit, row: ExchangeRow, name: str) -> None:
        item = column(PROJECTS, name)
        try:
            value = cells.read(item, row.cells[name], self.register.choices, unit.values)
        except CellError as error:
            unit.faults.append(fault(row, name, str(error)))
            return
        if item.is_needed and value in {None, ""}:
            unit.faults.append(fault(row, name, _("This cell may not be empty.")))
        unit.values[name] = value

    def _geometry(self, unit: Unit, row: ExchangeRow) -> None:
        if row.geometry is None:
            return
        shape = row.geometry
        known = unit.project.geometry if unit.project else None
        if known is not None and known.equals_exact(shape, 1e-9):
            return
        unit.values["geometry"] = shape
        unit.changes.append(Change("geometry", "", ""))

    def _say_after(self, unit: Unit) -> None:
        """The other side of each change, and only what is one."""
        edited = {change.key for change in unit.changes}
        if unit.project is not None and "phase_set" not in edited:
            unit.values.pop("phase_set", None)
        unit.changes = [
            Change(change.key, change.before, self._written(change.key, unit.values))
            for change in unit.changes
            if change.key in unit.values
        ]

    def _written(self, name: str, values: Mapping[str, Any]) -> str:
        value = values[name]
        if name == "geometry":
            return ""
        if column(PROJECTS, name).kind == CHOICE:
            return self.register.choices.label(name, value)
        return cells.written(value)

    def _date(self, unit: Unit, row: ExchangeRow) -> None:
        """Was the record changed since it was exported?"""
        text = row.cells.get("version", "").strip()
        if text in {"", PUT_BACK} or unit.project is None:
            return
        try:
            exported = parse_datetime(text)
        except ValueError:
            exported = None
        if exported is None:
            unit.faults.append(fault(row, "version", _("Leave this cell as it was exported.")))
        else:
            unit.stale = unit.stale or exported != unit.project.updated_at

    # ------------------------------------------------------------ credits

    def _credit(self, unit: Unit, row: ExchangeRow) -> None:
        values: dict[str, Any] = {}
        faults = len(unit.faults)
        if unit.project is None and unit.row is None:
            reason = _("No project of this code is in the register or in the file.")
            unit.faults.append(fault(row, "code", reason))
        self._date(unit, row)
        for item in COLUMNS[CREDITS]:
            if item.is_editable and item.key in row.cells:
                self._credit_cell(unit, row, item, values)
        for name in ("section", "year"):
            if values.get(name) is None and len(unit.faults) == faults:
                unit.faults.append(fault(row, name, _("This cell may not be empty.")))
        if len(unit.faults) == faults:
            self._credit_line(unit, row, values)

    def _credit_cell(
        self, unit: Unit, row: ExchangeRow, item: Column, values: dict[str, Any]
    ) -> None:
        try:
            values[item.key] = cells.read(item, row.cells[item.key], self.register.choices, {})
        except CellError as error:
            unit.faults.append(fault(row, item.key, str(error)))

    def _credit_line(self, unit: Unit, row: ExchangeRow, values: dict[str, Any]) -> None:
        section, year = values["section"], values["year"]
        if any((line.section, line.year) == (section, year) for line in unit.credits):
            unit.faults.append(fault(row, "year", _("This year comes twice for this project.")))
            return
        known = self.register.credits.get((unit.code, section, year))
        marked = bool(row.cells.get("version", "").strip())
        figures = {}
        for name in FIGURES:
            stored = getattr(known, name) if known else None
            given = values.get(name)
            empties = marked and name in row.cells
            figures[name] = given if given is not None or empties else stored
            if figures[name] != stored:
                unit.changes.append(
                    Change(name, cells.written(stored), cells.written(figures[name]),
                           section, year)
                )  # fmt: skip
        if figures["voted_eur"] is None:
            reason = _("This cell may not be empty.")
            unit.faults.append(fault(row, "voted_eur", reason))
        elif known is None or any(figures[n] != getattr(known, n) for n in FIGURES):
            unit.credits.append(CreditLine(row, section, year, figures))
