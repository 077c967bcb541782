from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories.forecasts import make_forecast, make_measured_target
from tests.factories.indicators import make_target
from tests.factories.portfolio import NOW, make_project, make_user

pytestmark = pytest.mark.django_db
FORECASTS = "/api/v1/forecasts/"


def results(client, **query) -> list[dict]:
    answer = client.get(FORECASTS, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_a_forecast_comes_with_its_chance_its_range_and_its_record(client):
    target = make_measured_target(10, project=make_project(code="P-1"))
    make_forecast(target, 0.7)
    (row,) = results(client, project="P-1")
    assert (row["target"], row["project"]) == (target.pk, "P-1")
    found = row["forecast"]
    assert found["chance"] == {
        "probability": 0.7, "low": pytest.approx(0.6), "high": pytest.approx(0.8),
        "reached_on": "2027-09-01",
    }  # fmt: skip
    assert (found["record"]["coverage80"], found["record"]["naive"]) == (0.78, 0.83)
    assert (found["reason"], found["is_outdated"], found["fan"]) == ("", True, [])


def test_the_fan_is_given_where_it_is_asked_for(client):
    make_forecast(make_measured_target(10))
    (row,) = results(client, fan="true")
    first, last = row["forecast"]["fan"]
    assert (first["on"], last["mean"]) == ("2026-06-01", 152.0)
    assert first["lower95"] < first["lower80"] < first["lower50"] < first["mean"]


def test_what_cannot_be_forecast_says_why(client):
    make_forecast(make_target(), None)
    (row,) = results(client)
    found = row["forecast"]
    assert (found["reason"], found["chance"]) == ("TOO_FEW_POINTS", None)
    assert (found["points_known"], found["points_needed"]) == (5, 8)


def test_a_target_that_was_never_forecast_has_none(client):
    make_target()
    assert [row["forecast"] for row in results(client)] == [None]


def test_a_forecast_is_read_as_it_stood_at_an_instant(client):
    target = make_measured_target(10)
    make_forecast(target, 0.3, at=NOW - timedelta(days=30))
    make_forecast(target, 0.7, at=NOW)
    then = (NOW - timedelta(days=1)).isoformat()
    assert [r["forecast"]["chance"]["probability"] for r in results(client, as_of=then)] == [0.3]
    assert [r["forecast"]["chance"]["probability"] for r in results(client)] == [0.7]


def test_forecasts_of_hidden_projects_are_hidden(client):
    target = make_target(project=make_project(code="P-I", visibility="INTERNAL"))
    make_forecast(target, at=timezone.now())
    assert results(client) == []
    assert client.get(FORECASTS, {"project": "P-I"}).status_code == 400
    client.force_login(make_user())
    assert [row["target"] for row in results(client, project="P-I")] == [target.pk]


def test_a_parameter_that_cannot_be_read_is_refused(client):
    assert client.get(FORECASTS, {"fam": "true"}).status_code == 400


def test_many_forecasts_take_no_more_queries_than_one(client, django_assert_max_num_queries):
    for _ in range(4):
        make_forecast(make_measured_target(10))
    with django_assert_max_num_queries(12):
        assert len(results(client)) == 4
