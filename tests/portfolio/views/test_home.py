"""Home says what needs me: late milestones, grown costs, my projects."""

from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from tests.factories.portfolio import make_estimate, make_milestone, make_project


def home(client):
    return client.get(reverse("portfolio:home"))


def test_a_milestone_that_slipped_or_whose_day_has_passed_is_late(client, agent):
    project = make_project(manager=agent)
    soon = timezone.localdate() + timedelta(days=30)
    make_milestone(project, name_fr="À l'heure", original_on=soon, current_on=soon)
    make_milestone(project, name_fr="Glissé", original_on=soon, current_on=soon + timedelta(days=9))
    make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2020, 1, 1))
    late = home(client).context["late"]
    assert [item.is_overdue for item in late] == [True, False]


def test_a_milestone_reached_is_not_late(client, agent):
    project = make_project(manager=agent)
    make_milestone(project, original_on=date(2020, 1, 1), actual_on=date(2021, 1, 1))
    assert home(client).context["late"] == []


def test_a_suspended_project_is_not_late(client, agent):
    project = make_project(manager=agent, state="SUSPENDED")
    make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2020, 1, 1))
    assert home(client).context["late"] == []


def test_a_cost_above_the_first_estimate_is_shown_with_its_growth(client, agent):
    project = make_project(manager=agent, cost=Decimal(100))
    make_estimate(project, Decimal(125), reason="Fondations")
    make_project(manager=agent, cost=Decimal(100))
    (overrun,) = home(client).context["overruns"]
    assert (overrun.project_code, overrun.percent, overrun.reason) == (
        project.code, Decimal(25), "Fondations",
    )  # fmt: skip


def test_a_first_estimate_of_zero_gives_no_percentage(client, agent):
    project = make_project(manager=agent, cost=Decimal(0))
    make_estimate(project, Decimal(125))
    (overrun,) = home(client).context["overruns"]
    assert overrun.percent is None


def test_projects_of_my_department_and_mine_are_mine_and_no_other(client, agent):
    wanted = {make_project(manager=agent).code, make_project(lead=agent.organisation).code}
    make_project()
    assert {row.code for row in home(client).context["rows"]} == wanted


def test_the_evidence_is_loaded_apart(client, agent):
    make_project(manager=agent)
    page = home(client).content.decode()
    assert f'hx-get="{reverse("indicators:my-effects")}"' in page


def test_the_number_of_queries_does_not_grow_with_the_projects(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    def fill(count: int) -> None:
        for _ in range(count):
            project = make_project(manager=agent)
            make_estimate(project, Decimal(9_000_000))
            make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2021, 1, 1))

    fill(1)
    with django_assert_max_num_queries(24) as few:
        home(client)
    fill(6)
    with django_assert_num_queries(len(few.captured_queries)):
        home(client)


def test_somebody_without_projects_is_not_told_that_all_is_well(client, agent):
    make_project()
    text = client.get("/en/pilotage/").content.decode()
    assert "You steer no project yet" in text
    for said in (
        "No milestone is late",
        "No cost has grown",
        "Effects to look at",
        "you steer</p>",
    ):
        assert said not in text
    make_project(manager=agent)
    assert "No cost has grown" in client.get("/en/pilotage/").content.decode()


def test_the_others_are_counted_before_they_are_unfolded(client, agent):
    project = make_project(manager=agent)
    for _ in range(7):
        make_milestone(project, original_on=date(2020, 1, 1), current_on=date(2020, 1, 1))
    assert "Show the 2 others" in client.get("/en/pilotage/").content.decode()
    project.milestones.first().delete()
    assert "Show the other one" in client.get("/en/pilotage/").content.decode()
