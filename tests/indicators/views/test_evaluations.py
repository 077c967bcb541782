"""The screens of evaluations: result, earlier results, list, withdrawal, figures."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Evaluation, EvaluationResult
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from tests.factories.evaluations import AFTER, BEFORE, NOW, City, make_plan, make_result
from tests.factories.forecasts import make_break
from tests.factories.indicators import make_indicator, make_target
from tests.factories.portfolio import make_project, make_user


@pytest.fixture
def director(client, db):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def page(client, name, plan, **query) -> str:
    address = reverse(f"evidence:{name}", args=[plan.project.code, plan.pk])
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def test_the_page_says_the_sentence_first_and_then_what_it_does_not_prove(client, director):
    plan = City().locked()
    result = evaluate(evaluation=plan, at=NOW)
    text = page(client, "evaluation", plan)
    order = ["Le projet a réduit", "Ce que cela ne prouve pas", "Cela ne prouve pas par quel chemin",
             "Avec et sans le projet", "Ce qui a été vérifié", "Là où il ne s’est rien passé",
             "De quoi la comparaison est faite", "Le plan, tel qu’il a été verrouillé",
             "Ce qui a été dit, et quand"]  # fmt: skip
    places = [text.find(part) for part in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "enregistrée à l’avance" in text
    assert "exploratoire" not in text
    assert "Enregistrée à l’avance, avec un groupe de comparaison, toutes les vérifications" in text
    assert text.count("✓") >= 5
    assert result.sentence_fr.split(".")[0] in text


def test_the_page_in_english(client, director):
    plan = City(donors=6).locked()
    evaluate(evaluation=plan, at=NOW)
    address = reverse("evidence:evaluation", args=[plan.project.code, plan.pk])
    text = client.get(f"/en{address}").content.decode()
    assert "No effect shown on “Measured NO₂”" in text
    assert "What this does not prove" in text


def test_an_exploratory_plan_is_marked_on_its_page_and_in_the_list(client, director):
    plan = City(donors=6).locked(at=AFTER)
    evaluate(evaluation=plan, at=NOW)
    assert "Exploratoire" in page(client, "evaluation", plan)
    listed = client.get(reverse("evidence:project", args=[plan.project.code])).content.decode()
    assert "exploratoire" in listed
    assert plan.results.get().sentence_fr in listed


def test_what_cannot_be_judged_says_why(client, director):
    plan = make_plan(make_project(), locked=True)
    evaluate(evaluation=plan, at=NOW)
    text = page(client, "evaluation", plan)
    assert "Ne peut pas être jugé" in text
    assert "Pourquoi rien n’est dit" in text


def test_an_earlier_verdict_is_read_as_of_its_date(client, director):
    plan = make_plan(make_project(), locked=True)
    first = make_result(plan)
    make_result(plan, computed_at=NOW + timedelta(1), sentence_fr="Autre chose est dit.")
    assert "Autre chose est dit." in page(client, "evaluation", plan)
    earlier = page(client, "evaluation", plan, resultat=first.pk)
    assert "Il est trop tôt." in earlier
    assert "C’est ce qui était dit le" in earlier
    other = make_result(make_plan(make_project(), locked=True))
    address = reverse("evidence:evaluation", args=[plan.project.code, plan.pk])
    for wrong in (other.pk, "x", "²", 10**30):
        assert client.get(address, {"resultat": wrong}).status_code == 404


def test_designs_of_the_same_question_stand_side_by_side(client, director):
    city = City(donors=6)
    plans = [city.locked(), city.locked(design="INTERRUPTED", at=AFTER)]
    for plan in plans:
        evaluate(evaluation=plan, at=NOW)
    text = page(client, "evaluation", plans[0])
    assert "Plusieurs méthodes pour la même question" in text
    assert "Série interrompue" in text


def test_the_figures_are_a_file(client, director):
    plan = City(donors=6).locked()
    evaluate(evaluation=plan, at=NOW)
    lines = page(client, "evaluation-csv", plan).splitlines()
    assert lines[0] == "period_start,observed,expected,low,high,after"
    assert len(lines) == 85
    assert lines[-1].endswith(",1")


def test_an_evaluation_is_withdrawn_with_a_reason_and_stays_readable(client, director):
    plan = make_plan(make_project(), locked=True)
    make_result(plan)
    address = reverse("evidence:evaluation-withdraw", args=[plan.project.code, plan.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Le capteur a été déplacé."})
    text = page(client, "evaluation", plan)
    assert "Le capteur a été déplacé." in text
    assert client.post(address, {"reason": "Encore"}).status_code == 422


def test_it_is_computed_on_demand(client, director):
    plan = make_plan(make_project(), locked=True)
    address = reverse("evidence:evaluation-compute", args=[plan.project.code, plan.pk])
    client.post(address)
    assert EvaluationResult.objects.filter(evaluation=plan).count() == 1
    assert "Rien n’a changé" in client.post(address, follow=True).content.decode()


def test_a_draft_is_for_those_who_may_write_it(client, agent):
    draft, locked = make_plan(make_project()), make_plan(make_project(), locked=True)
    draft_page = reverse("evidence:evaluation", args=[draft.project.code, draft.pk])
    assert client.get(draft_page).status_code == 404
    assert page(client, "evaluation", locked)
    compute = reverse("evidence:evaluation-compute", args=[locked.project.code, locked.pk])
    assert client.post(compute).status_code == 404
    listed = client.get(reverse("evidence:project", args=[draft.project.code])).content.decode()
    assert "brouillon" not in listed


# ---------------------------------------------------------------- the designer


def step(plan, slug):
    return reverse("evidence:evaluation-step", args=[plan.project.code, plan.pk, slug])


def test_a_plan_is_drawn_up_in_five_steps_and_locked(client, director, monkeypatch):
    city = City(donors=6)
    sent = []
    monkeypatch.setattr("indicators.views.evaluation_designer.evaluate_one.delay", sent.append)
    answer = client.post(reverse("evidence:evaluation-new", args=[city.project.code]))
    plan = Evaluation.objects.get()
    assert answer.url == step(plan, "question")
    assert client.post(answer.url, {"question": ""}).status_code == 422
    answer = client.post(answer.url, {"question": "A-t-il baissé ?", "expected_direction": "DOWN"})
    assert answer.url == step(plan, "mesure")
    answer = client.post(
        answer.url, {"indicator": city.indicator.code, "treated": [city.treated.code]}
    )
    assert answer.url == step(plan, "dates")
    wrong = {"intervention_on": "2023-03-01", "before_from": "2024-01-01",
             "after_until": "2022-12-31", "minimum_after": "6", "first_1": "2020-03-01"}  # fmt: skip
    refused = client.post(answer.url, wrong).content.decode()
    assert "Ce jour doit précéder l’intervention." in refused
    assert "Donnez les deux jours et ce qui était différent." in refused
    right = wrong | {"before_from": "2019-01-01", "after_until": "2025-12-31",
                     "last_1": "2020-06-30", "why_1": "Confinement"}  # fmt: skip
    answer = client.post(answer.url, right)
    assert answer.url == step(plan, "comparaison")
    shown = client.get(answer.url).content.decode()
    assert "niveau" in shown
    assert shown.count("checked") == 6  # the six that are alike are proposed
    chosen = {"design": "SYNTHETIC_CONTROL", "reason": "Elles se ressemblent.",
              "comparison": [zone.code for zone in city.donors]}  # fmt: skip
    tried = client.post(answer.url, chosen | {"act": "try"}, follow=True).content.decode()
    assert "8 fois sur 10" not in tried
    assert "19 sont nécessaires" in tried
    alone = client.post(answer.url, chosen | {"design": "INTERRUPTED", "act": "try"}, follow=True)
    assert "8 fois sur 10" in alone.content.decode()
    answer = client.post(answer.url, chosen)
    assert answer.url == step(plan, "verrou")
    assert "sera marquée exploratoire" in client.get(answer.url).content.decode()
    client.post(answer.url)
    plan.refresh_from_db()
    assert plan.is_exploratory
    assert plan.locked_by == director
    assert plan.typed == {}
    assert plan.breaks == [{"first": "2020-03-01", "last": "2020-06-30", "why": "Confinement"}]
    assert plan.detectable["smallest"] > 0
    assert sent == [plan.pk]
    assert client.get(answer.url).status_code == 302


def test_several_zones_of_the_project_are_told_one_by_one(client, director):
    city = City(donors=12)
    plan = city.plan(design="DIFFERENCE_IN_DIFFERENCES")
    evaluations.choose_zones(
        evaluation=plan, role="TREATED", zones=[city.treated, *city.donors[:2]], at=timezone.now()
    )
    plan = evaluations.lock(evaluation=plan, by=director, at=BEFORE)
    result = evaluate(evaluation=plan, at=NOW)
    assert len(result.effect["by_zone"]) == 3
    text = page(client, "evaluation", plan).split("Zone par zone", 1)[1]
    for zone in (city.treated, *city.donors[:2]):
        assert zone.name in text


def test_a_measure_that_the_project_cannot_change_is_named_in_the_second_step(client, director):
    city = City(donors=3)
    other = city.other_measure()
    aimed = make_target(project=city.project).indicator
    plan = evaluations.register(project=city.project, by=director, at=timezone.now())
    sent = {"indicator": city.indicator.code, "treated": [city.treated.code]}
    page_ = client.get(step(plan, "mesure")).content.decode().split("placebo_indicator", 1)[1]
    assert other.code in page_
    assert aimed.code not in page_
    same = client.post(step(plan, "mesure"), sent | {"placebo_indicator": city.indicator.code})
    assert same.status_code == 422
    assert "Choisissez une autre mesure" in same.content.decode()
    client.post(step(plan, "mesure"), sent | {"placebo_indicator": other.code})
    plan.refresh_from_db()
    assert plan.placebo_indicator == other


def test_what_is_found_on_a_measure_that_the_project_cannot_change_is_told(client, director):
    city = City()
    plan = city.locked(placebo_indicator=city.other_measure(effect=-0.3))
    evaluate(evaluation=plan, at=NOW)
    text = page(client, "evaluation", plan)
    assert "Un effet y est trouvé aussi" in text
    assert "Ozone" in text
    told = client.get("/api/v1/evaluations/").json()["results"][0]
    assert told["placebo_indicator"] == plan.placebo_indicator.code
    assert told["results"][0]["effect"]["placebo_outcome"]["verdict"] == "SHOWN"


def test_declared_breaks_are_filled_in_and_one_taken_off_does_not_come_back(client, director):
    city = City(donors=2)
    told = {"indicator": city.indicator, "zone": city.treated}
    make_break(
        **told, from_on=date(2020, 3, 1), until_on=date(2020, 6, 30), reason_fr="Confinement"
    )
    make_break(from_on=date(2021, 4, 1), until_on=date(2021, 5, 2), reason_fr="Partout")
    make_break(**told, from_on=date(2022, 2, 1), until_on=None, reason_fr="Compteur remplacé")
    make_break(**told | {"zone": city.donors[0]}, from_on=date(2020, 1, 1),
               until_on=date(2020, 1, 2), reason_fr="Ailleurs")  # fmt: skip
    make_break(**told | {"indicator": make_indicator()}, from_on=date(2020, 1, 1),
               until_on=date(2020, 1, 2), reason_fr="Autre mesure")  # fmt: skip
    plan = evaluations.register(
        project=city.project, by=director, at=timezone.now(), fields={"indicator": city.indicator}
    )
    evaluations.choose_zones(
        evaluation=plan, role="TREATED", zones=[city.treated], at=timezone.now()
    )
    text = client.get(step(plan, "dates")).content.decode()
    for there in ('value="2020-03-01"', 'value="2020-06-30"', "Confinement", "Partout"):
        assert there in text
    assert "sans fin" in text
    assert "Compteur remplacé" in text
    assert 'value="2022-02-01"' not in text
    assert "Ailleurs" not in text
    assert "Autre mesure" not in text
    assert 'name="first_3"' in text
    assert 'name="first_4"' not in text
    sent = {"intervention_on": "2023-03-01", "before_from": "2019-01-01", "minimum_after": "6",
            "after_until": "2025-12-31", "first_1": "2020-03-15", "last_1": "2020-06-30",
            "why_1": "Confinement"}  # fmt: skip
    client.post(step(plan, "dates"), sent)
    plan.refresh_from_db()
    assert plan.breaks == [{"first": "2020-03-15", "last": "2020-06-30", "why": "Confinement"}]
    assert "Partout" not in client.get(step(plan, "dates")).content.decode()


def test_as_many_lines_are_there_as_breaks_are_declared(client, director):
    city = City(donors=2)
    for month in range(1, 8):
        make_break(from_on=date(2020, month, 1), until_on=date(2020, month, 9))
    plan = evaluations.register(
        project=city.project, by=director, at=timezone.now(), fields={"indicator": city.indicator}
    )
    text = client.get(step(plan, "dates")).content.decode()
    assert 'value="2020-05-01"' in text
    assert 'value="2020-06-01"' not in text
    assert "Seules les 5 premières déclarées tiennent ici." in text


def test_a_draft_survives_a_closed_tab(client, director):
    plan = evaluations.register(project=make_project(), by=director, at=timezone.now())
    keep = reverse("evidence:evaluation-keep", args=[plan.project.code, plan.pk, "question"])
    assert client.post(keep, {"question": "À moitié écr"}).status_code == 200
    assert "À moitié écr" in client.get(step(plan, "question")).content.decode()


def test_a_step_whose_needs_are_not_there_leads_back(client, director):
    plan = evaluations.register(project=make_project(), by=director, at=timezone.now())
    assert client.get(step(plan, "comparaison")).url == step(plan, "mesure")
    text = client.get(step(plan, "verrou")).content.decode()
    assert "Écrivez la question." in text
    assert "Verrouiller pour toujours" not in text
    assert client.get(step(plan, "nulle-part")).status_code == 404
    keep = reverse("evidence:evaluation-keep", args=[plan.project.code, plan.pk, "verrou"])
    assert client.post(keep).status_code == 404


def test_a_draft_is_thrown_away_and_a_locked_plan_is_not(client, director):
    draft, locked = make_plan(make_project()), make_plan(make_project(), locked=True)
    for plan in (draft, locked):
        client.post(reverse("evidence:evaluation-discard", args=[plan.project.code, plan.pk]))
    assert list(Evaluation.objects.all()) == [locked]


def test_what_could_be_detected_is_told_anew_when_the_dates_change(client, director):
    plan = City(donors=3).plan(design="INTERRUPTED")
    stale = {"smallest": 1.0, "relative": 0.5, "after": 3, "donors": 0, "fewest": 0}
    evaluations.change(evaluation=plan, fields={"detectable": stale}, at=timezone.now())
    dates = {"intervention_on": "2023-03-01", "before_from": "2019-01-01",
             "after_until": "2023-12-31", "minimum_after": "6"}  # fmt: skip
    assert client.post(step(plan, "dates"), dates).status_code == 302
    plan.refresh_from_db()
    assert plan.detectable["after"] == 10
    assert plan.detectable["smallest"] != stale["smallest"]


def test_a_shown_effect_on_a_measure_to_keep_within_a_range_is_neither_good_nor_bad(
    client, director
):
    plan = make_plan(make_project(), locked=True, indicator=make_indicator(direction="RANGE"))
    effect = {"point": -3.0, "low": -4.0, "high": -2.0, "level": 0.95, "relative": -0.1}
    make_result(plan, verdict="SHOWN", own_verdict="SHOWN", grade="B", reasons=[], effect=effect)
    text = page(client, "evaluation", plan)
    assert "Effet montré" in text
    assert "status--ok" not in text
    assert "dans le mauvais sens" not in text
