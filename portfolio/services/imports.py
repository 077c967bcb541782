"""A planned import into the register: one transaction, each row whole or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portfolio.imports.mapping import MilestoneRule, ZoneSpec
from portfolio.imports.plan import Plan, PlannedProject, RejectedRow
from portfolio.imports.table import GEOMETRY, Fault
from portfolio.models import Milestone, Project, ProjectZone, User, Zone
from portfolio.services import finance, places, projects, schedule
from portfolio.services.history import recorded
from portfolio.services.references import References


@dataclass(frozen=True)
class Outcome:
    """How many rows did what; `rejected` holds those of the plan and those of the register."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[RejectedRow, ...]

    @property
    def accepted(self) -> int:
        return self.created + self.updated + self.unchanged


@dataclass(frozen=True)
class _Change:
    """Who imports, why and when: what every verb below is given."""

    by: User | None
    reason: str
    at: datetime

    @property
    def today(self) -> date:
        return timezone.localdate(self.at)


class _RowRefusedError(Exception):
    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__()
        self.faults = faults


def apply(
    *, plan: Plan, by: User | None, reason: str, at: datetime, dry_run: bool = False
) -> Outcome:
    """Bring the register to what the accepted rows say; a row that says nothing new writes
    nothing, an empty cell erases nothing. `dry_run` does it all and takes it back.

    The caller checks that `by` may change every project.
    """
    with transaction.atomic():
        with recorded(by=by, reason=reason):
            outcome = _apply_rows(plan, _Change(by, reason, at))
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _apply_rows(plan: Plan, change: _Change) -> Outcome:
    references = References(plan.mapping)
    references.wait_for_others()
    stored = _stored(plan)
    counts = {"created": 0, "updated": 0, "unchanged": 0}
    rejected = list(plan.rejected)
    for planned in plan.projects:
        try:
            with transaction.atomic():
                known = stored.get(planned.code)
                row = _RowImport(plan, planned, known, change, references)
                counts[row.run()] += 1
        except _RowRefusedError as refusal:
            references.forget()  # what this row created is gone with it
            line = planned.row.line
            faults = tuple(Fault(line, column, reason) for column, reason in refusal.faults)
            rejected.append(RejectedRow(planned.row, faults))
    rejected.sort(key=lambda item: item.row.line)
    return Outcome(**counts, rejected=tuple(rejected))


def _stored(plan: Plan) -> dict[str, Project]:
    known = Project.objects.filter(code__in=[planned.code for planned in plan.projects])
    known = known.select_related("lead", "programme", "phase_set", "phase")
    known = known.prefetch_related("milestones", "cost_estimates", "project_zones__zone")
    return {project.code: project for project in known}


class _RowImport:
    """One row on its way into the register."""

    def __init__(
        self,
        plan: Plan,
        planned: PlannedProject,
        known: Project | None,
        change: _Change,
        references: References,
    ) -> None:
        self.plan, self.planned, self.known = plan, planned, known
        self.change, self.references = change, references

    def run(self) -> str:
        """What became of the row. Raises _RowRefusedError with what the register refuses."""
        project = self.known or self._create()
        changed = [
            self.known is not None and self._update(self.known),
            self._declare_zones(project),
            self._estimate(project),
            self._dates(project),
        ]
        if self.known is None:
            return "created"
        return "updated" if any(changed) else "unchanged"

    def _fields(self) -> dict[str, object]:
        """What the row says of the project itself."""
        planned, references = self.planned, self.references
        fields: dict[str, object] = {**planned.texts, **planned.bounds}
        with self._refusals({"name_fr": self._column("lead"), "code": self._column("lead")}):
            if planned.lead:
                fields["lead"] = references.organisation(planned.lead)
        programme = self._column("programme")
        with self._refusals({"name_fr": programme, "code": programme}):
            if planned.programme:
                fields["programme"] = references.programme(planned.programme)
        if planned.stage is not None:
            fields["state"] = planned.stage.state
            if planned.stage.phase is not None:
                fields["phase_set"] = references.phase_set()
                fields["phase"] = references.phase(planned.stage.phase)
        with self._refusals({"geometry": GEOMETRY}):
            if planned.geometry is not None:
                fields["geometry"] = places.checked(planned.geometry)
        return fields

    def _create(self) -> Project:
        fields = {"phase_set": self.references.phase_set(), **self._fields()}
        given = projects.ProjectFields(
            code=self.planned.code,
            visibility=self.plan.mapping.visibility,
            **fields,  # type: ignore[arg-type]  # names and values come from _fields
        )
        with self._refusals(self.plan.columns):
            return projects.create(
                fields=given, by=self.change.by, reason=self.change.reason, at=self.change.at
            )

    def _update(self, project: Project) -> bool:
        fields = self._fields().items()
        changes = {name: value for name, value in fields if getattr(project, name) != value}
        if changes:
            with self._refusals(self.plan.columns):
                projects.update(
                    project=project,
                    changes=changes,
                    by=self.change.by,
                    reason=self.change.reason,
                    at=self.change.at,
                )
        return bool(changes)

    def _declare_zones(self, project: Project) -> bool:
        wanted = {zone.code for zone in self.planned.zones}
        known = self.known.project_zones.all() if self.known else ()
        declared = {i.zone.code for i in known if i.origin == ProjectZone.Origin.DECLARED}
        if not wanted or wanted == declared:
            return False
        places.declare_zones(
            project=project,
            zones=[self._zone(zone) for zone in self.planned.zones],
            by=self.change.by,
            reason=self.change.reason,
            at=self.change.at,
        )
        return True

    def _zone(self, spec: ZoneSpec) -> Zone:
        rules = enumerate(self.plan.mapping.zones)
        named = (f"zones:{number}" for number, rule in rules if spec in rule.zones.values())
        with self._refusals({"zone": self._column(next(named, ""))}):
            return self.references.zone(spec)

    def _estimate(self, project: Project) -> bool:
        amount = self.planned.amount_eur
        known = self.known.cost_estimates.all() if self.known else ()
        versions = sorted(known, key=lambda item: item.version)
        if amount is None or (versions and versions[-1].amount_eur == amount):
            return False
        with self._refusals(self.plan.columns):
            finance.estimate(
                project=project,
                amount_eur=amount,
                valued_on=self.planned.valued_on or self.change.today,
                reason=self.change.reason if versions else "",
                by=self.change.by,
                at=self.change.at,
            )
        return True

    def _dates(self, project: Project) -> bool:
        known = self.known.milestones.all() if self.known else ()
        milestones = {milestone.code: milestone for milestone in known}
        new = [(rule, on) for rule, on in self.planned.milestones if rule.code not in milestones]
        if new:
            milestones |= self._plan_milestones(project, new)
        dated = [
            self._date(milestones[rule.code], rule, on) for rule, on in self.planned.milestones
        ]
        return bool(new) or any(dated)

    def _date(self, milestone: Milestone, rule: MilestoneRule, on: date) -> bool:
        if milestone.withdrawn_at is not None:
            return False  # somebody took it off: the file does not bring it back
        happened = rule.is_fact and on <= self.change.today
        if happened and milestone.actual_on != on:
            schedule.complete(
                milestone=milestone,
                on=on,
                by=self.change.by,
                reason=self.change.reason,
                at=self.change.at,
            )
            return True
        if milestone.current_on != on and milestone.actual_on is None:
            schedule.postpone(
                milestone=milestone,
                to=on,
                by=self.change.by,
                reason=self.change.reason,
                at=self.change.at,
            )
            return True
        return False

    def _plan_milestones(
        self, project: Project, new: list[tuple[MilestoneRule, date]]
    ) -> dict[str, Milestone]:
        planned = [
            schedule.PlannedMilestone(rule.code, rule.name_fr, on, rule.name_en, rule.is_public)
            for rule, on in new
        ]
        milestones = schedule.plan_milestones(
            project=project,
            planned=planned,
            by=self.change.by,
            reason=self.change.reason,
            at=self.change.at,
        )
        return {milestone.code: milestone for milestone in milestones}

    def _column(self, field: str) -> str:
        return self.plan.columns.get(field, "")

    @contextmanager
    def _refusals(self, columns: Mapping[str, str]) -> Iterator[None]:
        """A refusal of the register, told in the words of the file: its columns."""
        try:
            yield
        except ValidationError as error:
            raise _RowRefusedError(
                [
                    (columns.get(field, ""), message)
                    for field, messages in error.message_dict.items()
                    for message in messages
                ]
            ) from error
