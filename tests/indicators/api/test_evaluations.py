"""Evaluations over HTTP: locked plans of projects that the caller may see, with every verdict."""

from datetime import timedelta

import pytest

from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from tests.factories.evaluations import AFTER, NOW, City, make_plan, make_result
from tests.factories.portfolio import make_project, make_user

URL = "/api/v1/evaluations/"
pytestmark = pytest.mark.django_db


def results(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_an_evaluation_comes_with_its_plan_and_every_verdict(client):
    city = City(donors=6)
    plan = city.locked()
    first = evaluate(evaluation=plan, at=NOW)
    make_result(plan, computed_at=NOW + timedelta(1))
    (told,) = results(client)
    assert (told["id"], told["project"]) == (plan.pk, city.project.code)
    assert told["is_preregistered"] is True
    assert told["zones"] == [city.treated.code]
    assert told["compared_with"] == sorted(zone.code for zone in city.donors)
    assert [one["verdict"] for one in told["results"]] == ["TOO_EARLY", first.verdict]
    assert told["results"][0]["effect"] is None
    assert told["results"][1]["effect"]["point"] == first.effect["point"]
    assert "parts" not in told["results"][1]["effect"]
    assert told["results"][1]["rule"]


def test_exploratory_and_withdrawn_plans_say_so(client):
    plan = make_plan(make_project())
    evaluations.lock(evaluation=plan, by=None, at=AFTER)
    evaluations.withdraw(evaluation=plan, by=None, reason="Mauvaise date.", at=NOW)
    (told,) = results(client)
    assert told["is_preregistered"] is False
    assert told["withdrawn_reason"] == "Mauvaise date."


def test_drafts_and_projects_that_one_may_not_see_are_not_there(client):
    make_plan(make_project())
    make_plan(make_project(visibility="INTERNAL"), locked=True)
    assert results(client) == []
    client.force_login(make_user(is_superuser=True))
    assert len(results(client)) == 1


def test_it_is_asked_by_project_and_indicator_and_a_wrong_code_is_an_error(client):
    one, other = (make_plan(make_project(), locked=True) for _ in range(2))
    assert [t["id"] for t in results(client, project=one.project.code)] == [one.pk]
    assert [t["id"] for t in results(client, indicator=other.indicator.code)] == [other.pk]
    assert client.get(URL, {"project": "nulle-part"}).status_code == 400
    assert client.get(URL, {"projet": "x"}).status_code == 400
