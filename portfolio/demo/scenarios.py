"""Two scenarios of arbitration of the demonstration: its projects under a third of what they would
all cost, without and with delays.

Points come from one rule, so that they look like those of a committee and are the same each time: the
square root of the estimate in millions, times a weight of the lead department. Projects whose works
are under way and nearly paid are kept; the others may still be shared out.
"""

from datetime import UTC, datetime
from decimal import Decimal
from math import sqrt

from portfolio.models import (
    Organisation,
    Programme,
    Project,
    ScenarioCandidate,
    SelectionScenario,
    User,
    Zone,
)
from portfolio.queries.scenario_figures import Facts, facts_of
from portfolio.results import Unknown
from portfolio.services import scenario_candidates, scenario_conditions, scenarios, selections
from portfolio.services.scenario_candidates import CandidateTerms, VariantTerms
from portfolio.services.scenario_conditions import ConditionTerms
from portfolio.services.scenarios import ScenarioTerms

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
REASON = "Préparation de l’arbitrage d’automne (démonstration)"
YEARS = range(2027, 2032)
NAME = "Un tiers du plan, au calendrier annoncé"
WEIGHTS = {"mobilites": 12, "nature": 16, "habitat": 14, "batiments": 11, "espaces-publics": 10,
           "eau": 9, "dechets": 8, "economie": 7}  # fmt: skip
KEPT = Decimal(2_000_000)  # a project begun with less than this to pay is kept as it is
UNPRICED = 3  # projects without credits, to show what cannot be weighed
PEOPLE = Decimal("1.5")
POLICY, COMMUNE = "se-deplacer", "MV004"


def seed() -> int:
    """How many were added; those that exist, even taken off, are left as they are."""
    if SelectionScenario.objects.filter(name_fr=NAME).exists():
        return 0
    author = User.objects.filter(username="directrice").first()
    projects = Project.objects.exclude(visibility="DRAFT").filter(state="ACTIVE")
    facts = facts_of(list(projects.values_list("pk", flat=True)), first_year=YEARS[0])
    priced = {key: one for key, one in facts.items() if not isinstance(one.cp, Unknown)}
    if not priced:
        return 0
    first = _scenario(priced, facts, author)
    second = _delayed(first, author)
    for scenario in (first, second):
        selections.compute(scenario=scenario, by=author, at=AT)
    return 2


def _scenario(
    priced: dict[int, Facts], facts: dict[int, Facts], author: User | None
) -> SelectionScenario:
    scenario = scenarios.create(terms=_terms(priced), by=author, reason=REASON, at=AT)
    others = sorted((one for key, one in facts.items() if key not in priced),
                    key=lambda one: one.project.code)[:UNPRICED]  # fmt: skip
    chosen = [one.project for one in (*priced.values(), *others)]
    scenario_candidates.add(scenario=scenario, projects=chosen, by=author, reason=REASON, at=AT)
    for candidate in scenario.candidates.select_related("project__lead", "scenario"):
        _weigh(candidate, facts[candidate.project_id], author)
    scenario_conditions.propose(scenario=scenario, by=author, at=AT)
    _conditions(scenario, author)
    return scenario


def _terms(priced: dict[int, Facts]) -> ScenarioTerms:
    total = sum((one.ap for one in priced.values() if isinstance(one.ap, Decimal)), Decimal(0))
    yearly = {
        year: sum(
            (one.cp.get(year, Decimal(0)) for one in priced.values()
             if not isinstance(one.cp, Unknown)), Decimal(0),
        )
        for year in YEARS
    }  # fmt: skip
    return ScenarioTerms(
        name_fr=NAME, name_en="A third of the plan, on the announced calendar",
        purpose_fr="Que garder si les autorisations sont limitées au tiers de ce que coûteraient tous les projets ?",
        purpose_en="What to keep if authorisations are limited to a third of what all projects would cost?",
        first_year=YEARS[0], last_year=YEARS[-1], ap_total_eur=_rounded(total / 3),
        cp={year: _rounded(amount * Decimal("0.4")) for year, amount in yearly.items() if amount},
    )  # fmt: skip


def _rounded(amount: Decimal) -> Decimal:
    return Decimal(round(amount, -5))


def _weigh(candidate: ScenarioCandidate, facts: Facts, author: User | None) -> None:
    cost = getattr(facts.project, "current_cost_eur", None)
    weight = WEIGHTS.get(facts.project.lead.code if facts.project.lead else "", 10)
    value = None if cost is None else Decimal(str(round(weight * sqrt(float(cost) / 1e6), 1)))
    ends = isinstance(facts.ap, Decimal) and facts.is_begun and facts.ap < KEPT
    role = ScenarioCandidate.Role.STARTED if ends else ScenarioCandidate.Role.FREE
    terms = CandidateTerms(
        role=role, reason="Travaux presque payés" if ends else "", value=value, people=PEOPLE
    )
    scenario_candidates.change(candidate=candidate, terms=terms, by=author, reason=REASON, at=AT)


def _conditions(scenario: SelectionScenario, author: User | None) -> None:
    """A minimum for a policy and for a commune, the posts of a department."""
    policy = Programme.objects.filter(code=POLICY).first()
    mobility = Organisation.objects.filter(code="mobilites").first()
    commune = Zone.objects.filter(code=COMMUNE).first()
    terms = [
        ConditionTerms("MINIMUM", programme=policy, amount=Decimal(2_000_000)) if policy else None,
        ConditionTerms("ZONE_MINIMUM", zone=commune, amount=Decimal(3_000_000))
        if commune
        else None,
        ConditionTerms("CAPACITY", department=mobility, year=YEARS[0], amount=Decimal(9))
        if mobility
        else None,
    ]
    for one in filter(None, terms):
        scenario_conditions.add(scenario=scenario, terms=one, by=author, reason=REASON, at=AT)


def _delayed(first: SelectionScenario, author: User | None) -> SelectionScenario:
    """The same, each project being free to wait, the largest one to be done in phases."""
    copied = scenarios.copy(scenario=first, by=author, at=AT)
    cp = {one.year: one.cp_eur for one in first.envelopes.all()}
    terms = ScenarioTerms(
        name_fr="Un tiers du plan, avec deux ans de report possibles",
        name_en="A third of the plan, with delays of two years", purpose_fr=first.purpose_fr,
        purpose_en=first.purpose_en, first_year=first.first_year, last_year=first.last_year,
        ap_total_eur=first.ap_total_eur, cp=cp, delay_years=2, delay_discount=Decimal("0.04"),
    )  # fmt: skip
    scenarios.change(scenario=copied, terms=terms, by=author, reason=REASON, at=AT)
    free = copied.candidates.filter(role="FREE", value__isnull=False).order_by("-value", "pk")
    largest = free.select_related("scenario").first()
    if largest is not None:
        scenario_candidates.add_variant(
            candidate=largest, by=author, reason=REASON, at=AT,
            terms=VariantTerms("Première phase seule", "First phase alone",
                               Decimal("0.55"), Decimal("0.65"), 1),
        )  # fmt: skip
    return copied
