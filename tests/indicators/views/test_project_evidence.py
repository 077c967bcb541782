"""The page of a project's evidence, its CSV, and where else its forecasts are told."""

import csv
import io
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.factories.forecasts import make_forecast, make_measured_target
from tests.factories.indicators import make_target
from tests.factories.portfolio import make_project

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def address(project, name: str = "project", *more) -> str:
    return reverse(f"evidence:{name}", args=[project.code, *more])


def page_of(client, project, **query) -> str:
    answer = client.get(address(project), query)
    assert answer.status_code == 200
    return answer.content.decode()


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def test_each_target_has_its_chance_its_fan_and_what_it_does_not_prove(client, agent):
    target = make_measured_target(project=make_project())
    make_forecast(target, 0.7, at=ago(1))
    page = page_of(client, target.project)
    assert "7 chances sur 10 d’atteindre l’objectif" in page
    assert "chart__fan--80" in page
    assert "ne dit pas que le projet en est la cause" in page
    assert "78" in page


def test_an_outdated_forecast_says_so(client, agent):
    target = make_measured_target(project=make_project())
    make_forecast(target, at=ago(1))  # its digest is not that of the figures
    assert "ont changé depuis" in page_of(client, target.project)


def test_earlier_forecasts_are_told_and_read_again_as_of_their_day(client, agent):
    target = make_measured_target(project=make_project())
    make_forecast(target, 0.3, at=ago(40))
    make_forecast(target, 0.7, at=ago(1))
    day = timezone.localdate(ago(40)).isoformat()
    page = page_of(client, target.project)
    assert "7 chances sur 10 d’atteindre" in page
    assert f"?au={day}" in page
    then = page_of(client, target.project, au=day)
    assert "3 chances sur 10 d’atteindre" in then
    assert "7 chances sur 10 d’atteindre" not in then
    before = page_of(client, target.project, au=timezone.localdate(ago(50)).isoformat())
    assert "chances sur 10 d’atteindre" not in before


def test_the_evidence_of_another_day_leads_to_the_chain_of_that_day(client, agent):
    project, day = make_project(), timezone.localdate(ago(50)).isoformat()
    chain = reverse("indicators:chain", args=[project.code])
    assert f'href="{chain}?au={day}"' in page_of(client, project, au=day)
    assert f'href="{chain}"' in page_of(client, project)


def test_a_target_without_a_forecast_says_when_it_comes(client, agent):
    page = page_of(client, make_target(project=make_project()).project)
    assert "elle est calculée pendant la nuit" in page


def test_too_early_is_told_with_what_is_needed(client, agent):
    target = make_target(project=make_project())
    make_forecast(target, None, at=ago(1))
    assert "5 valeurs sont connues, il en faut 8" in page_of(client, target.project)


def test_a_project_without_targets_says_so(client, agent):
    assert "Aucun effet attendu pour l’instant" in page_of(client, make_project())


def test_the_csv_has_the_forecast(client, agent):
    target = make_measured_target(project=make_project())
    make_forecast(target, at=ago(1))
    answer = client.get(address(target.project, "forecast-csv", target.pk))
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=csv.Sniffer().sniff(text).delimiter))
    assert [row["kind"] for row in rows].count("FORECAST") == 2


def test_the_csv_of_a_target_of_another_project_is_not_there(client, agent):
    other = make_measured_target(project=make_project())
    assert client.get(address(make_project(), "forecast-csv", other.pk)).status_code == 404


def test_the_evidence_of_a_draft_of_others_does_not_exist(client, agent):
    target = make_target(project=make_project(visibility="DRAFT"))
    assert client.get(address(target.project)).status_code == 404
    assert client.get(address(target.project, "forecast-csv", target.pk)).status_code == 404


def test_the_effects_of_the_project_tell_the_chance_and_lead_to_the_evidence(client, agent):
    target = make_measured_target(project=make_project())
    make_forecast(target, at=ago(1))
    effects = client.get(reverse("indicators:project-effects", args=[target.project.code]))
    assert "7 chances sur 10" in effects.content.decode()
    assert address(target.project) in effects.content.decode()
    record = client.get(reverse("portfolio:project", args=[target.project.code]))
    assert address(target.project) in record.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_targets(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    project = make_project()
    make_forecast(make_measured_target(10, project=project), at=ago(1))
    with django_assert_max_num_queries(20) as few:
        page_of(client, project)
    for _ in range(3):
        target = make_measured_target(10, project=project)
        make_forecast(target, at=ago(2))
        make_forecast(target, at=ago(1))
    with django_assert_num_queries(len(few.captured_queries)):
        page_of(client, project)
