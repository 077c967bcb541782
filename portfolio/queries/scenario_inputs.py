"""A scenario and the register of today, as the inputs that are frozen with a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portfolio.analysis.arbitration import FORMAT, Frozen
from portfolio.models import (
    Organisation,
    Programme,
    ProjectZone,
    ScenarioCandidate,
    ScenarioCondition,
    ScenarioVariant,
    SelectionScenario,
    Zone,
)
from portfolio.queries.scenario_figures import Facts, communes, facts_of
from portfolio.queries.scenario_values import Points, values_of
from portfolio.results import Unknown

Kind = ScenarioCondition.Kind
Value = SelectionScenario.Value


@dataclass(frozen=True)
class Candidacy:
    """A candidate with what the register knows of it. `missing`: codes of the figures without which
    it cannot be weighed: it is then in no programme, which is said."""

    candidate: ScenarioCandidate
    facts: Facts
    value: Points
    variants: tuple[ScenarioVariant, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """A scenario as it stands."""

    scenario: SelectionScenario
    candidacies: tuple[Candidacy, ...]
    conditions: tuple[ScenarioCondition, ...]
    envelopes: Mapping[int, Decimal]

    @property
    def weighed(self) -> list[Candidacy]:
        return [one for one in self.candidacies if not one.missing]

    @property
    def unweighed(self) -> list[Candidacy]:
        return [one for one in self.candidacies if one.missing]

    @property
    def idle(self) -> list[ScenarioCondition]:
        """Conditions that say nothing: a project of theirs is no candidate that can be weighed."""
        known = {one.candidate.project_id for one in self.weighed}
        return [
            one
            for one in self.conditions
            if one.project_id and not {one.project_id, one.other_id} <= known
        ]


def content_of(scenario: SelectionScenario) -> Content:
    """In a constant number of queries."""
    found = scenario.candidates.current().prefetch_related("variants")
    candidates = list(found.select_related("project").order_by("project__name_fr", "pk"))
    conditions = scenario.conditions.current().order_by("kind", "pk").select_related(
        "project", "other", "department", "programme", "zone"
    )  # fmt: skip
    kept = tuple(conditions)
    facts = facts_of([one.project_id for one in candidates], first_year=scenario.first_year)
    values = values_of(scenario, candidates, facts)
    needs = _needed(kept)
    return Content(
        scenario=scenario,
        candidacies=tuple(
            _candidacy(one, facts[one.project_id], values[one.pk], needs) for one in candidates
        ),
        conditions=kept,
        envelopes={one.year: one.cp_eur for one in scenario.envelopes.order_by("year")},
    )


def freeze(content: Content) -> Frozen:
    """What `portfolio.analysis.arbitration` solves: values of JSON alone."""
    scenario = content.scenario
    idle = {one.pk for one in content.idle}
    held = [one for one in content.conditions if one.pk not in idle]
    zones = _zone_shares(content, held)
    years = list(scenario.years)
    longer = [variant.extra_years for one in content.weighed for variant in one.variants]
    cp = {str(year): float(content.envelopes[year]) for year in years if year in content.envelopes}
    return {
        "format": FORMAT,
        "years": years,
        "tail": scenario.delay_years + max(longer, default=0),
        "ap_total": None if scenario.ap_total_eur is None else float(scenario.ap_total_eur),
        "cp": cp,
        "delay": scenario.delay_years,
        "discount": float(scenario.delay_discount),
        "net": scenario.is_net,
        "value": scenario.value_source,
        "candidates": [_frozen(one, scenario) for one in content.weighed],
        "unweighed": [_named(one) | {"reasons": list(one.missing)} for one in content.unweighed],
        "conditions": [_condition(one, content, zones) for one in held],
        "communes": [
            {"code": zone.code, "name": zone.name, "population": zone.population}
            for zone in communes()
        ],
        "policies": _policies(content),
    }


# ---------------------------------------------------------------- candidates


def _needed(conditions: tuple[ScenarioCondition, ...]) -> frozenset[str]:
    return frozenset(one.kind for one in conditions)


def _candidacy(
    candidate: ScenarioCandidate, facts: Facts, value: Points, needs: frozenset[str]
) -> Candidacy:
    known: list[tuple[str, bool]] = [
        (
            facts.ap.reason if isinstance(facts.ap, Unknown) else "",
            not isinstance(facts.ap, Unknown),
        ),
        (
            facts.cp.reason if isinstance(facts.cp, Unknown) else "",
            not isinstance(facts.cp, Unknown),
        ),
        (value.reason if isinstance(value, Unknown) else "", not isinstance(value, Unknown)),
        ("NO_PEOPLE", candidate.people is not None or Kind.CAPACITY not in needs),
        ("NO_CO2", candidate.co2_t is not None or Kind.CLIMATE not in needs),
        ("NO_PLACE", facts.communes is not None or Kind.EQUITY not in needs),
    ]
    return Candidacy(
        candidate=candidate,
        facts=facts,
        value=value,
        variants=tuple(one for one in candidate.variants.all() if one.withdrawn_at is None),
        missing=tuple(code for code, is_known in known if not is_known),
    )


def _named(one: Candidacy) -> dict[str, Any]:
    project = one.candidate.project
    return {
        "id": str(project.pk),
        "code": project.code,
        "name_fr": project.name_fr,
        "name_en": project.name_en,
    }


def _frozen(one: Candidacy, scenario: SelectionScenario) -> dict[str, Any]:
    candidate, facts = one.candidate, one.facts
    ap, cp = _amounts(facts, is_net=scenario.is_net)
    own = scenario.delay_years if candidate.delay_most is None else candidate.delay_most
    return _named(one) | {
        "role": candidate.role,
        "reason": candidate.reason,
        "value": float(one.value),  # type: ignore[arg-type]  # known: it can be weighed
        "ap": ap,
        "cp": cp,
        "is_estimated": facts.is_estimated,
        "subsidy": float(facts.granted) if scenario.is_net and facts.granted else None,
        "waits": candidate.waits_years,
        "delay": min(own, scenario.delay_years),
        "people": _float(candidate.people),
        "co2": _float(candidate.co2_t),
        "department": facts.project.lead.code if facts.project.lead else "",
        "policy": facts.policy.code if facts.policy else "",
        "communes": None if facts.communes is None else dict(facts.communes),
        "variants": [
            {
                "name_fr": variant.name_fr,
                "name_en": variant.name_en,
                "cost_share": float(variant.cost_share),
                "value_share": float(variant.value_share),
                "extra_years": variant.extra_years,
            }
            for variant in sorted(one.variants, key=lambda variant: variant.pk)
        ],
    }


def _amounts(facts: Facts, *, is_net: bool) -> tuple[float, dict[str, float]]:
    """Authorisation and payments; net ones are lowered by the grants, each year in proportion."""
    ap = float(facts.ap)  # type: ignore[arg-type]  # known: it can be weighed
    paid: Mapping[int, Decimal] = facts.cp  # type: ignore[assignment]  # known too
    share = max(0.0, 1 - float(facts.granted) / ap) if is_net and ap else 1.0
    return ap * share, {str(year): float(amount) * share for year, amount in paid.items()}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


# ---------------------------------------------------------------- conditions


def _condition(
    one: ScenarioCondition, content: Content, zones: Mapping[int, Mapping[str, float]]
) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.pk, "kind": one.kind}
    if one.kind in {Kind.PREREQUISITE, Kind.EXCLUSIVE}:
        return told | {"project": str(one.project_id), "other": str(one.other_id)}
    told["amount"] = float(one.amount or 0)
    if one.kind == Kind.CAPACITY and one.department:
        return told | {
            "department": one.department.code, "year": one.year, "label": _label(one.department)
        }  # fmt: skip
    if one.kind == Kind.MINIMUM and one.programme:
        members = {
            str(each.candidate.project_id): 1.0
            for each in content.weighed
            if one.programme_id in each.facts.ancestors
        }
        return told | {
            "programme": one.programme.code, "figure": one.figure, "members": members,
            "label": _label(one.programme),
        }  # fmt: skip
    if one.kind == Kind.ZONE_MINIMUM and one.zone:
        return told | {
            "zone": one.zone.code,
            "figure": "AP",
            "members": zones[one.zone_id or 0],
            "label": [one.zone.name, ""],
        }
    return told


def _label(named: Organisation | Programme) -> list[str]:
    return [named.name_fr, named.name_en]


def _zone_shares(
    content: Content, conditions: list[ScenarioCondition]
) -> dict[int, dict[str, float]]:
    """Of each zone that a condition names: the projects that touch it, whole; a commune has the
    share that is reckoned elsewhere too."""
    zones = [one.zone for one in conditions if one.zone is not None]
    inside = ProjectZone.objects.filter(zone__in=zones).values_list("zone", "project")
    touched: dict[int, set[int]] = {}
    for zone_id, project_id in inside:
        touched.setdefault(zone_id, set()).add(project_id)
    return {zone.pk: _shares(content, zone, touched.get(zone.pk, set())) for zone in zones}


def _shares(content: Content, zone: Zone, touched: set[int]) -> dict[str, float]:
    found = {}
    for one in content.weighed:
        places = one.facts.communes or {}
        whole = 1.0 if one.candidate.project_id in touched else 0.0
        share = places.get(zone.code, 0.0) if zone.kind == Zone.Kind.COMMUNE else whole
        if share:
            found[str(one.candidate.project_id)] = share
    return found


def _policies(content: Content) -> dict[str, list[str]]:
    """Names by code, in French and in English."""
    known = (one.facts.policy for one in content.candidacies)
    return {one.code: [one.name_fr, one.name_en] for one in known if one is not None}
