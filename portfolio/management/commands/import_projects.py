"""manage.py import_projects: a list of projects from a file into the register."""

import os
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.imports import mapping as mappings
from portfolio.imports import rejected
from portfolio.imports.fitting import SeveralFitError, fitting_plan, plan_with
from portfolio.imports.plan import Plan
from portfolio.imports.table import MAX_BYTES, Fault, FileRefusedError
from portfolio.models import User
from portfolio.services import imports
from portfolio.services.imports import Outcome


class Command(BaseCommand):
    help = (
        "Import projects from a CSV, XLSX or GeoJSON file. Accepted rows are imported, rejected "
        "ones are listed and written to a file; exit 1 if any was rejected."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", type=Path, help="mapping file; by default the packaged one that fits"
        )
        parser.add_argument("--dry-run", action="store_true", help="report, change nothing")
        parser.add_argument("--rejected", type=Path, help="where the rejected rows go")
        parser.add_argument("--by", default="", help="user name kept as author of the changes")

    def handle(self, *, file: Path, **options: Any) -> None:
        by = _user(options["by"])
        try:
            plan = _plan(_content(file), options["mapping"])
        except FileRefusedError as refusal:
            self._table(refusal.faults)
            raise CommandError(_("Nothing was imported.")) from refusal
        except mappings.MappingError as error:
            raise CommandError(str(error)) from error
        given: Path | None = options["rejected"]
        target = given or _free_path(file, rejected.suffix(plan))
        _check_target(target, file)
        self._introduce(file, plan)
        outcome = imports.apply(
            plan=plan,
            by=by,
            reason=_("Import: %(source)s (%(file)s)")
            % {"source": plan.mapping.source, "file": file.name},
            at=timezone.now(),
            dry_run=options["dry_run"],
        )
        self._report(plan, outcome)
        if not outcome.rejected:
            return
        if given or not options["dry_run"]:
            _write(plan, outcome, target)
            self.stdout.write(_("Rejected rows written to %s") % target)
        raise CommandError(_("Rows rejected: %d") % len(outcome.rejected))

    def _introduce(self, file: Path, plan: Plan) -> None:
        rows = len(plan.table.rows)
        self.stdout.write(f"{file} · {plan.table.format} · {plan.mapping.source}")
        self.stdout.write(_("Rows read: %d") % rows)
        if plan.unused:
            self.stdout.write(_("Columns not imported: %s") % ", ".join(plan.unused))
        if plan.lacking:
            self.stdout.write(_("Columns that the file lacks: %s") % ", ".join(plan.lacking))

    def _report(self, plan: Plan, outcome: Outcome) -> None:
        if plan.warnings:
            self.stdout.write("\n" + _("Warnings (rows accepted): %d") % len(plan.warnings))
            self._table(plan.warnings)
        if outcome.rejected:
            self.stdout.write("\n" + _("Rejected rows: %d") % len(outcome.rejected))
            self._table(fault for row in outcome.rejected for fault in row.faults)
        self.stdout.write(
            "\n"
            + _(
                "Accepted: %(accepted)d (created %(created)d, updated %(updated)d, unchanged "
                "%(unchanged)d). Rejected: %(rejected)d."
            )
            % {
                "accepted": outcome.accepted,
                "created": outcome.created,
                "updated": outcome.updated,
                "unchanged": outcome.unchanged,
                "rejected": len(outcome.rejected),
            }
        )

    def _table(self, faults: Iterable[Fault]) -> None:
        rows = [(_("line"), _("column"), _("reason"))]
        rows += [(str(f.line or "-"), f.column or "-", f.reason) for f in faults]
        first, second = (max(len(row[index]) for row in rows) for index in (0, 1))
        for line, column, reason in rows:
            self.stdout.write(f"  {line:>{first}}  {column:<{second}}  {reason}")


def _write(plan: Plan, outcome: Outcome, target: Path) -> None:
    try:
        rejected.write(plan, outcome.rejected, target)
    except OSError as error:
        raise CommandError(
            _("The rejected rows are listed above but could not be written to %(path)s: %(why)s.")
            % {"path": target, "why": error.strerror}
        ) from error


def _user(name: str) -> User | None:
    if not name:
        return None
    try:
        return User.objects.get(username=name)
    except User.DoesNotExist as error:
        raise CommandError(_("There is no user “%s”.") % name) from error


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)  # one more: the reader refuses it
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error


def _plan(content: bytes, path: Path | None) -> Plan:
    if path is not None:
        return plan_with(content, mappings.load(path))
    try:
        return fitting_plan(content)
    except SeveralFitError as error:
        raise CommandError(str(error)) from error


def _free_path(file: Path, suffix: str) -> Path:
    """Beside the file, or here where that folder is read-only; never over an earlier one,
    which may be under correction."""
    folder = file.parent if os.access(file.parent, os.W_OK) else Path()
    path, number = folder / f"{file.stem}.rejected{suffix}", 1
    while path.exists():
        number += 1
        path = folder / f"{file.stem}.rejected-{number}{suffix}"
    return path


def _check_target(target: Path, file: Path) -> None:
    """Before anything is imported: rejected rows that could not be written would be lost."""
    if target.exists() and target.samefile(file):
        raise CommandError(_("The rejected rows would overwrite the file itself."))
    if not os.access(target.parent, os.W_OK):
        raise CommandError(_("%s cannot be written: give another --rejected.") % target)
