"""A scenario is solved from what the register knows, kept as it was asked, solved again at will."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from portfolio.analysis.arbitration import digest
from portfolio.models import ScenarioCondition, SelectionResult, SelectionScenario
from portfolio.queries.scenario_inputs import content_of
from portfolio.queries.selection_compare import snapshot
from portfolio.queries.selections import explained, of_result
from portfolio.services import scenario_candidates, scenario_conditions, scenarios, selections
from portfolio.services.scenario_candidates import CandidateTerms, VariantTerms
from portfolio.services.scenario_conditions import ConditionTerms
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_dependency,
    make_estimate,
    make_funding,
    make_project,
    make_user,
)
from tests.factories.scenarios import make_priced, make_scenario, make_selection

pytestmark = pytest.mark.django_db


def names(result) -> set[str]:
    return {line.name for line in of_result(result).inside}


def force(scenario, project, **terms) -> None:
    candidate = scenario.candidates.select_related("scenario").get(project=project)
    scenario_candidates.change(
        candidate=candidate, terms=CandidateTerms(**terms), by=None, reason="x", at=NOW
    )


def test_the_programme_of_most_value_fits_the_total_and_each_year():
    one = make_priced("2000000", name_fr="Pont")
    two = make_priced("2000000", name_fr="Parc")
    three = make_priced("1000000", name_fr="Halle")
    scenario = make_scenario(one, two, three, values=(9, 10, 4))

    result = make_selection(scenario)

    assert (result.status, result.value) == ("OPTIMAL", 14)
    assert names(result) == {"Parc", "Halle"}
    assert result.outcome["spent"] == {"ap": 3e6, "2027": 1.5e6, "2028": 1.5e6}


def test_a_project_whose_money_is_not_known_is_in_no_programme_and_says_why():
    priced, unplanned = make_priced(name_fr="Pont"), make_project(name_fr="Idée")
    costless = make_project(name_fr="Rêve", cost=None)
    scenario = make_scenario(priced, unplanned, costless)

    result = make_selection(scenario)

    told = {one["name_fr"]: one["reasons"] for one in result.inputs["unweighed"]}
    assert told == {"Idée": ["NO_CREDITS"], "Rêve": ["NO_COST", "NO_CREDITS"]}
    assert names(result) == {"Pont"}


def test_what_was_paid_before_the_first_year_is_no_longer_to_be_authorised():
    project = make_priced("1000000", {2027: 400_000})
    make_credit(project, 2026, voted_eur=Decimal(600_000))

    facts = content_of(make_scenario(project)).candidacies[0].facts

    assert facts.ap == 400_000
    assert facts.is_begun


def test_an_estimate_stands_in_where_nothing_was_voted():
    project = make_project(cost=None)
    make_estimate(project, Decimal(700_000))
    make_credit(project, 2027, voted_eur=Decimal(700_000))

    facts = content_of(make_scenario(project)).candidacies[0].facts

    assert (facts.ap, facts.is_estimated) == (700_000, True)


def test_net_amounts_are_lowered_by_the_grants_that_were_notified_alone():
    project = make_priced("1000000")
    make_funding(project, "300000", notified_eur=Decimal(200_000), notified_on=NOW.date())
    make_funding(project, "500000", scheme="FEDER")

    result = make_selection(make_scenario(project, is_net=True))

    assert result.outcome["spent"]["ap"] == pytest.approx(800_000)


def test_a_forced_project_needs_its_reason_and_tells_what_it_costs():
    dear, better = make_priced("3000000", name_fr="Pont"), make_priced("3000000", name_fr="Parc")
    scenario = make_scenario(dear, better, values=(4, 10))

    with pytest.raises(ValidationError, match="forc"):
        force(scenario, dear, role="MANDATORY", value=Decimal(4))
    force(scenario, dear, role="MANDATORY", reason="Engagement", value=Decimal(4))
    result = make_selection(scenario)
    selections.explain(result_id=result.pk, clock=lambda: NOW)
    found = of_result(SelectionResult.objects.get(pk=result.pk))

    assert [line.name for line in found.inside] == ["Pont"]
    assert found.forced_cost == 6


def test_the_explanation_says_why_from_which_condition_and_what_else_would_do():
    one, two = make_priced("2000000", name_fr="Pont"), make_priced("2000000", name_fr="Parc")
    result = make_selection(make_scenario(one, two, values=(10, 9.9)))

    assert selections.explain(result_id=result.pk, clock=lambda: NOW)
    stored = SelectionResult.objects.get(pk=result.pk)
    content, found = stored.explanation.content, explained(stored)

    assert content["why"][str(two.pk)]["code"] == "LIMITED"
    assert [fact["figure"] for fact in content["why"][str(two.pk)]["binding"]] == ["ap"]
    assert content["why"][str(two.pk)]["goes"] == [str(one.pk)]
    assert found.others[0].lost == pytest.approx(0.1)
    assert found.frontier is not None
    assert stored.job.state == "DONE"
    json.dumps(content, allow_nan=False)


def test_an_explanation_is_made_once_and_taken_over_from_a_worker_that_vanished():
    result = make_selection(make_scenario(make_priced()))
    selections._claim(result.pk, NOW)

    assert not selections.explain(result_id=result.pk, clock=lambda: NOW)
    assert selections.explain(result_id=result.pk, clock=lambda: NOW + timedelta(hours=1))
    assert not selections.explain(result_id=result.pk, clock=lambda: NOW + timedelta(hours=2))


def test_a_result_is_solved_again_from_what_was_frozen_whatever_the_register_became():
    project = make_priced()
    result = make_selection(make_scenario(project, make_priced()))
    project.authorisations.create(
        kind="REVISION", amount_eur=9_000_000, voted_on=NOW.date(), reason="x", recorded_at=NOW
    )

    again = selections.replay(result)

    assert (again.same_inputs, again.same_answer) == (True, True)
    assert digest(result.inputs) == result.inputs_sha256


def test_a_result_is_never_changed_nor_removed():
    result = make_selection(make_scenario(make_priced()))

    for act in (lambda: SelectionResult.objects.update(value=1), result.delete):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            act()


def test_where_nothing_fits_the_conditions_that_stand_against_each_other_are_named():
    one, two = make_priced("2000000", name_fr="Pont"), make_priced("2000000", name_fr="Parc")
    scenario = make_scenario(one, two)
    for project in (one, two):
        force(scenario, project, role="MANDATORY", reason="Promis", value=Decimal(1))

    result = make_selection(scenario)
    conflict = of_result(result).conflict

    assert (result.status, result.value) == ("INFEASIBLE", None)
    assert {text for text, _relief in conflict} >= {
        "«\u202fPont\u202f» est gardé",
        "«\u202fParc\u202f» est gardé",
    }
    assert all(relief for _text, relief in conflict)


def test_dependencies_of_the_register_are_proposed_once_and_stay_off_when_taken_off():
    one, two = make_priced(name_fr="Pont"), make_priced(name_fr="Parc")
    make_dependency(one, two)
    make_dependency(one, make_project())
    scenario = make_scenario(one, two)

    assert scenario_conditions.propose(scenario=scenario, by=None, at=NOW) == 1
    condition = scenario.conditions.get()
    scenario_conditions.withdraw(condition=condition, by=None, reason="x", at=NOW)

    assert scenario_conditions.propose(scenario=scenario, by=None, at=NOW) == 0
    assert condition.origin == ScenarioCondition.Origin.REGISTER


def test_a_prerequisite_keeps_a_project_out_without_the_other():
    one = make_priced("1000000", name_fr="Pont")
    two = make_priced("3000000", name_fr="Quai")
    three = make_priced("1000000", name_fr="Parc")
    scenario = make_scenario(one, two, three, values=(10, 1, 5))
    terms = ConditionTerms("PREREQUISITE", project=one, other=two)
    scenario_conditions.add(scenario=scenario, terms=terms, by=None, reason="x", at=NOW)

    assert names(make_selection(scenario)) == {"Parc"}


@pytest.mark.parametrize(
    ("kind", "field"),
    [("PREREQUISITE", "project"), ("CAPACITY", "department"), ("MINIMUM", "amount"),
     ("ZONE_MINIMUM", "zone"), ("EQUITY", "amount"), ("CLIMATE", "amount")],
)  # fmt: skip
def test_a_condition_that_says_too_little_is_refused_by_field(kind, field):
    with pytest.raises(ValidationError) as refusal:
        scenario_conditions.add(
            scenario=make_scenario(), terms=ConditionTerms(kind), by=None, reason="x", at=NOW
        )

    assert field in refusal.value.message_dict


def test_a_delay_brings_in_what_does_not_fit_this_year_at_a_loss_of_value():
    one = make_priced("2000000", {2027: 2_000_000}, name_fr="Pont")
    two = make_priced("1000000", {2027: 1_000_000}, name_fr="Parc")
    scenario = make_scenario(
        one, two, values=(10, 10), delay_years=1, delay_discount=Decimal("0.1")
    )

    result = make_selection(scenario)

    assert names(result) == {"Pont", "Parc"}
    assert result.value == pytest.approx(19)
    assert sorted(one["delay"] for one in result.outcome["chosen"]) == [0, 1]


def test_a_variant_fits_where_the_whole_does_not():
    project = make_priced("4000000", name_fr="Pont")
    scenario = make_scenario(project)
    candidate = scenario.candidates.select_related("scenario").get()
    terms = VariantTerms("Une travée", cost_share=Decimal("0.5"), value_share=Decimal("0.4"))
    scenario_candidates.add_variant(candidate=candidate, terms=terms, by=None, reason="x", at=NOW)

    result = make_selection(scenario)

    assert result.value == pytest.approx(4)
    assert of_result(result).inside[0].how == "en «\u202fUne travée\u202f»"


def test_a_copy_is_open_and_leaves_the_locked_one_as_it_was():
    one = make_priced()
    scenario = make_scenario(one)
    scenarios.lock(scenario=scenario, by=None, reason="Retenu", at=NOW)

    made = scenarios.copy(scenario=SelectionScenario.objects.get(pk=scenario.pk), by=None, at=NOW)

    assert made.is_open
    assert made.copied_from == scenario
    assert made.candidates.get().project == one
    assert made.envelopes.get().cp_eur == 2_000_000
    with pytest.raises(ValidationError, match="verrouillé"):
        scenario_candidates.add(
            scenario=scenario, projects=[make_priced()], by=None, reason="x", at=NOW
        )


def test_a_scenario_without_any_limit_or_year_is_refused():
    with pytest.raises(ValidationError) as refusal:
        make_scenario(ap_total_eur=None, cp={}, last_year=2050)

    assert set(refusal.value.message_dict) == {"ap_total_eur", "last_year"}


def test_a_scenario_is_hidden_from_who_may_not_read_one_of_its_projects():
    scenario = make_scenario(make_priced(), make_priced(visibility="DRAFT"))
    scenario.candidates.update(withdrawn_at=NOW)  # its results name it all the same

    found = SelectionScenario.objects
    assert not found.visible_to(make_user())
    assert found.visible_to(make_user(is_superuser=True)).get() == scenario
    assert not found.editable_by(make_user())


def test_the_snapshot_of_a_decision_is_plain_and_whole():
    result = make_selection(make_scenario(make_priced()))

    told = json.loads(json.dumps(snapshot(result), allow_nan=False))

    assert told["inputs_sha256"] == digest(told["inputs"])
    assert told["outcome"]["value"] == 10
