"""The register's own file, brought into the register project by project."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portfolio.imports.exchange import cells
from portfolio.imports.exchange.choices import Choices
from portfolio.imports.exchange.columns import CREDITS, PROJECTS
from portfolio.imports.exchange.file import ExchangeFile, ExchangeRow
from portfolio.imports.exchange.plan import (
    PUT_BACK,
    CellFault,
    CreditLine,
    Register,
    Unit,
    fault,
    make_units,
)
from portfolio.models import PaymentCredit, Project, User
from portfolio.parts import part_of
from portfolio.permissions import parts_of
from portfolio.querysets import ProjectQuerySet
from portfolio.roles import Part
from portfolio.services import budget, projects
from portfolio.services.history import recorded

OF_WHOM = ("programme", "lead", "manager")
RELATED = ("programme", "lead", "manager", "phase_set", "phase")


@dataclass(frozen=True)
class Signed:
    """Who brings the file, why and when."""

    by: User
    reason: str
    at: datetime


class UnitRefusedError(Exception):
    """The register refuses what the file says of a project; nothing of it is stored."""

    def __init__(self, faults: list[CellFault]) -> None:
        super().__init__()
        self.faults = faults


def plan(file: ExchangeFile, *, by: User) -> list[Unit]:
    """What each project of the file would become, read against the register of now."""
    codes = {row.code for row in file.rows}
    return make_units(file, _register(codes, by))


def _register(codes: Iterable[str], by: User | None = None) -> Register:
    named = Project.objects.filter(code__in=codes)
    lines = PaymentCredit.objects.filter(project__in=named).select_related("project")
    return Register(
        projects={p.code: p for p in named.select_related(*RELATED)},
        editable=frozenset(_editable(named, by) if by else ()),
        credits={(line.project.code, line.section, line.year): line for line in lines},
        choices=Choices(),
    )


def _editable(named: ProjectQuerySet, by: User) -> Iterable[str]:
    """Those whose facts or whose money are theirs to change; `_check_parts` looks closer."""
    own = Project.objects.editable_by(by) | Project.objects.editable_by(by, Part.MONEY)
    return own.filter(pk__in=named.values("pk")).values_list("code", flat=True)


def apply(unit: Unit, *, signed: Signed) -> Project:
    """Store what changes of one project, whole or not at all; what is already so writes nothing.

    Raises UnitRefusedError with the cells that the register refuses.
    """
    with transaction.atomic(), recorded(by=signed.by, reason=signed.reason):
        held = parts_of(signed.by, unit.project) if unit.project else None
        project = _project(unit, signed)
        for line in unit.credits:
            _credit(project, line, signed)
        _check_reach(unit, project, signed.by)
        _check_parts(unit, parts_of(signed.by, project) if held is None else held)
    return project


def check(unit: Unit, *, signed: Signed) -> list[CellFault]:
    """What `apply` would refuse; it is done and taken back."""
    try:
        with transaction.atomic():
            apply(unit, signed=signed)
            transaction.set_rollback(True)
    except UnitRefusedError as refusal:
        return refusal.faults
    return []


def rows_before(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that put the facts of `changes` back, in the language that is active; those that
    changed again since are left out. A year that did not exist stays: no record is erased."""
    given = list(changes)
    register = _register({change["code"] for change in given})
    return [row for change in given for row in _before(change, register)]


def _before(change: Mapping[str, Any], register: Register) -> Iterator[dict[str, Any]]:
    found: dict[tuple[str, int], dict[str, str]] = {}
    for fact in change["fields"]:
        place = (fact["section"], fact["year"])
        if fact["key"] != "geometry" and _now(change["code"], fact, register) == fact["after"]:
            found.setdefault(place, {})[fact["key"]] = fact["before"]
    for (section, year), facts in found.items():
        own = {**facts, "code": change["code"], "version": PUT_BACK}
        if not year:
            yield {"sheet": PROJECTS, "cells": own}
        elif facts.get("voted_eur") != "":
            yield {"sheet": CREDITS, "cells": {**own, "section": section, "year": str(year)}}


def _now(code: str, fact: Mapping[str, Any], register: Register) -> str:
    if fact["year"]:
        credit = register.credits.get((code, fact["section"], fact["year"]))
        return cells.written(getattr(credit, fact["key"])) if credit else ""
    project = register.projects[code]
    return cells.written(cells.project_cells(project, register.choices)[fact["key"]])


def _project(unit: Unit, signed: Signed) -> Project:
    if unit.project is not None and not unit.values:
        return unit.project
    row = unit.row or unit.credits[0].row
    with _refusals(row):
        if unit.project is None:
            given = {name: value for name, value in unit.values.items() if value is not None}
            fields = projects.ProjectFields(code=unit.code, **given)
            return projects.create(fields=fields, by=signed.by, reason=signed.reason, at=signed.at)
        return projects.update(
            project=unit.project, changes=unit.values, by=signed.by, reason=signed.reason,
            at=signed.at,
        )  # fmt: skip


def _credit(project: Project, line: CreditLine, signed: Signed) -> None:
    with _refusals(line.row):
        budget.set_payment_credit(
            project=project, year=line.year, section=line.section,
            figures=budget.CreditFigures(**line.figures),
            by=signed.by, reason=signed.reason, at=signed.at,
        )  # fmt: skip


def _check_reach(unit: Unit, project: Project, by: User) -> None:
    """Who enters a project must be one of those who may change it."""
    if unit.project is None and not _may_change(project, by) and unit.row is not None:
        reason = _("You enter projects of your department, or that you manage: say so here.")
        raise UnitRefusedError([fault(unit.row, "lead", reason)])


def _check_parts(unit: Unit, held: frozenset[str]) -> None:
    """Each fact asks the right of its part, as the screens do; what the file says of who leads the
    project gives no right to the rest of it."""
    told = [(unit.row, name, part_of(name)) for name in _given(unit)]
    told += [(line.row, "voted_eur", Part.MONEY) for line in unit.credits]
    reason = _("You may not change this part of the project.")
    faults = [fault(row, name, reason) for row, name, part in told if row and part not in held]
    if faults:
        raise UnitRefusedError(faults)


def _given(unit: Unit) -> Iterator[str]:
    """The facts that the file sets; a new project has somebody who leads it, and one that stays a
    draft decides on nothing."""
    for name, value in unit.values.items():
        is_needed = name in OF_WHOM or (name == "visibility" and value == "DRAFT")
        if unit.project is not None or not is_needed:
            yield name


def _may_change(project: Project, by: User) -> bool:
    return Project.objects.editable_by(by).filter(pk=project.pk).exists()


@contextmanager
def _refusals(row: ExchangeRow) -> Iterator[None]:
    """A refusal of the register, put down to the cells of the file."""
    try:
        yield
    except ValidationError as error:
        raise UnitRefusedError(
            [
                fault(row, field, message)
                for field, messages in _by_field(error).items()
                for message in messages
            ]
        ) from error


def _by_field(error: ValidationError) -> Mapping[str, Any]:
    return error.message_dict if hasattr(error, "error_dict") else {"code": error.messages}
