"""The list follows its address; a project's page shows its record; its form keeps it safe."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolio.models import Project
from portfolio.services import projects as services
from tests.factories.portfolio import (
    NOW,
    make_estimate,
    make_milestone,
    make_phase_set,
    make_programme,
    make_project,
    make_user,
)  # fmt: skip


def listed(client, **query):
    return client.get(reverse("portfolio:projects"), query)


def page(client, project):
    return client.get(reverse("portfolio:project", args=[project.code]))


def updates(client, project):
    """One transaction holds a whole test: what was entered and what was changed tie in time."""
    changes = page(client, project).context["changes"]
    return [c for c in changes if any(record.action == "update" for record in c.records)]


def test_the_list_shows_what_i_may_read_and_no_more(client, agent):
    shown = [make_project(), make_project(visibility="INTERNAL"),
             make_project(visibility="DRAFT", manager=agent)]  # fmt: skip
    make_project(visibility="DRAFT")
    response = listed(client)
    assert {row.code for row in response.context["rows"]} == {project.code for project in shown}
    assert response.context["totals"].count == 3


def test_totals_follow_the_filter_and_say_what_they_cover(client, agent):
    programme = make_programme()
    make_project(cost=Decimal(100), programme=programme)
    make_project(cost=None, programme=programme)
    make_project(cost=Decimal(5000))
    totals = listed(client, programme=programme.code).context["totals"]
    assert (totals.count, totals.costed, totals.current_eur) == (2, 1, Decimal(100))


def test_no_estimate_at_all_is_unknown_and_not_zero(client, agent):
    make_project(cost=None)
    assert listed(client).context["totals"].current_eur is None


def test_an_empty_filter_says_any_as_on_the_public_list(client, agent):
    make_project()
    form = listed(client).context["found"].form
    public = client.get("/projets/").context["listing"].form
    for name in ("programme", "phase", "state", "zone"):
        first = [next(iter(shown.fields[name].choices)) for shown in (form, public)]
        assert first[0] == first[1]
        assert "---" not in str(first[0][1])


def test_a_filter_is_a_chip_that_can_be_taken_away(client, agent):
    make_project()
    (chip,) = listed(client, state="ACTIVE", page="2").context["found"].chips
    assert chip.address == "?all=1"


def test_an_address_that_means_nothing_says_so_and_lists_nothing(client, agent):
    make_project()
    response = listed(client, state="NOWHERE")
    assert list(response.context["rows"]) == []
    assert 'role="alert"' in response.content.decode()


def test_the_file_holds_the_filtered_list_with_exact_figures(client, agent):
    project = make_project(cost=Decimal("1234567.89"))
    make_milestone(project)
    make_project(state="SUSPENDED")
    response = client.get(reverse("portfolio:projects-csv"), {"state": "ACTIVE"})
    text = response.content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text), delimiter=";")
    assert (row["code"], row["current_cost_eur"]) == (project.code, "1234567.89")
    assert row["milestone_current_on"] == "2027-03-01"


def test_a_name_that_is_a_formula_stays_a_text_in_the_file(client, agent):
    make_project(name_fr="=1+1", name_en="")
    text = client.get(reverse("portfolio:projects-csv")).content.decode("utf-8-sig")
    assert ";'=1+1;" in text


def test_the_number_of_queries_does_not_grow_with_the_list(
    client, agent, django_assert_num_queries, django_assert_max_num_queries
):
    make_milestone(make_project())
    with django_assert_max_num_queries(16) as few:
        listed(client)
    for _ in range(7):
        make_milestone(make_project())
    with django_assert_num_queries(len(few.captured_queries)):
        listed(client)


def test_the_page_of_a_draft_of_others_does_not_exist(client, agent):
    assert page(client, make_project(visibility="DRAFT")).status_code == 404


def test_the_page_shows_milestones_costs_and_a_way_to_the_sheet(client, agent):
    project = make_project()
    make_milestone(project, original_on=date(2027, 3, 1), current_on=date(2027, 11, 1))
    make_estimate(project, Decimal(2_000_000), reason="Pollution")
    response = page(client, project)
    assert [one.milestone.current_on for one in response.context["milestones"]] == [
        date(2027, 11, 1)
    ]
    text = response.content.decode()
    assert "Pollution" in text
    assert reverse("reports:project-sheet", args=[project.code]) in text
    assert f'hx-get="{reverse("indicators:project-effects", args=[project.code])}"' in text
    assert f'href="/projets/{project.code}/"' in text


def test_an_internal_project_has_no_link_to_a_public_page(client, agent):
    project = make_project(visibility="INTERNAL")
    assert f'href="/projets/{project.code}/"' not in page(client, project).content.decode()


def test_the_history_says_who_changed_what_and_why(client, agent):
    project = make_project(manager=agent)
    services.update(
        project=project, changes={"visibility": "INTERNAL", "name_fr": "Nouveau"}, by=agent,
        reason="Recours en cours", at=NOW + timedelta(days=1),
    )  # fmt: skip
    (change,) = updates(client, project)
    assert (change.author, change.reason) == (str(agent), "Recours en cours")
    (record,) = change.records
    assert {(field.before, field.after) for field in record.fields} >= {
        (project.name_fr, "Nouveau")
    }
    assert len(record.fields) == 2


def test_the_history_names_the_record_and_writes_days_as_the_language_does(client, agent):
    project = make_project(manager=agent)
    milestone = make_milestone(project, name_fr="Ouverture", current_on=date(2027, 3, 1))
    milestone.current_on = date(2027, 11, 1)
    milestone.save()
    (change,) = updates(client, project)
    (record,) = change.records
    assert record.subject == "Ouverture"
    assert [(field.before, field.after) for field in record.fields] == [
        ("1er mars 2027", "1er novembre 2027")
    ]


# ---------------------------------------------------------------- the form


@pytest.fixture
def mine(agent) -> Project:
    return make_project(manager=agent)


def form_of(project: Project, **given) -> dict[str, object]:
    stored = {
        "name_fr": project.name_fr, "name_en": project.name_en, "summary_fr": "", "summary_en": "",
        "phase": project.phase_id, "visibility": project.visibility, "reason": "Point mensuel",
        "seen_at": project.updated_at.isoformat(),
    }  # fmt: skip
    return stored | given


def send(client, project: Project, **given):
    address = reverse("portfolio:project-edit", args=[project.code])
    return client.post(address, form_of(project, **given))


def test_a_change_is_stored_with_its_author_and_reason(client, agent, mine):
    response = send(client, mine, name_fr="Autre nom")
    assert response.url == reverse("portfolio:project", args=[mine.code]) + "#facts"
    mine.refresh_from_db()
    assert mine.name_fr == "Autre nom"
    (change,) = updates(client, mine)
    assert (change.author, change.reason) == (str(agent), "Point mensuel")


@pytest.mark.parametrize("given", [{"reason": " "}, {"name_fr": ""}, {"visibility": "SECRET"}])
def test_what_is_wrong_is_listed_and_nothing_is_stored(client, mine, given):
    response = send(client, mine, **({"name_en": "Other"} | given))
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    mine.refresh_from_db()
    assert mine.name_en != "Other"


def test_a_phase_of_another_phase_set_is_refused(client, mine):
    foreign = make_phase_set("batiment").phases.first()
    assert send(client, mine, phase=foreign.pk).status_code == 422


def test_a_record_that_somebody_else_changed_meanwhile_is_not_overwritten(client, mine):
    Project.objects.filter(pk=mine.pk).update(name_fr="Le leur", updated_at=timezone.now())
    response = send(client, mine, name_fr="Le mien")
    assert response.status_code == 422
    assert response.context["form"].has_error("__all__", code="stale")
    mine.refresh_from_db()
    assert mine.name_fr == "Le leur"


@pytest.mark.parametrize("seen_at", ["", "hier", "2026-99-99T00:00:00Z"])
def test_a_form_that_says_not_when_it_was_opened_is_refused(client, mine, seen_at):
    assert send(client, mine, seen_at=seen_at).status_code == 422


def test_a_project_of_others_cannot_be_changed_nor_its_form_seen(client, agent):
    others = make_project(manager=make_user())
    assert client.get(reverse("portfolio:project-edit", args=[others.code])).status_code == 404
    assert send(client, others, name_fr="Autre").status_code == 404


def test_the_form_of_my_project_opens_with_what_is_stored(client, mine):
    response = client.get(reverse("portfolio:project-edit", args=[mine.code]))
    assert response.context["form"]["name_fr"].value() == mine.name_fr
    assert response.context["form"]["seen_at"].value() == mine.updated_at.isoformat()


def test_a_form_asked_for_by_a_script_takes_the_place_of_its_block(client, mine):
    address = reverse("portfolio:project-edit", args=[mine.code])
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert 'id="block-facts"' in text
    assert "<html" not in text


def test_a_change_sent_by_a_script_shows_its_block_again_with_the_news(client, mine):
    address = reverse("portfolio:project-edit", args=[mine.code])
    sent = form_of(mine, name_fr="Autre nom")
    response = client.post(address, sent, headers={"HX-Request": "true"}, follow=True)
    text = response.content.decode()
    assert 'id="block-facts"' in text
    assert 'hx-swap-oob="true"' in text
    assert "<html" not in text


def test_a_block_shown_again_brings_those_that_show_the_same_facts(client, mine):
    make_milestone(mine, name_fr="Pose des rails")
    text = client.get(reverse("portfolio:block", args=[mine.code, "milestones"])).content.decode()
    for name in ("facts", "changed", "calendar", "history"):
        assert f'id="body-{name}" hx-swap-oob="true"' in text
    assert text.count('id="body-milestones"') == 1
    assert 'id="body-milestones" hx-swap-oob' not in text


@pytest.mark.parametrize("name", ["facts", "milestones", "costs", "money", "place", "history"])
def test_each_block_can_be_had_alone(client, mine, name):
    response = client.get(reverse("portfolio:block", args=[mine.code, name]))
    assert f'id="block-{name}"' in response.content.decode()


def test_a_block_that_does_not_exist_answers_404(client, mine):
    assert client.get(reverse("portfolio:block", args=[mine.code, "soul"])).status_code == 404
