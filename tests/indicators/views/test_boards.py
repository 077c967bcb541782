"""The evidence of all projects: what is known, what is not, what was promised and came."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from indicators.models import Indicator
from indicators.queries.hindsight import outcomes
from indicators.results import Point
from indicators.services import targets
from indicators.services.targets import Terms
from portfolio.models import Project
from portfolio.results import Unknown
from tests.factories.indicators import make_feed, make_indicator, make_observations, make_target
from tests.factories.portfolio import (
    NOW,
    make_estimate,
    make_milestone,
    make_organisation,
    make_project,
    make_zone,
)

TODAY = date(2026, 6, 1)


def page(client, name, **query):
    return client.get(reverse(f"indicators:{name}"), query)


def promise(project, indicator, zone, *, value, start=100.0, on=date(2025, 12, 31), **terms):
    given = Terms(
        points=(Point(on, value),), baseline_value=start, baseline_on=date(2023, 12, 31), **terms
    )
    return targets.set_target(
        project=project, indicator=indicator, zone=zone, terms=given, by=None,
        reason="Plan", at=NOW,
    )  # fmt: skip


def measured_by_year(values, indicator=None):
    feed = make_feed(indicator=indicator or make_indicator(frequency="YEAR"))
    zone = make_zone()
    make_observations(feed, zone, {date(year, 1, 1): value for year, value in values.items()})
    return feed.indicator, zone


def test_half_of_a_promise_that_came_due_is_told_as_a_half(db):
    indicator, zone = measured_by_year({2024: 104.0, 2025: 110.0})
    project = make_project()
    promise(project, indicator, zone, value=120.0, effect=(5, 10, 20), effect_basis="Étude")
    (one,) = outcomes(Project.objects.all(), today=TODAY)
    assert (one.promised, one.measured, one.share, one.expected) == (20, 10, 0.5, (5, 10, 20))


def test_what_was_promised_first_counts_not_what_it_was_revised_to(db):
    indicator, zone = measured_by_year({2025: 110.0})
    target = promise(make_project(), indicator, zone, value=120.0)
    less = Terms(points=(Point(date(2025, 12, 31), 110.0),), baseline_value=100.0,
                 baseline_on=date(2023, 12, 31))  # fmt: skip
    targets.revise(target=target, terms=less, by=None, reason="Moins", at=NOW + timedelta(days=9))
    (one,) = outcomes(Project.objects.all(), today=TODAY)
    assert (one.promised, one.share) == (20, 0.5)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"on": date(2027, 12, 31)}, "NOT_DUE"),
        ({"value": 100.0, "start": 100.0, "on": date(2025, 12, 31)}, "NO_CHANGE_PROMISED"),
        ({"on": date(2023, 12, 31) + timedelta(days=30)}, "NOT_MEASURED"),
    ],
)
def test_a_share_that_cannot_be_told_says_why(db, given, reason):
    indicator, zone = measured_by_year({2025: 110.0})
    told = {"value": 120.0} | given
    if reason == "NO_CHANGE_PROMISED":
        target = make_target(project=make_project(), indicator=indicator, zone=zone,
                             points={told["on"]: 100.0}, baseline_value=100.0,
                             baseline_on=date(2023, 12, 31))  # fmt: skip
        assert target.project
    else:
        promise(make_project(), indicator, zone, **told)
    (one,) = outcomes(Project.objects.all(), today=TODAY)
    assert one.share == Unknown(reason)


def test_a_measure_by_month_is_looked_at_over_the_year_that_ends_then(db):
    feed, zone = make_feed(indicator=make_indicator(frequency="MONTH")), make_zone()
    winter = {date(2025, month, 1): 90.0 if month > 10 else 114.0 for month in range(1, 13)}
    make_observations(feed, zone, winter)
    promise(make_project(), feed.indicator, zone, value=120.0)
    (one,) = outcomes(Project.objects.all(), today=TODAY)
    assert one.measured == pytest.approx(10.0)


def test_a_year_under_way_says_nothing_of_a_promise_yet(db):
    indicator, zone = measured_by_year({2025: 110.0, 2026: 40.0})
    promise(make_project(), indicator, zone, value=120.0, on=date(2026, 3, 31))
    (one,) = outcomes(Project.objects.all(), today=TODAY)
    assert one.measured == 10.0
    (later,) = outcomes(Project.objects.all(), today=date(2027, 1, 1))
    assert later.measured == -60.0


def test_the_board_says_how_like_promises_were_kept_and_its_file_too(client, agent):
    indicator, zone = measured_by_year({2025: 110.0})
    lead = make_organisation(name_fr="Mobilités")
    for value in (110.0, 120.0, 140.0):
        promise(make_project(lead=lead), indicator, zone, value=value)
    made = page(client, "optimism")
    found = made.context["found"]
    assert (found.by_indicator[0].shares.count, found.by_indicator[0].shares.median) == (3, 0.5)
    assert found.by_department[0].about == lead
    text = made.content.decode()
    assert "50\u00a0%" in text
    assert "moins de trois cas" in text  # costs and delays: no project serves
    lines = page(client, "optimism-csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "0.5" in lines[2] or "0,5" in lines[2]


def test_whoever_promises_again_reads_how_like_promises_were_kept(client, agent):
    indicator, zone = measured_by_year({2025: 110.0})
    for value in (110.0, 120.0, 140.0):
        target = promise(make_project(manager=agent), indicator, zone, value=value)
    address = reverse("indicators:target-revise", args=[target.project.code, target.pk])
    assert "médiane 50\u00a0%" in client.get(address).content.decode()


def test_a_review_shows_cost_date_and_effects_of_one_project(client, agent):
    indicator, zone = measured_by_year({2025: 110.0})
    project = make_project()
    make_estimate(project, 1_000_000)
    make_milestone(project, is_commissioning=True, original_on=date(2025, 1, 1),
                   current_on=date(2025, 7, 1), actual_on=date(2025, 7, 1))  # fmt: skip
    promise(project, indicator, zone, value=120.0)
    text = client.get(reverse("evidence:hindsight", args=[project.code])).content.decode()
    for told in ("1 janvier 2025", "1 juillet 2025", "5,9\u00a0mois plus tard", "50\u00a0%"):
        assert told in text.replace("1er janvier", "1 janvier").replace("1er juillet", "1 juillet")
    assert "Aucune évaluation" in text


def test_the_matrix_has_projects_and_measures_and_keeps_what_is_asked_for(client, agent):
    indicator = make_indicator(name_fr="Passages de vélos")
    make_target(project=make_project(name_fr="Piste"), indicator=indicator)
    make_target(project=make_project(name_fr="Tram"))
    matrix = page(client, "matrix").context["matrix"]
    assert ([row.project.name for row in matrix.rows], len(matrix.cells)) == (["Piste", "Tram"], 2)
    assert {cell.status for _, cell in matrix.cells} == {"UNKNOWN"}
    assert page(client, "matrix", status="ON_TRACK").context["matrix"].rows == ()
    assert len(page(client, "matrix", grade="NONE").context["matrix"].rows) == 2
    lines = page(client, "matrix-csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3


def test_the_matrix_asks_as_many_questions_whatever_it_shows(
    client, agent, django_assert_max_num_queries
):
    def count() -> int:
        with django_assert_max_num_queries(60) as seen:
            page(client, "matrix")
        return len(seen)

    make_target(project=make_project())
    page(client, "matrix")
    few = count()
    for _ in range(5):
        make_target(project=make_project())
    assert count() <= few


def test_what_we_do_not_know_begins_with_what_soon_cannot_be_known(client, agent):
    today = timezone.localdate()
    silent = make_project(name_fr="Sans effet dit", state="ACTIVE")
    opens = make_project(name_fr="Ouvre bientôt", state="ACTIVE")
    make_milestone(opens, is_commissioning=True, current_on=today + timedelta(days=60))
    make_target(project=opens)
    gaps = page(client, "gaps").context["gaps"]
    kinds = [gap.kind for gap in gaps.shown]
    assert kinds == [
        "NO_PLAN_BEFORE_OPENING", "NO_EFFECT_PROMISED", "STATUS_UNKNOWN", "NO_EXPECTED_EFFECT"
    ]  # fmt: skip
    assert gaps.shown[1].project == silent
    only = page(client, "gaps", quoi="STATUS_UNKNOWN")
    assert [gap.kind for gap in only.context["gaps"].shown] == ["STATUS_UNKNOWN"]
    text = only.content.decode()
    assert "On ne sait pas où en est l’effet" in text
    assert len(page(client, "gaps-csv").content.decode().splitlines()) == 5


@pytest.mark.parametrize("name", ["matrix", "gaps", "optimism"])
def test_a_filter_that_is_set_is_told_in_words(client, agent, name):
    lead = make_organisation(code="dir-mob", name_fr="Direction des mobilités")
    make_target(project=make_project(lead=lead))
    (chip,) = page(client, name, lead="dir-mob").context["chips"]
    assert chip.label.endswith("Direction des mobilités")


def test_the_chip_of_a_status_says_its_name_not_its_code(client, agent):
    (chip,) = page(client, "matrix", status="UNKNOWN").context["chips"]
    assert chip.label.endswith("Pas encore connu")


def test_a_kind_of_question_that_does_not_exist_asks_for_all_on_the_page_and_in_the_file(
    client, agent
):
    make_target(project=make_project(state="ACTIVE"))
    assert len(page(client, "gaps", quoi="RIEN").context["gaps"].shown) == 2
    assert len(page(client, "gaps-csv", quoi="RIEN").content.decode().splitlines()) == 3


def test_drafts_of_others_are_in_none_of_them(client, agent):
    hidden = make_project(name_fr="Projet caché", visibility="DRAFT", state="ACTIVE")
    make_target(project=hidden)
    for name in ("matrix", "gaps", "optimism", "matrix-csv", "gaps-csv", "optimism-csv"):
        assert "caché" not in page(client, name).content.decode("utf-8")


def test_an_address_that_asks_for_nothing_that_exists_shows_nothing(client, agent):
    make_target(project=make_project())
    made = page(client, "matrix", lead="personne")
    assert made.context["matrix"].rows == ()
    assert "n’existe pas" in made.content.decode()
    assert Indicator.objects.exists()


def test_the_matrix_of_another_day_says_of_which_and_keeps_it_while_one_filters(client, agent):
    make_target(project=make_project())
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    text = page(client, "matrix", au=day).content.decode()
    assert "Chiffres connus au" in text
    assert f'<input type="hidden" name="au" value="{day}">' in text
    assert "known-on" in page(client, "matrix", au="hier").content.decode()
    assert "known-on" not in page(client, "matrix").content.decode()


def test_the_kinds_of_questions_are_those_of_the_filtered_projects(client, agent):
    lead = make_organisation(code="voirie")
    make_project(lead=lead, state="ACTIVE")
    make_project(state="ACTIVE")
    text = page(client, "gaps", lead="voirie").content.decode()
    assert 'href="?lead=voirie&amp;quoi=NO_EFFECT_PROMISED"' in text
    only = page(client, "gaps", lead="voirie", quoi="NO_EFFECT_PROMISED").content.decode()
    assert '<input type="hidden" name="quoi" value="NO_EFFECT_PROMISED">' in only


def test_no_project_is_not_told_as_no_open_question(client, agent):
    make_project(state="ACTIVE")
    wrong = page(client, "gaps", lead="personne").content.decode()
    assert "n’existe pas" in wrong
    assert "Aucune question" not in wrong
    assert "n’existe pas" in page(client, "optimism", lead="personne").content.decode()
    Project.objects.update(state="SUSPENDED")
    assert "Aucune question" not in page(client, "gaps").content.decode()
