"""The calendar of projects: phases, milestones and procedures, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from portfolio.analysis.schedule import (
    OrderFinding,
    Period,
    Slip,
    latest_move,
    order_findings,
    slip,
)
from portfolio.models import (
    Milestone,
    MilestoneRevision,
    Phase,
    PhasePeriod,
    PhasePeriodRevision,
    Procedure,
    Project,
)
from portfolio.results import Unknown


@dataclass(frozen=True)
class DatedMilestone:
    """A milestone, how late it is against its first date and against the one before, and every
    revision, oldest first."""

    milestone: Milestone
    slip: Slip
    last_move: Slip | Unknown
    revisions: tuple[MilestoneRevision, ...]


@dataclass(frozen=True)
class PhaseLine:
    """A phase of the project's set; `period` is None where nobody gave it dates. `slip` is that
    of its end."""

    phase: Phase
    period: PhasePeriod | None
    slip: Slip | None
    revisions: tuple[PhasePeriodRevision, ...]


@dataclass(frozen=True)
class ProjectCalendar:
    """`commissioning` is Unknown where no milestone is named so. Withdrawn records can be brought
    back."""

    phases: tuple[PhaseLine, ...]
    findings: tuple[OrderFinding, ...]
    milestones: tuple[DatedMilestone, ...]
    procedures: tuple[Procedure, ...]
    commissioning: DatedMilestone | Unknown
    withdrawn_phases: tuple[PhasePeriod, ...]

    @property
    def dated(self) -> tuple[PhasePeriod, ...]:
        return tuple(line.period for line in self.phases if line.period)


def calendar_of(project: Project, *, today: date) -> ProjectCalendar:
    """All that the record says of one project's dates."""
    milestones = milestones_of(project, today=today)
    lines, withdrawn = _phase_lines(project, today)
    return ProjectCalendar(
        phases=lines,
        findings=tuple(order_findings(_held(line.period) for line in lines if line.period)),
        milestones=milestones,
        procedures=tuple(procedures_of(project)),
        commissioning=next(
            (one for one in milestones if one.milestone.is_commissioning),
            Unknown("NO_COMMISSIONING"),
        ),
        withdrawn_phases=withdrawn,
    )


def milestones_of(project: Project, *, today: date) -> tuple[DatedMilestone, ...]:
    """In the order they are due, withdrawn ones left out."""
    told = MilestoneRevision.objects.select_related("author").order_by("revised_at", "pk")
    found = project.milestones.current().prefetch_related(Prefetch("revisions", told))
    return tuple(_dated(milestone, today) for milestone in found.order_by("current_on", "pk"))


def withdrawn_milestones(project: Project) -> tuple[Milestone, ...]:
    """What could be brought back."""
    return tuple(project.milestones.filter(withdrawn_at__isnull=False).order_by("current_on"))


def procedures_of(project: Project) -> Iterable[Procedure]:
    """In the order they begin, withdrawn ones left out; those without a day last."""
    found = project.procedures.current().select_related("kind").order_by("pk")
    return sorted(found, key=lambda one: _began(one) or date.max)


def commissioning_of(project_ids: Iterable[int]) -> dict[int, Milestone]:
    """The commissioning of each project that has one."""
    found = Milestone.objects.current().filter(is_commissioning=True, project__among=project_ids)
    return {milestone.project_id: milestone for milestone in found}


def periods_of(project_ids: Iterable[int]) -> dict[int, list[PhasePeriod]]:
    """The phase dates of each project that has some, in the order of its phases."""
    periods: dict[int, list[PhasePeriod]] = defaultdict(list)
    found = PhasePeriod.objects.current().filter(project__among=project_ids)
    for period in found.select_related("phase").order_by("project", "phase__rank"):
        periods[period.project_id].append(period)
    return periods


def held_span(period: PhasePeriod) -> tuple[date, date]:
    """The days that hold: what happened first, else what is planned."""
    starts = period.actual_starts_on or period.current_starts_on
    return starts, max(period.actual_ends_on or period.current_ends_on, starts)


# ---------------------------------------------------------------- below


def _phase_lines(
    project: Project, today: date
) -> tuple[tuple[PhaseLine, ...], tuple[PhasePeriod, ...]]:
    told = PhasePeriodRevision.objects.select_related("author").order_by("revised_at", "pk")
    found = project.periods.select_related("phase").prefetch_related(Prefetch("revisions", told))
    every = list(found.order_by("phase__rank"))
    current = {period.phase_id: period for period in every if period.withdrawn_at is None}
    phases = Phase.objects.filter(phase_set=project.phase_set_id).order_by("rank")
    withdrawn = [
        period
        for period in every
        if period.withdrawn_at and period.phase.phase_set_id == project.phase_set_id
    ]
    return tuple(_line(phase, current.get(phase.pk), today) for phase in phases), tuple(withdrawn)


def _line(phase: Phase, period: PhasePeriod | None, today: date) -> PhaseLine:
    if period is None:
        return PhaseLine(phase, None, None, ())
    late = slip(
        period.original_ends_on,
        current=period.current_ends_on,
        actual=period.actual_ends_on,
        today=today,
    )
    return PhaseLine(phase, period, late, tuple(period.revisions.all()))


def _held(period: PhasePeriod) -> Period:
    return Period(period.phase.rank, period.phase.name, *held_span(period))


def _dated(milestone: Milestone, today: date) -> DatedMilestone:
    revisions = tuple(milestone.revisions.all())
    return DatedMilestone(
        milestone=milestone,
        slip=slip(
            milestone.original_on,
            current=milestone.current_on,
            actual=milestone.actual_on,
            today=today,
        ),
        last_move=latest_move([(one.before_on, one.after_on) for one in revisions]),
        revisions=revisions,
    )


def _began(procedure: Procedure) -> date | None:
    return procedure.actual_starts_on or procedure.foreseen_starts_on
