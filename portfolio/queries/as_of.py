"""The register as it was known at an instant, read from what the history triggers kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portfolio.models import (
    AgendaItem,
    Alert,
    Authorisation,
    CostEstimate,
    Funding,
    Milestone,
    MilestoneRevision,
    Organisation,
    PaymentCredit,
    Phase,
    Programme,
    Project,
    ProjectZone,
    Review,
    RoleAssignment,
    StatusOverride,
    User,
)
from portfolio.queries import changes, events
from portfolio.queries.changes import RecordChange
from portfolio.queries.events import State, Tracked
from portfolio.queries.projects import MilestoneStep, NextMilestone, ProjectRow, ProjectTotals
from portfolio.queries.values import NOBODY, Reader
from portfolio.querysets import ProjectQuerySet

# Shown by blocks of their own; every other record is shown by its fields.
OWN = {Project, Milestone, CostEstimate, Authorisation, PaymentCredit, Funding, ProjectZone}
# What is done about a project, and by whom, is no fact of it.
LEFT_OUT = {AgendaItem, Alert, RoleAssignment}


@dataclass(frozen=True)
class RecordAsOf:
    """A project and the records below it at an instant; none of them is stored."""

    project: Project
    milestones: tuple[MilestoneStep, ...]
    costs: tuple[CostEstimate, ...]
    acts: tuple[Authorisation, ...]
    credits: tuple[PaymentCredit, ...]
    fundings: tuple[Funding, ...]
    zones: tuple[ProjectZone, ...]
    others: tuple[RecordChange, ...]

    @property
    def original_eur(self) -> Decimal | None:
        return self.costs[0].amount_eur if self.costs else None

    @property
    def current_eur(self) -> Decimal | None:
        return self.costs[-1].amount_eur if self.costs else None


def first_known_at(project: Project) -> datetime | None:
    """When the register first heard of the project; None where no history was kept."""
    first: Any = events.tracked()[0].of(project.pk).first()
    return first.pgh_created_at if first else None


def record(project: Project, at: datetime, *, reader: Reader = NOBODY) -> RecordAsOf | None:
    """The whole record at an instant, in a constant number of queries; None before the first
    entry."""
    found = {one.model: _states(one, [project.pk], at) for one in events.tracked()}
    if not found[Project]:
        return None
    costs = _made(CostEstimate, found)
    return RecordAsOf(
        project=_made(Project, found)[0],
        milestones=_steps(_made(Milestone, found), at),
        costs=tuple(sorted(costs, key=lambda cost: cost.version)),
        acts=tuple(sorted(_made(Authorisation, found), key=lambda act: (act.voted_on, act.pk))),
        credits=tuple(sorted(_made(PaymentCredit, found), key=lambda line: line.year)),
        fundings=tuple(sorted(_made(Funding, found), key=lambda f: (-f.requested_eur, f.pk))),
        zones=tuple(_made(ProjectZone, found)),
        others=tuple(_others(found, reader)),
    )


def known_at(projects: ProjectQuerySet, at: datetime) -> ProjectQuerySet:
    """Those that the register already held."""
    one = events.tracked()[0]
    past = one.events._default_manager.filter(pgh_obj=OuterRef("pk"), pgh_created_at__lte=at)
    return projects.filter(Exists(past))


def rows(projects: Iterable[Project], at: datetime) -> list[ProjectRow]:
    """One line a project, in their order, with what was known at the instant."""
    ids = [project.pk for project in projects]
    found = {
        one.model: _states(one, ids, at)
        for one in events.tracked()
        if one.model in {Project, Milestone, CostEstimate}
    }
    stored = {project.pk: project for project in _made(Project, found)}
    costs = _by_project(_made(CostEstimate, found))
    milestones = _by_project(_made(Milestone, found))
    names = _related(stored.values())
    return [_row(stored[pk], costs[pk], milestones[pk], names) for pk in ids if pk in stored]


def totals(projects: ProjectQuerySet, at: datetime) -> ProjectTotals:
    """Sums over the projects that had an estimate at the instant."""
    ids = list(projects.order_by().values_list("pk", flat=True).distinct())
    one = next(one for one in events.tracked() if one.model is CostEstimate)
    costs = _by_project(_made(CostEstimate, {CostEstimate: _states(one, ids, at)}))
    ends = [sorted(versions, key=lambda cost: cost.version) for versions in costs.values()]
    return ProjectTotals(
        count=len(ids),
        costed=len(ends),
        original_eur=sum((v[0].amount_eur for v in ends), Decimal(0)) if ends else None,
        current_eur=sum((v[-1].amount_eur for v in ends), Decimal(0)) if ends else None,
    )


# ---------------------------------------------------------------- below

Found = dict[type[Any], list[tuple[int, State]]]


def _states(one: Tracked, ids: Sequence[int], at: datetime) -> list[tuple[int, State]]:
    """What was withdrawn by then is not there."""
    states = events.states(one, ids, at)
    return [(pk, state) for pk, state in states if _holds(one.model, state, at)]


def _holds(model: type[Any], state: State, at: datetime) -> bool:
    """Neither withdrawn, nor ended, nor a draft that its author alone read."""
    if model is StatusOverride:
        return state["ended_at"] is None and state["expires_on"] >= timezone.localdate(at)
    if model is Review:
        return bool(state["state"] != Review.State.DRAFT)
    return state.get("withdrawn_at") is None


def _made(model: type[Any], found: Found) -> list[Any]:
    return [model(pk=pk, **state) for pk, state in found.get(model, [])]


def _by_project(records: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for one in records:
        found[one.project_id].append(one)
    return found


def _steps(milestones: Iterable[Milestone], at: datetime) -> tuple[MilestoneStep, ...]:
    current = [m for m in milestones if m.withdrawn_at is None]
    ordered = sorted(current, key=lambda m: (m.current_on, m.pk))
    revisions = MilestoneRevision.objects.filter(
        milestone__in=[m.pk for m in ordered], revised_at__lte=at
    ).order_by("revised_at", "pk")
    reasons = dict(revisions.values_list("milestone", "reason"))
    return tuple(
        MilestoneStep(m.name, m.original_on, m.current_on, m.actual_on, reasons.get(m.pk, ""))
        for m in ordered
    )


def _others(found: Found, reader: Reader) -> list[RecordChange]:
    return [
        described
        for one in events.tracked()
        if one.model not in OWN | LEFT_OUT
        for described in changes.described(one, found[one.model], reader=reader)
    ]


def _related(projects: Iterable[Project]) -> dict[type[Any], dict[int, Any]]:
    """Programmes, departments, managers and phases that the lines name, four queries in all."""
    every = list(projects)
    columns = {
        Programme: "programme_id",
        Organisation: "lead_id",
        User: "manager_id",
        Phase: "phase_id",
    }
    return {
        model: model._base_manager.in_bulk(
            {getattr(project, column) for project in every} - {None}
        )
        for model, column in columns.items()
    }  # fmt: skip


def _row(
    project: Project,
    costs: Iterable[CostEstimate],
    milestones: Sequence[Milestone],
    names: dict[type[Any], dict[int, Any]],
) -> ProjectRow:
    versions = sorted(costs, key=lambda cost: cost.version)
    programme = names[Programme].get(project.programme_id or 0)
    lead = names[Organisation].get(project.lead_id or 0)
    manager = names[User].get(project.manager_id or 0)
    phase = names[Phase].get(project.phase_id or 0)
    return ProjectRow(
        code=project.code,
        name=project.name,
        programme=programme.name if programme else "",
        lead=lead.name if lead else "",
        manager=str(manager) if manager else "",
        phase=phase.name if phase else "",
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        state=project.state,
        visibility=project.get_visibility_display(),
        milestone=_next(milestones),
        original_eur=versions[0].amount_eur if versions else None,
        current_eur=versions[-1].amount_eur if versions else None,
        updated_at=project.updated_at,
    )


def _next(milestones: Sequence[Milestone]) -> NextMilestone | None:
    """As `MilestoneQuerySet.ahead` has it: one before a step already done is behind."""
    done = [m.current_on for m in milestones if m.actual_on is not None and m.withdrawn_at is None]
    ahead = [
        m
        for m in milestones
        if m.actual_on is None
        and m.withdrawn_at is None
        and all(m.current_on > day for day in done)
    ]
    first = min(ahead, key=lambda m: (m.current_on, m.pk), default=None)
    return NextMilestone(first.name, first.original_on, first.current_on) if first else None
