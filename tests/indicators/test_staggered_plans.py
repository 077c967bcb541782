"""Plans whose treated zones begin on several dates: drafted, locked, judged, told."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from indicators.models import EvaluationZone, ObservationVersion
from indicators.queries.evaluation_figures import figures_of
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from indicators.services.power import detectable
from tests.factories.evaluations import BEFORE, DRAFTED, NOW, OPENED, City
from tests.factories.portfolio import make_user

pytestmark = pytest.mark.django_db
SECOND = date(2024, 3, 1)


@pytest.fixture
def director(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def two_dates(city: City, *, design: str = "DIFFERENCE_IN_DIFFERENCES"):
    """The first zone on the date of the intervention, another of them a year later."""
    plan = city.plan(design=design)
    zones = [city.treated, city.donors[0]]
    evaluations.choose_zones(evaluation=plan, role="TREATED", zones=zones, at=DRAFTED)
    starts = {city.treated.code: None, city.donors[0].code: SECOND}
    evaluations.date_zones(evaluation=plan, starts=starts, at=DRAFTED)
    return plan


def move(zone, factor: float, *, since: date) -> None:
    found = ObservationVersion.objects.filter(series__zone=zone, period_start__date__gte=since)
    for one in found:
        ObservationVersion.objects.filter(pk=one.pk).update(value=one.value * factor)


def test_each_zone_is_compared_from_its_own_start(client, director):
    city = City(donors=20)
    plan = two_dates(city)
    move(city.donors[0], 0.7, since=SECOND)
    plan = evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    result = evaluate(evaluation=plan, at=NOW)
    assert result.verdict == "SHOWN"
    assert result.effect["relative"] == pytest.approx(-0.3, abs=0.05)
    own = {one["zone"]: one["point"] for one in result.effect["by_zone"]}
    assert own[city.treated.code] == pytest.approx(-12, abs=2)
    assert own[city.donors[0].code] == pytest.approx(-12, abs=2)
    assert result.series["starts"] == {
        city.treated.code: "2023-03-01", city.donors[0].code: "2024-03-01",
    }  # fmt: skip
    page = client.get(reverse("evidence:evaluation", args=[plan.project.code, plan.pk]))
    text = page.content.decode()
    assert text.count("1er mars 2024") >= 2
    assert "première zone" in text
    told = client.get("/api/v1/evaluations/", {"project": plan.project.code}).json()["results"]
    assert told[0]["starts"] == {city.treated.code: str(OPENED), city.donors[0].code: str(SECOND)}


def test_the_periods_awaited_are_counted_from_the_last_start():
    city = City(donors=3)
    plan = two_dates(city)
    figures = figures_of(plan, as_of=None)
    assert figures.after == sum(day >= SECOND for day in city.months)
    assert figures.begins[city.donors[0].code].date() == SECOND


def test_a_period_that_a_start_cuts_in_two_is_left_out_of_its_zone_alone():
    city = City(donors=3)
    plan = two_dates(city)
    starts = {city.donors[0].code: date(2024, 3, 15)}
    evaluations.date_zones(evaluation=plan, starts=starts, at=DRAFTED)
    table = figures_of(plan, as_of=None).table
    cut = table.loc["2024-03-01"]
    assert [code for code in table.columns if cut.isna()[code]] == [city.donors[0].code]


def test_what_could_be_detected_keeps_the_distance_of_the_starts():
    city = City(donors=12)
    plan = two_dates(city)
    figures = figures_of(plan, as_of=None)
    moved = figures.upto(figures.start).moved(30)
    periods = list(moved.table.index)
    assert periods.index(moved.begins[city.treated.code]) == 30
    assert periods.index(moved.begins[city.donors[0].code]) == 42
    assert detectable(plan)["smallest"] > 0


@pytest.mark.parametrize(
    ("starts", "field"),
    [((None, date(2022, 1, 1)), "intervention_on"), ((None, date(2026, 1, 1)), "after_until"),
     ((SECOND, SECOND), "intervention_on")],
)  # fmt: skip
def test_dates_that_contradict_the_plan_are_not_locked(starts, field):
    city = City(donors=3)
    plan = two_dates(city)
    codes = (city.treated.code, city.donors[0].code)
    given = dict(zip(codes, starts, strict=True))
    evaluations.date_zones(evaluation=plan, starts=given, at=DRAFTED)
    with pytest.raises(ValidationError) as caught:
        evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    assert list(caught.value.message_dict) == [field]


def test_only_a_difference_in_differences_takes_several_dates():
    plan = two_dates(City(donors=3), design="SYNTHETIC_CONTROL")
    with pytest.raises(ValidationError) as caught:
        evaluations.lock(evaluation=plan, by=None, at=BEFORE)
    assert "design" in caught.value.message_dict


def test_a_zone_that_stays_keeps_its_date_and_one_compared_with_has_none():
    city = City(donors=4)
    plan = two_dates(city)
    kept = [city.treated, city.donors[0], city.donors[1]]
    evaluations.choose_zones(evaluation=plan, role="TREATED", zones=kept, at=DRAFTED)
    assert plan.evaluation_zones.get(zone=city.donors[0]).starts_on == SECOND
    compared = EvaluationZone.objects.filter(evaluation=plan, role="COMPARISON")
    with pytest.raises(IntegrityError), transaction.atomic():
        compared.update(starts_on=SECOND)


def dates_of(city, **more):
    return {"intervention_on": str(OPENED), "before_from": "2019-01-01",
            "after_until": "2025-12-31", "minimum_after": "6",
            f"start_{city.treated.code}": "", f"start_{city.donors[0].code}": str(SECOND)} | more  # fmt: skip


def step(plan, slug):
    return reverse("evidence:evaluation-step", args=[plan.project.code, plan.pk, slug])


def test_the_designer_asks_each_zone_its_date_and_keeps_it(client, director):
    city = City(donors=4)
    plan = two_dates(city)
    evaluations.date_zones(evaluation=plan, starts={}, at=timezone.now())
    assert client.post(step(plan, "dates"), dates_of(city)).status_code == 302
    assert plan.evaluation_zones.get(zone=city.donors[0]).starts_on == SECOND
    text = client.get(step(plan, "dates")).content.decode()
    assert 'value="2024-03-01"' in text
    sent = {"design": "SYNTHETIC_CONTROL", "reason": "x",
            "comparison": [zone.code for zone in city.donors[1:]]}  # fmt: skip
    refused = client.post(step(plan, "comparaison"), sent)
    assert refused.status_code == 422
    assert "design" in refused.context["form"].errors
    sent["design"] = "DIFFERENCE_IN_DIFFERENCES"
    answer = client.post(step(plan, "comparaison"), sent)
    assert answer.status_code == 302
    assert "1er mars 2024" in client.get(answer.url).content.decode()


@pytest.mark.parametrize("own", ["2022-01-01", "2026-05-01", "hier"])
def test_a_wrong_date_of_a_zone_is_told_at_its_field_and_nothing_is_lost(client, director, own):
    city = City(donors=3)
    plan = two_dates(city)
    name = f"start_{city.donors[0].code}"
    answer = client.post(step(plan, "dates"), dates_of(city, **{name: own}))
    assert answer.status_code == 422
    assert name in answer.context["form"].errors
    assert own in answer.content.decode()


def test_a_plan_of_one_zone_asks_no_date_of_it(client, director):
    plan = City(donors=3).plan()
    assert "start_" not in client.get(step(plan, "dates")).content.decode()
