"""All that the register says of one project on its public page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolio.analysis.running import RunningYear
from portfolio.charts.budget_bar import BudgetBar, budget_bar
from portfolio.models import (
    CostEstimate,
    Funding,
    Milestone,
    MilestoneRevision,
    Phase,
    Procedure,
    Project,
    ProjectDocument,
    Section,
    Stakeholder,
    Zone,
)
from portfolio.queries.calendar import procedures_of
from portfolio.queries.documents import public_documents
from portfolio.queries.green import AxisMark, marks_of
from portfolio.queries.money import SectionMoney, money_of, parameters_on
from portfolio.queries.moves import Move, moves_of, standing
from portfolio.queries.projects import MilestoneStep
from portfolio.queries.reviews import News, news
from portfolio.queries.running import running_of
from portfolio.queries.stakeholders import public_parts
from portfolio.results import Unknown


@dataclass(frozen=True)
class PublicMoney:
    """What the council voted, what is committed and paid, and the grants notified; requests
    that nobody answered are not for the public. `own` is None where it is not known, or where the
    grants pass the cost (an error to put right, told to the managers). `section` is None where only grants are known."""

    section: SectionMoney | None
    bar: BudgetBar | None
    grants: tuple[Funding, ...]
    own: Decimal | None
    compensation: Decimal | None


@dataclass(frozen=True)
class ProjectFacts:
    """`next_milestone` is the first public one not reached; `overdue` says its day has passed.

    An abandoned project has none.
    """

    project: Project
    today: date
    phases: tuple[Phase, ...]
    communes: tuple[Zone, ...]
    districts: tuple[Zone, ...]
    milestones: tuple[MilestoneStep, ...]
    next_milestone: MilestoneStep | None
    overdue: bool
    estimates: tuple[CostEstimate, ...]
    changes: tuple[Move, ...]
    money: PublicMoney | None
    procedures: tuple[Procedure, ...]
    marks: tuple[AxisMark, ...]
    running: RunningYear | None
    documents: tuple[ProjectDocument, ...]
    parts: tuple[Stakeholder, ...]
    news: tuple[News, ...]

    @property
    def rated(self) -> tuple[AxisMark, ...]:
        """The axes that somebody has looked at."""
        return tuple(told for told in self.marks if told.is_rated)

    @property
    def saving_eur(self) -> Decimal | None:
        """What the project saves or brings in a year; None where it costs."""
        return -self.running.net if self.running and self.running.net < 0 else None

    @property
    def original(self) -> CostEstimate | None:
        return self.estimates[0] if self.estimates else None

    @property
    def current(self) -> CostEstimate | None:
        return self.estimates[-1] if self.estimates else None


def project_facts(project: Project, *, today: date) -> ProjectFacts:
    """The facts of a project that its reader may see, in a constant number of queries."""
    estimates = tuple(project.cost_estimates.order_by("version"))
    zones = tuple(project.zones.order_by("name"))
    milestones = _milestones(project)
    ahead = _next(milestones) if project.state != Project.State.ABANDONED else None
    return ProjectFacts(
        project=project,
        today=today,
        phases=tuple(Phase.objects.filter(phase_set=project.phase_set_id).order_by("rank")),
        communes=tuple(zone for zone in zones if zone.kind == Zone.Kind.COMMUNE),
        districts=tuple(zone for zone in zones if zone.kind == Zone.Kind.DISTRICT),
        milestones=milestones,
        next_milestone=ahead,
        overdue=ahead is not None and ahead.current_on < today,
        estimates=estimates,
        changes=moves_of(project, estimates=estimates, public_only=True),
        money=_money(project, today),
        marks=tuple(marks_of(project)),
        running=running_of(project).full_year,
        procedures=tuple(one for one in procedures_of(project) if one.is_public),
        documents=tuple(public_documents(project)),
        parts=tuple(public_parts(project, today=today)),
        news=news(project),
    )


def _money(project: Project, today: date) -> PublicMoney | None:
    """Investment alone; None where nothing is entered."""
    found = money_of(project, today=today, parameters=parameters_on(today))
    section = found.section(Section.INVESTMENT)
    grants = tuple(funding for funding in found.plan.fundings if funding.notified_eur)
    if section is None and not grants:
        return None
    plan = found.plan
    return PublicMoney(
        section=section,
        bar=_bar(section) if section else None,
        grants=grants,
        own=None if isinstance(plan.own, Unknown) or plan.own < 0 else plan.own,
        compensation=None if isinstance(plan.compensation, Unknown) else plan.compensation,
    )


def _bar(section: SectionMoney) -> BudgetBar:
    sums = section.totals
    return budget_bar(voted=section.voted, committed=sums.committed, paid=sums.paid)


def _next(milestones: tuple[MilestoneStep, ...]) -> MilestoneStep | None:
    """The first after the last one done: an earlier one without a date is behind, not late."""
    done = [number for number, step in enumerate(milestones, start=1) if step.actual_on]
    return next(iter(milestones[max(done, default=0) :]), None)


def _milestones(project: Project) -> tuple[MilestoneStep, ...]:
    told = MilestoneRevision.objects.filter(milestone__project=project)
    reasons = {r.milestone_id: r.reason for r in standing(told.order_by("revised_at", "pk"))}
    shown = Milestone.objects.current().filter(project=project, is_public=True)
    return tuple(
        MilestoneStep(m.name, m.original_on, m.current_on, m.actual_on, reasons.get(m.pk, ""))
        for m in shown.order_by("current_on", "pk")
    )
