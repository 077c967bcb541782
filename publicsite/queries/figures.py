"""The figures of the home page, from the public part of the register."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from indicators.queries import target_views, targets_of
from indicators.results import TargetView
from portfolio.models import Project
from portfolio.queries.phases import names_by_code
from portfolio.queries.projects import ProjectRow, ProjectTotals, rows, totals
from publicsite.queries import public_projects

RECENT = 6


@dataclass(frozen=True)
class PhaseCount:
    """`code` is empty for the projects whose phase the register does not say."""

    code: str
    name: str
    count: int


@dataclass(frozen=True)
class KeyFigures:
    """`active` covers the active projects alone; `phases` counts the same ones."""

    active: ProjectTotals
    phases: tuple[PhaseCount, ...]
    suspended: int
    abandoned: int

    @property
    def most(self) -> int:
        """The largest count of a phase: the length of the longest bar."""
        return max((phase.count for phase in self.phases), default=0)


def key_figures() -> KeyFigures:
    projects = public_projects()
    states = dict(projects.values_list("state").annotate(count=Count("pk")))
    active = projects.filter(state=Project.State.ACTIVE)
    return KeyFigures(
        active=totals(active),
        phases=_phases(active.values_list("phase__code").annotate(count=Count("pk"))),
        suspended=states.get(Project.State.SUSPENDED, 0),
        abandoned=states.get(Project.State.ABANDONED, 0),
    )


def _phases(counts: Iterable[tuple[str | None, int]]) -> tuple[PhaseCount, ...]:
    by_code = dict(counts)
    names = names_by_code()
    known = [PhaseCount(code, name, by_code.get(code, 0)) for code, name in names.items()]
    unknown = [PhaseCount("", "", by_code[None])] if None in by_code else []
    return (*(phase for phase in known if phase.count), *unknown)


def recently_updated() -> list[ProjectRow]:
    return rows(public_projects().order_by("-updated_at", "code")[:RECENT])


def territory_effects(*, today: date, as_of: datetime | None = None) -> list[TargetView]:
    """The targets of the territory as a whole, those that no project carries."""
    targets = targets_of(Q(project=None), as_of=as_of)
    return target_views(targets, today=today, as_of=as_of)
