"""Scenarios of arbitration for tests: three projects, room for two."""

from decimal import Decimal

from portfolio.models import Project, ScenarioCandidate, SelectionResult, SelectionScenario
from portfolio.services import scenarios, selections
from portfolio.services.scenarios import ScenarioTerms
from tests.factories.portfolio import NOW, make_authorisation, make_credit, make_project


def make_scenario(*projects: Project, values=(), **fields) -> SelectionScenario:
    """`projects` as candidates to be chosen, each with its points (10 unless told)."""
    terms = {
        "name_fr": "Arbitrage 2027", "name_en": "Arbitration 2027", "first_year": 2027,
        "last_year": 2028, "ap_total_eur": Decimal(3_000_000), "cp": {2027: Decimal(2_000_000)},
    }  # fmt: skip
    scenario = scenarios.create(
        terms=ScenarioTerms(**(terms | fields)), by=None, reason="Préparation", at=NOW
    )
    for number, project in enumerate(projects):
        value = values[number] if number < len(values) else 10
        ScenarioCandidate.objects.create(scenario=scenario, project=project, value=value)
    return scenario


def make_priced(ap="1000000", cp=None, **fields) -> Project:
    """A project with an authorisation, and payments by year (half in 2027, half in 2028)."""
    project = make_project(**fields)
    half = Decimal(ap) / 2
    make_authorisation(project, ap)
    for year, amount in (cp or {2027: half, 2028: half}).items():
        make_credit(project, year, voted_eur=Decimal(amount), committed_eur=None, paid_eur=None,
                    carried_over_eur=None)  # fmt: skip
    return project


def make_selection(scenario: SelectionScenario) -> SelectionResult:
    return selections.compute(scenario=scenario, by=None, at=NOW)
