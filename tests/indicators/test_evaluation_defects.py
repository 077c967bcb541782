"""What was found wrong with evaluations once, and must not come back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.charts.counterfactual import periods_of
from indicators.models import EvaluationResult, KnownBreak
from indicators.queries.donors_touched import donors_touched
from indicators.services import evaluations, known_breaks
from indicators.services.evaluating import evaluate
from indicators.services.known_breaks import BreakFields
from indicators.templatetags.evaluations import lateness
from tests.factories.evaluations import BEFORE, NOW, City, make_plan
from tests.factories.forecasts import make_break
from tests.factories.indicators import make_target
from tests.factories.portfolio import make_organisation, make_period, make_project, make_user

pytestmark = pytest.mark.django_db
WITHIN = timezone.make_aware(timezone.datetime(2025, 6, 1, 9))


@pytest.fixture
def director(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


# ---------------------------------------------------------------- rows that grow


def test_series_are_stored_once_when_only_the_correction_changes():
    city = City(donors=6)
    first = evaluate(evaluation=city.locked(), at=NOW)
    evaluate(evaluation=city.locked(design="SYNTHETIC_DID"), at=NOW + timedelta(1))
    again = first.evaluation.results.order_by("-pk").first()
    assert again.because == "FAMILY"
    assert (again.series, again.series_of) == ({}, first)
    assert [p.observed for p in periods_of(again)] == [p.observed for p in periods_of(first)]
    again.pk, again.series = None, {"start": "2023-03-01"}
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_the_page_of_a_result_whose_series_are_stored_elsewhere_draws_them(client, director):
    city = City(donors=6)
    first = evaluate(evaluation=city.locked(), at=NOW)
    evaluate(evaluation=city.locked(design="SYNTHETIC_DID"), at=NOW + timedelta(1))
    address = reverse("evidence:evaluation", args=[city.project.code, first.evaluation_id])
    text = client.get(address).content.decode()
    assert "Avec et sans le projet" in text
    assert 'class="chart__observed"' in text


# ---------------------------------------------------------------- looks within an open window


def test_a_look_before_the_end_says_that_others_follow_uncorrected(client, director):
    plan = City(donors=20).locked()
    result = evaluate(evaluation=plan, at=NOW, as_of=WITHIN)
    assert result.effect["open_until"] == "2025-12-31"
    assert "31 décembre 2025" in result.sentence_fr
    assert "31 December 2025" in result.sentence_en
    page = client.get(reverse("evidence:evaluation", args=[plan.project.code, plan.pk]))
    assert "fausse alerte" in page.content.decode()


def test_the_end_of_the_window_is_a_look_of_its_own_and_says_so():
    plan = City(donors=20).locked()
    evaluate(evaluation=plan, at=WITHIN)
    last = evaluate(evaluation=plan, at=NOW)
    assert last.because == "CLOSED"
    assert "open_until" not in last.effect
    assert "fausse alerte" not in last.sentence_fr
    assert evaluate(evaluation=plan, at=NOW + timedelta(1)) == last


def test_what_was_too_early_and_cannot_be_judged_says_that_the_window_closed():
    plan = make_plan(make_project(), locked=True, after_until=date(2024, 1, 1))
    early = timezone.make_aware(timezone.datetime(2023, 9, 1))
    first = evaluate(evaluation=plan, at=early)
    second = evaluate(evaluation=plan, at=NOW)
    assert (first.verdict, second.verdict) == ("TOO_EARLY", "CANNOT_BE_JUDGED")
    assert second.because == "CLOSED"


# ---------------------------------------------------------------- donors touched


def at_work(city, zone, on, **project):
    """A project of the same measure whose works begin that day in a zone."""
    other = make_project(**({"visibility": "INTERNAL"} | project))
    other.project_zones.create(zone=zone, origin="MANUAL")
    make_target(project=other, indicator=city.indicator, zone=zone)
    works, _new = other.phase_set.phases.get_or_create(
        code="chantier", defaults={"name_fr": "Chantier", "rank": 90, "is_works": True}
    )
    make_period(
        other, works.rank, original_starts_on=on, original_ends_on=on + timedelta(90),
        current_starts_on=on, current_ends_on=on + timedelta(90),
    )  # fmt: skip
    return other


def test_works_of_the_same_measure_in_a_zone_compared_with_are_told_and_cost_a_grade(
    client, director
):
    city = City()
    plan = city.locked()
    before = evaluate(evaluation=plan, at=NOW)
    assert before.grade == "A"
    assert {"DONORS_LEFT_ALONE": True}.items() <= passed(before).items()
    at_work(city, city.donors[4], date(2024, 2, 5))
    result = evaluate(evaluation=plan, at=NOW + timedelta(1))
    assert (result.verdict, result.grade) == ("SHOWN", "B")
    assert passed(result)["DONORS_LEFT_ALONE"] is False
    page = client.get(reverse("evidence:evaluation", args=[plan.project.code, plan.pk]))
    assert f"{city.donors[4].name} (5 février 2024)" in page.content.decode()


def passed(result):
    return {one["code"]: one["passed"] for one in result.effect["checks"]}


def test_works_outside_the_window_or_of_another_measure_or_of_a_draft_touch_nothing():
    city = City(donors=3)
    plan = city.locked()
    at_work(city, city.donors[0], date(2018, 1, 1))
    at_work(city, city.donors[0], date(2027, 1, 1))
    at_work(city, city.donors[1], date(2024, 1, 1), visibility="DRAFT")
    other = at_work(city, city.donors[2], date(2024, 1, 1))
    other.targets.all().delete()
    assert donors_touched(plan, today=NOW.date()) == ()


def test_a_zone_compared_with_that_the_project_itself_reaches_later_cannot_be_judged():
    city = City(donors=20)
    plan = city.locked()
    city.project.project_zones.create(zone=city.donors[0], origin="MANUAL")
    result = evaluate(evaluation=plan, at=NOW)
    assert result.verdict == "CANNOT_BE_JUDGED"
    assert result.reasons == ["DONORS_TOUCHED"]


# ---------------------------------------------------------------- two people


def test_a_step_saved_while_another_locks_is_told_and_nothing_typed_is_lost(client, director):
    plan = make_plan(make_project())
    address = reverse("evidence:evaluation-step", args=[plan.project.code, plan.pk, "question"])
    keep = reverse("evidence:evaluation-keep", args=[plan.project.code, plan.pk, "question"])
    evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    sent = {"question": "Autre question, longuement écrite ?", "expected_direction": "UP"}
    answer = client.post(address, sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "verrouillé ce plan entre-temps" in text
    assert "longuement écrite" in text
    assert client.post(keep, sent).status_code in {404, 409}
    plan.refresh_from_db()
    assert plan.question == "Une question ?"


def test_a_step_whose_lock_comes_between_reading_and_writing_is_told(client, director, monkeypatch):
    plan = make_plan(make_project())
    address = reverse("evidence:evaluation-step", args=[plan.project.code, plan.pk, "question"])

    def too_late(**_given):
        raise ValidationError("locked")

    monkeypatch.setattr("indicators.views.evaluation_designer.evaluations.keep", too_late)
    sent = {"question": "Autre question ?", "expected_direction": "UP"}
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert "Autre question ?" in answer.content.decode()


def test_the_database_refuses_a_break_that_stands_already():
    make_break(from_on=date(2025, 3, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_break(from_on=date(2025, 3, 1))
    make_break(from_on=date(2025, 3, 1), withdrawn_at=NOW, withdrawn_why="Deux fois")


def test_a_break_declared_by_two_people_at_once_is_refused_by_its_field(monkeypatch):
    make_break(from_on=date(2025, 3, 1))
    nothing = KnownBreak.objects.none()
    monkeypatch.setattr(KnownBreak.objects, "standing", lambda: nothing)
    given = BreakFields(from_on=date(2025, 3, 1), reason_fr="Compteur remplacé")
    with pytest.raises(ValidationError) as caught:
        known_breaks.declare(given=given, by=None, at=NOW)
    assert "from_on" in caught.value.message_dict


# ---------------------------------------------------------------- words and links


def test_an_early_opening_is_early():
    assert lateness(2.04).replace("\xa0", " ") == "2,0 mois plus tard"
    assert lateness(-2.0).replace("\xa0", " ") == "2,0 mois plus tôt"
    assert lateness(0.0) == "à la date annoncée"
    assert lateness(None) == ""


@pytest.mark.parametrize("name", ["matrix", "gaps", "optimism", "territory-targets"])
def test_the_pages_of_the_evidence_carry_the_day_and_the_filters_on(client, director, name):
    lead = make_project(lead=make_organisation(kind="DEPARTMENT")).lead
    query = {"au": "2026-01-15", "lead": lead.code, "grade": "A"}
    text = client.get(reverse(f"indicators:{name}"), query).content.decode()
    carried = f"?lead={lead.code}&amp;au=2026-01-15"
    for other in ("matrix", "gaps", "optimism", "territory-targets"):
        assert f'href="{reverse(f"indicators:{other}")}{carried}"' in text


def test_a_list_of_results_asks_no_more_where_series_are_stored_elsewhere(client, director):
    city = City(donors=6)
    evaluate(evaluation=city.locked(), at=NOW)
    evaluate(evaluation=city.locked(design="SYNTHETIC_DID"), at=NOW + timedelta(1))
    assert EvaluationResult.objects.exclude(series_of=None).count() == 1
    address = reverse("evidence:project", args=[city.project.code])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address)
    assert not [
        q for q in asked if "indicators_evaluationresult" in q["sql"] and '"id" = ' in q["sql"]
    ]
