"""The projects of an import, whatever the file: what each would change, checked and applied alike."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from portfolio.imports.exchange import cells
from portfolio.imports.exchange import file as exchange_file
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.file import ExchangeFile, ExchangeRow
from portfolio.imports.exchange.plan import CellFault, Change, Unit
from portfolio.imports.fitting import SeveralFitError, fitting_plan
from portfolio.imports.plan import Plan, PlannedProject, RejectedRow
from portfolio.imports.rejected import ERROR_COLUMN
from portfolio.imports.table import FileRefusedError
from portfolio.models import ImportJob, Project, User
from portfolio.permissions import roles_everywhere
from portfolio.roles import Role
from portfolio.services import exchange, imports
from portfolio.services.exchange import Signed, UnitRefusedError

MOST_PROJECTS = 20_000


class Work(Protocol):
    """One project of the file."""

    @property
    def code(self) -> str: ...
    @property
    def is_new(self) -> bool: ...
    @property
    def stale(self) -> bool: ...

    def check(self, signed: Signed) -> tuple[list[Change], list[CellFault]]:
        """What would change, and what is wrong; stores nothing."""
        ...

    def apply(self, signed: Signed, expected: list[Change] | None) -> bool:
        """Store it. False, with nothing stored, where it would no longer do what was
        `expected`. Raises UnitRefusedError."""
        ...


@dataclass(frozen=True)
class Prepared:
    """`faults` are those of rows that are no project's."""

    kind: str
    works: list[Work]
    faults: list[CellFault]
    notes: list[str]


def prepare(*, content: bytes, kind: str, by: User) -> Prepared:
    """Read a file against the register of now. Raises FileRefusedError."""
    if kind == ImportJob.Kind.UNDO:
        return _of_exchange(kind, _undo_file(content), by)
    file = exchange_file.read(content)
    if file is not None:
        return _of_exchange(ImportJob.Kind.EXCHANGE, file, by)
    if Role.ADMINISTRATOR not in roles_everywhere(by):
        raise FileRefusedError(
            _("These are not the columns of the template. Administrators alone bring lists of "
              "another shape.")
        )  # fmt: skip
    try:
        return _of_mapping(fitting_plan(content))
    except SeveralFitError as error:
        raise FileRefusedError(str(error)) from error


def _check_count(count: int) -> None:
    if count > MOST_PROJECTS:
        raise FileRefusedError(_("Over %d projects.") % MOST_PROJECTS)


# ---------------------------------------------------------------- the register's own file


def _of_exchange(kind: str, file: ExchangeFile, by: User) -> Prepared:
    units = exchange.plan(file, by=by)
    _check_count(len(units))
    unused = [name for name in file.unused if name != ERROR_COLUMN]
    notes = [_("Columns not imported: %s") % ", ".join(unused)] if unused else []
    nameless = [fault for unit in units if not unit.code for fault in unit.faults]
    return Prepared(kind, [ExchangeWork(unit) for unit in units if unit.code], nameless, notes)


@dataclass(frozen=True)
class ExchangeWork:
    unit: Unit

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def is_new(self) -> bool:
        return self.unit.is_new

    @property
    def stale(self) -> bool:
        return self.unit.stale

    def check(self, signed: Signed) -> tuple[list[Change], list[CellFault]]:
        unit = self.unit
        if unit.faults:
            return [], unit.faults
        if not unit.changes and not unit.is_new:
            return [], []
        return unit.changes, exchange.check(unit, signed=signed)

    def apply(self, signed: Signed, expected: list[Change] | None) -> bool:
        if self.unit.faults or (expected is not None and self.unit.changes != expected):
            return False
        exchange.apply(self.unit, signed=signed)
        return True


def _undo_file(content: bytes) -> ExchangeFile:
    """What `import_jobs.undo` wrote."""
    rows = tuple(
        ExchangeRow(item["sheet"], "", 0, item["cells"], {}) for item in json.loads(content)
    )
    return ExchangeFile("JSON", rows, ())


# ---------------------------------------------------------------- a list of another shape


def _of_mapping(plan: Plan) -> Prepared:
    _check_count(len(plan.projects))
    notes = [_("List read as: %s") % plan.mapping.source]
    if plan.unused:
        notes.append(_("Columns not imported: %s") % ", ".join(plan.unused))
    notes += [f"{_('line')} {w.line}, {w.column}: {w.reason}" for w in plan.warnings[:200]]
    known = frozenset(
        Project.objects.filter(code__in=[p.code for p in plan.projects]).values_list(
            "code", flat=True
        )
    )
    works: list[Work] = [MappedWork(plan, p, p.code not in known) for p in plan.projects]
    faults = [fault for row in plan.rejected for fault in _faults(row)]
    return Prepared(ImportJob.Kind.MAPPING, works, faults, notes)


@dataclass(frozen=True)
class MappedWork:
    plan: Plan
    planned: PlannedProject
    is_new: bool
    stale: bool = False

    @property
    def code(self) -> str:
        return self.planned.code

    def check(self, signed: Signed) -> tuple[list[Change], list[CellFault]]:
        try:
            with transaction.atomic():
                before = dict(_facts(self.code))
                self._run(signed)
                after = dict(_facts(self.code))
                transaction.set_rollback(True)
        except UnitRefusedError as refusal:
            return [], refusal.faults
        names = [*after, *(name for name in before if name not in after)]
        return [
            Change(name, before.get(name, ""), after.get(name, ""))
            for name in names
            if before.get(name, "") != after.get(name, "")
        ], []

    def apply(self, signed: Signed, expected: list[Change] | None) -> bool:
        """The source wins over what was typed since: `expected` plays no part."""
        with transaction.atomic():
            self._run(signed)
        return True

    def _run(self, signed: Signed) -> None:
        one = replace(self.plan, projects=(self.planned,), rejected=())
        outcome = imports.apply(plan=one, by=signed.by, reason=signed.reason, at=signed.at)
        if outcome.rejected:
            raise UnitRefusedError(list(_faults(outcome.rejected[0])))


def _faults(row: RejectedRow) -> Iterator[CellFault]:
    for fault in row.faults:
        yield CellFault("", fault.line, "", fault.column, "", fault.reason)


def _facts(code: str) -> Iterator[tuple[str, str]]:
    """Everything of a project that a list may bring, as texts by name."""
    project = Project.objects.with_costs().filter(code=code).select_related(*exchange.RELATED)
    found = project.first()
    if found is None:
        return
    for name, cell in cells.project_cells(found, _NoLists()).items():
        if name not in {"version", "code", "original_cost_eur"}:
            yield name, cells.written(cell)
    for milestone in found.milestones.current().order_by("current_on", "pk"):
        yield f"milestone:{milestone.name}", str(milestone.actual_on or milestone.current_on)
    zones = found.project_zones.filter(origin="DECLARED").order_by("zone__name")
    yield "zones", ", ".join(zones.values_list("zone__name", flat=True))
    yield "geometry", sha256(found.geometry.wkb).hexdigest() if found.geometry else ""


class _NoLists(Choices):
    """Records by their own names, without reading the lists for each project."""

    def __init__(self) -> None:
        self._labels = {}

    def label(self, name: str, value: object) -> str:
        return "" if value is None else str(value)
