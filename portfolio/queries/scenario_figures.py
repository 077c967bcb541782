"""What the register knows of candidates: authorisation, payments by year, grants, place, policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portfolio.analysis import budget
from portfolio.analysis.budget import ZERO, Figure
from portfolio.models import (
    Authorisation,
    Funding,
    PaymentCredit,
    Programme,
    Project,
    ProjectZone,
    Section,
    Zone,
)
from portfolio.results import Unknown

Kind = Zone.Kind


@dataclass(frozen=True)
class Facts:
    """Of one project, from the first year of a scenario on. `ap`: what is authorised less the
    payments of the years before; where nothing was voted yet, the estimate (`is_estimated`). `cp`: by
    year. `granted`: grants notified; `asked`: those without an answer. `communes`: share of each, or
    None where the project has no place."""

    project: Project
    ap: Figure
    cp: Mapping[int, Decimal] | Unknown
    is_estimated: bool
    granted: Decimal
    asked: Decimal
    spent_before: Decimal
    communes: Mapping[str, float] | None
    policy: Programme | None
    ancestors: frozenset[int]

    @property
    def is_begun(self) -> bool:
        return self.spent_before > 0


def facts_of(project_ids: Collection[int], *, first_year: int) -> dict[int, Facts]:
    """In a constant number of queries."""
    found = Project.objects.filter(pk__among=project_ids).with_costs()
    projects = {one.pk: one for one in found.select_related("lead", "programme")}
    read = _Read(list(projects), first_year)
    return {pk: read.of(project) for pk, project in projects.items()}


def communes() -> list[Zone]:
    """Those with inhabitants, by code."""
    known = Zone.objects.filter(kind=Kind.COMMUNE, population__gt=0)
    return list(known.order_by("code"))


class _Read:
    """What is read once for all the projects."""

    def __init__(self, project_ids: list[int], first_year: int) -> None:
        self._first = first_year
        self._acts = _grouped(
            Authorisation.objects.filter(project__among=project_ids, section=Section.INVESTMENT)
        )
        self._credits = _grouped(
            PaymentCredit.objects.filter(project__among=project_ids, section=Section.INVESTMENT)
        )
        self._grants = _grouped(Funding.objects.filter(project__among=project_ids))
        zones = ProjectZone.objects.filter(project__among=project_ids)
        self._zones = _grouped(zones.select_related("zone__parent"))
        self._programmes = Programme.objects.in_bulk()
        self._communes = {one.code: int(one.population or 0) for one in communes()}

    def of(self, project: Project) -> Facts:
        lines = self._credits.get(project.pk, [])
        before = sum((one.voted_eur for one in lines if one.year < self._first), ZERO)
        acts = [(one.kind, one.amount_eur) for one in self._acts.get(project.pk, [])]
        grants = self._grants.get(project.pk, [])
        chain = self._chain(project)
        policies = (one for one in chain if one.kind == Programme.Kind.POLICY)
        return Facts(
            project=project,
            ap=_authorised(project, acts, before),
            cp=self._payments(lines),
            is_estimated=not acts,
            granted=sum((one.notified_eur or ZERO for one in grants), ZERO),
            asked=sum((one.requested_eur for one in grants if one.notified_eur is None), ZERO),
            spent_before=before,
            communes=self._places(project),
            policy=next(policies, chain[-1] if chain else None),
            ancestors=frozenset(one.pk for one in chain),
        )

    def _payments(self, lines: Iterable[PaymentCredit]) -> dict[int, Decimal] | Unknown:
        """Without any line nobody planned them: that is not a year of zero."""
        found = {one.year: one.voted_eur for one in lines if one.year >= self._first}
        return found or Unknown("NO_CREDITS")

    def _chain(self, project: Project) -> list[Programme]:
        """Its programme, then those above it."""
        found: list[Programme] = []
        key = project.programme_id
        while key is not None:
            found.append(self._programmes[key])
            key = found[-1].parent_id
        return found

    def _places(self, project: Project) -> dict[str, float] | None:
        """Communes that it touches, by their inhabitants; a project of the metropolis alone serves
        them all."""
        zones = [one.zone for one in self._zones.get(project.pk, [])]
        touched = {zone.code for zone in zones if zone.kind == Kind.COMMUNE}
        touched |= {
            zone.parent.code for zone in zones if zone.kind == Kind.DISTRICT and zone.parent
        }
        if not touched and any(zone.kind == Kind.METROPOLIS for zone in zones):
            touched = set(self._communes)
        people = {code: self._communes[code] for code in sorted(touched) if code in self._communes}
        total = sum(people.values())
        return {code: count / total for code, count in people.items()} if total else None


def _authorised(project: Project, acts: list[tuple[str, Decimal]], before: Decimal) -> Figure:
    if acts:
        return max(budget.ceiling(acts).authorised - before, ZERO)
    estimate: Decimal | None = getattr(project, "current_cost_eur", None)
    return Unknown("NO_COST") if estimate is None else max(estimate - before, ZERO)


def _grouped(rows: Iterable[object]) -> dict[int, list]:  # type: ignore[type-arg]  # of each model
    found: dict[int, list] = defaultdict(list)  # type: ignore[type-arg]  # of each model
    for row in rows:
        found[row.project_id].append(row)  # type: ignore[attr-defined]  # each model has it
    return found
