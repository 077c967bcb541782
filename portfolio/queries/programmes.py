"""Programmes and policies with what their projects add up to, each project once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portfolio.models import Programme
from portfolio.queries import attention, phases
from portfolio.queries import projects as project_queries
from portfolio.queries.attention import LateMilestone
from portfolio.queries.ppi import Ppi, ppi
from portfolio.queries.projects import ProjectTotals
from portfolio.querysets import ProjectQuerySet

YEARS_AROUND = 3
_Costs = list[tuple[Decimal | None, Decimal | None]]


@dataclass(frozen=True)
class Node:
    """A programme in the tree; `totals` are of its own projects and of those below it."""

    programme: Programme
    totals: ProjectTotals
    children: tuple[Node, ...]


@dataclass(frozen=True)
class Tree:
    """`outside`: the projects without programme."""

    roots: tuple[Node, ...]
    outside: ProjectTotals


@dataclass(frozen=True)
class PhaseCount:
    """`name` is empty for projects whose phase is not known."""

    code: str
    name: str
    projects: int


@dataclass(frozen=True)
class RollUp:
    """What the projects of a programme, or of all below a policy, add up to."""

    totals: ProjectTotals
    active: int
    phases: tuple[PhaseCount, ...]
    late: tuple[LateMilestone, ...]
    money: Ppi
    drawn: int


def tree(projects: ProjectQuerySet) -> Tree:
    """Every programme, with the projects of `projects`; three queries."""
    costs: dict[int | None, _Costs] = defaultdict(list)
    once: Any = projects.once().with_costs()
    for project in once.only("programme"):
        pair = (project.original_cost_eur, project.current_cost_eur)
        costs[project.programme_id].append(pair)
    below: dict[int | None, list[Programme]] = defaultdict(list)
    for programme in Programme.objects.order_by("code"):
        below[programme.parent_id].append(programme)
    return Tree(_nodes(None, below, costs), _totals(costs[None]))


def of_programme(projects: ProjectQuerySet, programme: Programme) -> ProjectQuerySet:
    """Those of the programme and of all below it."""
    return projects.filter(programme__in=Programme.objects.within(programme))


def roll_up(projects: ProjectQuerySet, today: date) -> RollUp:
    """A constant number of queries, whatever joins the filter made."""
    once = projects.once()
    years = range(today.year - YEARS_AROUND, today.year + YEARS_AROUND + 1)
    return RollUp(
        totals=project_queries.totals(once),
        active=once.filter(state="ACTIVE").count(),
        phases=tuple(_phases(once.filter(state="ACTIVE"))),
        late=tuple(attention.late_milestones(once, today)),
        money=ppi(once, years, this_year=today.year),
        drawn=once.filter(geometry__isnull=False).count(),
    )


def _phases(projects: ProjectQuerySet) -> Iterable[PhaseCount]:
    counts: Counter[str | None] = Counter(projects.values_list("phase__code", flat=True))
    names = phases.names_by_code()
    for code, name in names.items():
        if counts[code]:
            yield PhaseCount(code, name, counts[code])
    if counts[None]:
        yield PhaseCount("", "", counts[None])


def _nodes(
    parent: int | None, below: dict[int | None, list[Programme]], costs: dict[int | None, _Costs]
) -> tuple[Node, ...]:
    nodes = []
    for programme in below.get(parent, []):
        own = costs.get(programme.pk, []) + _below(programme.pk, below, costs)
        children = _nodes(programme.pk, below, costs)
        nodes.append(Node(programme, _totals(own), children))
    return tuple(nodes)


def _below(
    parent: int, below: dict[int | None, list[Programme]], costs: dict[int | None, _Costs]
) -> _Costs:
    found: _Costs = []
    for child in below.get(parent, []):
        found += costs.get(child.pk, []) + _below(child.pk, below, costs)
    return found


def _totals(costs: _Costs) -> ProjectTotals:
    known = [(first, last) for first, last in costs if first is not None and last is not None]
    return ProjectTotals(
        count=len(costs),
        costed=len(known),
        original_eur=sum((first for first, _last in known), Decimal(0)) if known else None,
        current_eur=sum((last for _first, last in known), Decimal(0)) if known else None,
    )
