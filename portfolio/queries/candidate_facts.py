"""Facts of the register that criteria are measured by, each with what it was read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from portfolio.models import CostEstimate, Criterion, Project, ProjectZone, Risk, Zone
from portfolio.queries.health import moneys
from portfolio.queries.risks import UNDER_WAY
from portfolio.results import Unknown

Fact = Criterion.Fact


@dataclass(frozen=True)
class Read:
    """`provenance`: plain values that say which rows were read."""

    value: float | Unknown
    provenance: Mapping[str, Any] = field(default_factory=dict)


Facts = dict[int, Read]
Reader = Callable[[Sequence[Project], date], Facts]


def facts_of(projects: Sequence[Project], fact: str, *, today: date) -> Facts:
    """By project, in a constant number of queries. Raises ValueError on a fact that is none."""
    return READERS[Fact(fact)](projects, today)


def why_unknown(code: str) -> str:
    """Why the register cannot say, and so what is to be entered."""
    told = {
        "NO_ESTIMATE": _("The project has no cost estimate."),
        "NO_POPULATION": _("No zone of the project has a number of inhabitants."),
        "NO_PHASE": _("The phase of the project is not known."),
        "NO_RISK": _("No risk of the project was ever entered."),
        "NO_FUNDING": _("The funding plan of the project is empty."),
        "NO_TARGET": _(
            "The project has no target for this measure, and no zone where it is known."
        ),
        "NO_VALUE": _("Nothing is measured there yet."),
    }
    return told.get(code, _("The register does not say."))


# ---------------------------------------------------------------- below


def _costs(projects: Sequence[Project], today: date) -> Facts:
    versions = CostEstimate.objects.filter(project__among=[project.pk for project in projects])
    last = {one.project_id: one for one in versions.order_by("project_id", "version")}
    return {project.pk: _cost(last.get(project.pk)) for project in projects}


def _cost(estimate: CostEstimate | None) -> Read:
    if estimate is None:
        return _unknown("NO_ESTIMATE")
    told = {"estimate": estimate.pk, "version": estimate.version,
            "valued_on": estimate.valued_on.isoformat()}  # fmt: skip
    return Read(float(estimate.amount_eur), told)


def _populations(projects: Sequence[Project], today: date) -> Facts:
    """Of the communes; else of the districts; else of the metropolis: none is counted twice."""
    rows = ProjectZone.objects.filter(project__among=[project.pk for project in projects])
    zones: dict[int, dict[str, list[Zone]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.select_related("zone").order_by("zone__code"):
        zones[row.project_id][row.zone.kind].append(row.zone)
    return {project.pk: _population(zones[project.pk]) for project in projects}


def _population(zones: Mapping[str, list[Zone]]) -> Read:
    for kind in (Zone.Kind.COMMUNE, Zone.Kind.DISTRICT, Zone.Kind.METROPOLIS):
        found = zones.get(kind, [])
        people = [zone.population for zone in found if zone.population]
        if found and len(people) == len(found):
            return Read(float(sum(people)), {"zones": [zone.code for zone in found]})
    return _unknown("NO_POPULATION")


def _costs_per_inhabitant(projects: Sequence[Project], today: date) -> Facts:
    costs, people = _costs(projects, today), _populations(projects, today)
    return {pk: _divided(costs[pk], people[pk]) for pk in costs}


def _divided(cost: Read, people: Read) -> Read:
    both = {**cost.provenance, **people.provenance}
    if isinstance(cost.value, Unknown):
        return cost
    if isinstance(people.value, Unknown):
        return people
    return Read(round(cost.value / people.value, 2), both)


def _own_shares(projects: Sequence[Project], today: date) -> Facts:
    found = moneys([project.pk for project in projects], today=today)
    told = {}
    for project in projects:
        plan = found[project.pk].plan
        if not plan.fundings:
            told[project.pk] = _unknown("NO_FUNDING")
        elif isinstance(plan.cost, Unknown) or isinstance(plan.own, Unknown) or not plan.cost:
            told[project.pk] = _unknown("NO_ESTIMATE")
        else:
            share = float(plan.own / plan.cost * 100)
            read = {"fundings": len(plan.fundings), "on": today.isoformat()}
            told[project.pk] = Read(round(share, 1), read)
    return told


def _maturities(projects: Sequence[Project], today: date) -> Facts:
    with_phase = Project.objects.filter(pk__among=[project.pk for project in projects])
    counted = with_phase.exclude(phase=None).annotate(steps=Count("phase_set__phases"))
    rows = counted.values_list("pk", "phase__rank", "phase__code", "steps")
    told = {
        pk: Read(round(100 * rank / steps, 1), {"phase": code, "rank": rank, "of": steps})
        for pk, rank, code, steps in rows
    }
    return {project.pk: told.get(project.pk, _unknown("NO_PHASE")) for project in projects}


def _exposures(projects: Sequence[Project], today: date) -> Facts:
    """A project whose risks are all closed has none; one where nobody entered any is unknown."""
    risks = Risk.objects.current().filter(project__among=[project.pk for project in projects])
    of: dict[int, list[Risk]] = defaultdict(list)
    for risk in risks.order_by("pk"):
        of[risk.project_id].append(risk)
    return {project.pk: _exposure(of[project.pk]) for project in projects}


def _exposure(risks: Sequence[Risk]) -> Read:
    if not risks:
        return _unknown("NO_RISK")
    under_way = [risk for risk in risks if risk.status in UNDER_WAY]
    total = sum(risk.criticality for risk in under_way)
    return Read(float(total), {"risks": [risk.pk for risk in under_way]})


def _unknown(reason: str) -> Read:
    return Read(Unknown(reason), {"reason": reason})


READERS: dict[Fact, Reader] = {
    Fact.COST: _costs,
    Fact.COST_PER_INHABITANT: _costs_per_inhabitant,
    Fact.OWN_SHARE: _own_shares,
    Fact.MATURITY: _maturities,
    Fact.RISK_EXPOSURE: _exposures,
    Fact.POPULATION: _populations,
}
