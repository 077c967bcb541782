"""The screens of arbitration: what is prepared, what it gives, what is tried."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.models import ScenarioCandidate, SelectionResult, SelectionScenario
from portfolio.services import selections
from portfolio.views import scenarios as scenario_views
from tests.factories.portfolio import NOW, make_dependency, make_project, make_user
from tests.factories.scenarios import make_priced, make_scenario, make_selection

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def at(name: str, *keys: object) -> str:
    return reverse(f"portfolio:{name}", args=keys)


def page(client, name: str, *keys: object, **options) -> str:
    answer = client.get(at(name, *keys), **options)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def two_rivals():
    """Room for one of the two."""
    one, two = make_priced("2000000", name_fr="Pont"), make_priced("2000000", name_fr="Parc")
    return one, two, make_scenario(one, two, values=(10, 9))


TERMS = {
    "name_fr": "PPI 2027", "first_year": "2027", "last_year": "2029", "ap_total_eur": "12,5 M€",
    "value_source": "ENTERED", "delay_years": "1", "delay_discount": "4", "cp_2027": "3 M€",
    "reason": "Préparation",
}  # fmt: skip


def test_a_scenario_is_opened_with_its_envelopes(client, editor):
    answer = client.post(at("scenario-add"), TERMS)

    scenario = SelectionScenario.objects.get()
    assert answer["Location"] == at("scenario", scenario.pk)
    assert scenario.ap_total_eur == Decimal(12_500_000)
    assert scenario.delay_discount == Decimal("0.04")
    assert [(one.year, one.cp_eur) for one in scenario.envelopes.all()] == [(2027, 3_000_000)]
    assert "Préparation" in page(client, "scenario", scenario.pk)


def test_a_scenario_without_a_limit_is_told_by_field_and_loses_nothing(client, editor):
    answer = client.post(at("scenario-add"), TERMS | {"ap_total_eur": "", "cp_2027": ""})

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "sans limite" in html
    assert 'value="PPI 2027"' in html


def test_projects_are_added_from_the_list_and_none_twice(client, editor):
    _one, two, scenario = two_rivals()
    fresh = make_priced(name_fr="Halle")

    html = page(client, "scenario-candidates-add", scenario.pk)
    answer = client.post(at("scenario-candidates-add", scenario.pk), {"projects": [fresh.pk]})

    assert "Halle" in html
    assert f'value="{two.pk}"' not in html
    assert answer.status_code == 302
    assert scenario.candidates.count() == 3


def test_a_candidate_is_changed_in_place_and_a_forced_one_needs_its_reason(client, editor):
    one, _two, scenario = two_rivals()
    candidate = scenario.candidates.get(project=one)
    address, asked = at("scenario-candidate-edit", candidate.pk), {"HX-Request": "true"}

    refused = client.post(address, {"role": "MANDATORY", "value": "7"}, headers=asked)
    saved = client.post(
        address, {"role": "MANDATORY", "value": "7,5", "reason": "Engagement"}, headers=asked
    )

    assert refused.status_code == 422
    assert "forcé" in refused.content.decode()
    assert saved.status_code == 200
    assert f'id="candidate-{candidate.pk}"' in saved.content.decode()
    candidate = ScenarioCandidate.objects.get(pk=candidate.pk)
    assert (candidate.role, candidate.value) == ("MANDATORY", Decimal("7.5"))


def test_a_project_that_cannot_be_weighed_says_why_on_the_page(client, editor):
    scenario = make_scenario(make_project(name_fr="Idée"))

    html = page(client, "scenario", scenario.pk)

    assert "Il ne peut pas être pesé" in html
    assert "pas de crédits de paiement" in html


def test_conditions_are_proposed_added_and_taken_off(client, editor):
    one, two, scenario = two_rivals()
    make_dependency(one, two)

    client.post(at("scenario-conditions-propose", scenario.pk))
    client.post(at("scenario-condition-add", scenario.pk, "EQUITY"), {"percent": "30"})
    kinds = {one.kind: one for one in scenario.conditions.all()}
    client.post(at("scenario-condition-withdraw", kinds["PREREQUISITE"].pk))

    assert kinds["EQUITY"].amount == Decimal("0.3")
    assert [one.kind for one in scenario.conditions.current()] == ["EQUITY"]


@pytest.mark.parametrize("kind", ["PREREQUISITE", "CAPACITY", "MINIMUM", "ZONE_MINIMUM", "CLIMATE"])
def test_a_condition_that_says_nothing_is_refused(client, editor, kind):
    _one, _two, scenario = two_rivals()

    answer = client.post(at("scenario-condition-add", scenario.pk, kind), {"figure": "AP"})

    assert answer.status_code == 422
    assert not scenario.conditions.exists()


def test_the_answer_is_shown_at_once_and_its_reasons_once_they_are_there(
    client, editor, monkeypatch
):
    rung = []
    monkeypatch.setattr(scenario_views.explain_selection, "delay", rung.append)
    _one, _two, scenario = two_rivals()

    client.post(at("scenario-compute", scenario.pk))
    result = SelectionResult.objects.get()
    before = page(client, "selection", result.pk)
    selections.explain(result_id=result.pk, clock=lambda: NOW)
    after = page(client, "selection", result.pk)

    assert "1 projet, 2\N{NO-BREAK SPACE}M€" in before
    assert "Pourquoi il est écarté" not in before
    assert "il dépasse" in after
    assert "Ce qu’un million de plus apporterait" in after
    assert "Valeur qu’atteint chaque budget" in after


def test_an_empty_scenario_says_what_to_do_instead_of_computing(client, editor):
    scenario = make_scenario()

    answer = client.post(at("scenario-compute", scenario.pk))

    assert answer.status_code == 422
    assert "Ajoutez d’abord des projets" in answer.content.decode()


def test_a_try_moves_the_programme_tells_the_cost_and_is_undone(client, editor):
    _one, two, scenario = two_rivals()
    result = make_selection(scenario)

    answer = client.get(
        at("what-if", result.pk), {"essai": f"dedans:{two.pk}"}, headers={"HX-Request": "true"}
    )
    html = answer.content.decode()

    assert "<html" not in html
    assert "\N{MINUS SIGN}1,0 points" in html
    assert "Annuler le dernier essai" in html
    assert html.index("Parc") < html.index("Pont")
    assert "essai=" in html
    assert SelectionResult.objects.count() == 1  # a try is kept by nobody


@pytest.mark.parametrize("text", ["dedans:999999", "x:1", "report:1:9", "dedans:", ",,,", "é"])
def test_a_try_that_means_nothing_is_left_out(client, editor, text):
    _one, _two, scenario = two_rivals()
    result = make_selection(scenario)

    answer = client.get(at("what-if", result.pk), {"essai": text})

    assert answer.status_code == 200
    assert "Annuler le dernier essai" not in answer.content.decode()


def test_what_was_tried_becomes_a_scenario_whose_projects_are_forced(client, editor):
    one, two, scenario = two_rivals()
    result = make_selection(scenario)

    client.post(at("what-if-keep", result.pk), {"essai": f"dedans:{two.pk},dehors:{one.pk}"})

    made = SelectionScenario.objects.latest("pk")
    roles = dict(made.candidates.values_list("project_id", "role"))
    assert made.copied_from == scenario
    assert roles == {one.pk: "EXCLUDED", two.pk: "MANDATORY"}


def test_two_answers_are_compared(client, editor):
    one, _two, scenario = two_rivals()
    first = make_selection(scenario)
    scenario.candidates.filter(project=one).update(value=1)

    html = page(client, "selection-compare", first.pk, make_selection(scenario).pk)

    assert html.index("Entrent") < html.index("Parc") < html.index("Sortent") < html.index("Pont")


def test_the_budget_from_which_a_project_is_in_is_looked_for_when_asked(client, editor):
    _one, two, scenario = two_rivals()
    result = make_selection(scenario)

    html = page(client, "selection-why", result.pk, two.pk)

    assert "Avec toutes les enveloppes plus grandes de" in html


def test_a_conflict_is_told_with_what_to_give_up(client, editor):
    _one, _two, scenario = two_rivals()
    scenario.candidates.update(role="MANDATORY", reason="Promis")

    html = page(client, "selection", make_selection(scenario).pk)

    assert "Ces conditions ne peuvent pas tenir ensemble" in html
    assert "Ne plus imposer ce projet." in html


def test_files_hold_what_the_screen_shows(client, editor):
    _one, _two, scenario = two_rivals()
    result = make_selection(scenario)
    selections.explain(result_id=result.pk, clock=lambda: NOW)

    lines = page(client, "selection-csv", result.pk).splitlines()
    budgets = page(client, "frontier-csv", result.pk).splitlines()

    assert len(lines) == 3
    assert ";2027;2028;" in lines[0]
    assert len(budgets) == 16


def test_every_screen_reads_in_english(client, editor):
    _one, _two, scenario = two_rivals()
    result = make_selection(scenario)
    selections.explain(result_id=result.pk, clock=lambda: NOW)
    addresses = [at("scenario", scenario.pk), at("selection", result.pk), at("what-if", result.pk)]
    for address in addresses:
        assert "Envelopes" in client.get(f"/en{address}").content.decode()


def test_an_agent_reads_and_changes_nothing(client):
    _one, _two, scenario = two_rivals()
    result = make_selection(scenario)
    client.force_login(make_user())

    assert "Choisir le programme" not in page(client, "scenario", scenario.pk)
    assert page(client, "what-if", result.pk)
    for name, key in (("scenario-compute", scenario.pk), ("scenario-copy", scenario.pk),
                      ("scenario-lock", scenario.pk), ("what-if-keep", result.pk)):  # fmt: skip
        assert client.post(at(name, key)).status_code == 404


def test_a_draft_among_the_candidates_hides_the_whole_scenario(client):
    scenario = make_scenario(make_priced(visibility="DRAFT"))
    result = make_selection(scenario)
    client.force_login(make_user())

    assert "Arbitrage 2027" not in page(client, "scenarios")
    assert client.get(at("scenario", scenario.pk)).status_code == 404
    assert client.get(at("selection", result.pk)).status_code == 404
