"""The project sheet: what the register and the evidence say of one project, on one page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from indicators import queries
from indicators.queries.evaluations import Judged, published
from portfolio import moments
from portfolio.analysis.running import RunningYear
from portfolio.charts.maps.project import project_map
from portfolio.models import Milestone, Phase, Project, Section, User, Zone
from portfolio.moments import Asked, Moment
from portfolio.queries.green import AxisMark, marks_of
from portfolio.queries.money import money_of, parameters_on
from portfolio.queries.running import running_of
from portfolio.results import Unknown
from reports.errors import SubjectGoneError


@dataclass(frozen=True)
class PhaseStep:
    name: str
    state: str  # DONE, CURRENT, TO_DO


@dataclass(frozen=True)
class MilestoneFact:
    """`reason` is that of the last change; empty where the date never changed."""

    name: str
    original_on: date
    current_on: date
    reason: str


@dataclass(frozen=True)
class CostFact:
    original_eur: Decimal
    current_eur: Decimal
    valued_on: date
    reason: str


@dataclass(frozen=True)
class BudgetFact:
    """Investment; None in a figure: not known."""

    authorised_eur: Decimal | None
    committed_eur: Decimal | None
    paid_eur: Decimal | None


@dataclass(frozen=True)
class ProjectSheet:
    """All that the sheet prints; texts in the active language."""

    code: str
    name: str
    summary: str
    programme: str
    lead: str
    state: str
    state_label: str
    visibility: str
    visibility_label: str
    phases: tuple[PhaseStep, ...]
    phase_rank: int | None
    milestone: MilestoneFact | None
    cost: CostFact | Unknown
    budget: BudgetFact | None
    running: RunningYear | None
    marks: tuple[AxisMark, ...]
    communes: tuple[str, ...]
    map_svg: SafeString | None
    effects: tuple[queries.ProjectEffect, ...]
    evaluations: tuple[Judged, ...]
    updated_at: datetime
    address: str
    known_on: Moment | None  # the instant whose measures and targets are printed; None: now


def build(
    arguments: Mapping[str, str], reader: User | AnonymousUser, now: datetime
) -> ProjectSheet:
    """The sheet of `arguments["project"]` (a code) as `reader` may see it at `now`; its effects as
    they were known at `arguments["au"]`, if that is given.

    Raises SubjectGoneError.
    """
    project = _project(arguments["project"], reader)
    then = _then(arguments, now)
    phases = _phases(project)
    communes = tuple(
        project.zones.filter(kind=Zone.Kind.COMMUNE).order_by("name").values_list("name", flat=True)
    )
    return ProjectSheet(
        code=project.code,
        name=project.name,
        summary=project.summary,
        programme=project.programme.name if project.programme else "",
        lead=project.lead.name if project.lead else "",
        state=project.state,
        state_label=project.get_state_display(),
        visibility=project.visibility,
        visibility_label=project.get_visibility_display(),
        phases=phases,
        phase_rank=project.phase.rank if project.phase else None,
        milestone=_next_milestone(project, reader),
        cost=_cost(project),
        budget=_budget(project, timezone.localdate(now)),
        running=running_of(project).full_year,
        marks=tuple(told for told in marks_of(project) if told.is_rated),
        communes=communes,
        map_svg=project_map(project),
        effects=_effects(project, then, now),
        evaluations=tuple(published(project, as_of=then.at)),
        updated_at=project.updated_at,
        address=_address(project),
        known_on=then.moment,
    )


def _then(arguments: Mapping[str, str], now: datetime) -> Asked:
    then = moments.asked(arguments.get(moments.NAME, ""), now=now)
    if then.is_wrong:
        raise SubjectGoneError(f"{arguments[moments.NAME]}: no day of the past")
    return then


def _effects(project: Project, then: Asked, now: datetime) -> tuple[queries.ProjectEffect, ...]:
    day = then.day(timezone.localdate(now))
    return tuple(queries.project_effects(project, today=day, as_of=then.at))


def _project(code: str, reader: User | AnonymousUser) -> Project:
    readable = Project.objects.visible_to(reader)
    project = readable.select_related("programme", "lead", "phase").filter(code=code).first()
    if project is None:
        raise SubjectGoneError(f"no project {code} that this reader may see")
    return project


def _phases(project: Project) -> tuple[PhaseStep, ...]:
    steps = Phase.objects.filter(phase_set=project.phase_set_id).order_by("rank")
    current = project.phase.rank if project.phase else 0
    return tuple(PhaseStep(step.name, _step_state(step.rank, current)) for step in steps)


def _step_state(rank: int, current: int) -> str:
    if rank == current:
        return "CURRENT"
    return "DONE" if rank < current else "TO_DO"


def _next_milestone(project: Project, reader: User | AnonymousUser) -> MilestoneFact | None:
    ahead = Milestone.objects.ahead().filter(project=project).order_by("current_on", "pk")
    if reader.is_anonymous:
        ahead = ahead.filter(is_public=True)
    milestone = ahead.first()
    if milestone is None:
        return None
    revision = milestone.revisions.order_by("-revised_at", "-pk").first()
    return MilestoneFact(
        name=milestone.name,
        original_on=milestone.original_on,
        current_on=milestone.current_on,
        reason=revision.reason if revision else "",
    )


def _cost(project: Project) -> CostFact | Unknown:
    versions = list(project.cost_estimates.order_by("version"))
    if not versions:
        return Unknown("NO_ESTIMATE")
    first, last = versions[0], versions[-1]
    return CostFact(first.amount_eur, last.amount_eur, last.valued_on, last.reason)


def _budget(project: Project, today: date) -> BudgetFact | None:
    """None where no investment line is entered."""
    money = money_of(project, today=today, parameters=parameters_on(today))
    section = money.section(Section.INVESTMENT)
    if section is None:
        return None
    figures = (section.voted, section.totals.committed, section.totals.paid)
    return BudgetFact(*[None if isinstance(one, Unknown) else one for one in figures])


def _address(project: Project) -> str:
    """The page of the sheet: the public one, else that of the steering screens."""
    path = reverse("portfolio:project", args=[project.code])
    if project.visibility == Project.Visibility.PUBLIC:
        # The public site is above: its addresses are known, its code is not.
        folder = "/en/projects" if get_language() == "en" else "/projets"
        path = f"{folder}/{project.code}/"
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"
