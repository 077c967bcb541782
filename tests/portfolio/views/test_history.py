"""The history of a project is read, filtered, taken away; its changes are undone and restored."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portfolio.models import Project
from portfolio.services import alerts, projects
from portfolio.services.history import recorded
from tests.factories.portfolio import (
    make_credit,
    make_dependency,
    make_milestone,
    make_project,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(agent) -> Project:
    with recorded(by=None, reason="Saisie"):
        return make_project(manager=agent, name_fr="Pont", name_en="")


def change(project, by=None, reason="Point mensuel", **values):
    with recorded(by=by, reason=reason) as made:
        projects.update(project=project, changes=values, by=by, reason=reason, at=timezone.now())
    return made


def whole(client, project, **query):
    return client.get(reverse("portfolio:history", args=[project.code]), query)


def send(client, name, project, made, data=None, **options):
    address = reverse(f"portfolio:{name}", args=[project.code, made])
    return client.post(address, data or {}, **options)


def test_every_change_says_who_when_before_after_and_why(client, agent, mine):
    change(mine, by=agent, name_fr="Passerelle", visibility="DRAFT")
    first = next(
        c for c in whole(client, mine).context["page"].object_list if c.author == str(agent)
    )
    (record,) = first.records
    said = {field.name: (field.before, field.after) for field in record.fields}
    visibility = Project.Visibility
    assert said == {
        "name_fr": ("Pont", "Passerelle"),
        "visibility": (str(visibility.PUBLIC.label), str(visibility.DRAFT.label)),
    }
    assert first.reason == "Point mensuel"


def test_the_history_reads_in_english(client, agent, mine):
    change(mine, visibility="DRAFT")
    with translation.override("fr"):  # the address leaves its language active
        text = client.get(f"/en/pilotage/projets/{mine.code}/historique/").content.decode()
    assert "draft" in text
    assert "brouillon" not in text


def test_what_was_entered_says_its_values(client, agent, mine):
    with recorded(by=agent, reason="Calendrier"):
        make_milestone(mine, name_fr="Ouverture")
    found = whole(client, mine, record="portfolio.Milestone").context["page"].object_list
    ((record,),) = [change.records for change in found]
    assert record.action == "insert"
    assert "1er mars 2027" in {field.after for field in record.fields}


def test_the_filter_is_in_the_address_and_can_be_taken_away(client, agent, mine):
    other = make_user()
    change(mine, by=agent, name_fr="Un")
    change(mine, by=other, name_fr="Deux")
    response = whole(client, mine, author=agent.pk)
    assert {c.author for c in response.context["page"].object_list} == {str(agent)}
    assert [chip.address for chip in response.context["chips"]] == ["?"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert len(whole(client, mine, since=tomorrow.isoformat()).context["page"].object_list) == 0


@pytest.mark.parametrize(
    "query", [{"author": "x"}, {"record": "auth.User"}, {"since": "hier"}, {"page": "9" * 30}]
)
def test_a_filter_that_means_nothing_breaks_nothing(client, mine, query):
    assert whole(client, mine, **query).status_code == 200


def test_the_history_is_paginated(client, mine):
    for number in range(31):
        change(mine, name_fr=f"Nom {number}")
    page = whole(client, mine).context["page"]
    assert (page.paginator.num_pages, len(page.object_list)) == (2, 30)


def test_the_number_of_queries_does_not_grow_with_the_history(
    client, agent, mine, django_assert_max_num_queries
):
    change(mine, by=agent, name_fr="Un")
    with django_assert_max_num_queries(60) as few:
        whole(client, mine)
    for number in range(8):
        change(mine, by=agent, name_fr=f"Nom {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        whole(client, mine)


def test_the_file_holds_a_line_a_value_and_runs_no_formula(client, agent, mine):
    change(mine, by=agent, name_fr="=1+1")
    response = client.get(reverse("portfolio:history-csv", args=[mine.code]))
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    row = next(row for row in rows if row["author"] == str(agent))
    assert (row["before"], row["after"]) == ("Pont", "'=1+1")


# ---------------------------------------------------------------- undo, restore


def edit(client, project, **given):
    address = reverse("portfolio:project-edit", args=[project.code])
    form = client.get(address).context["form"]
    sent = {field.name: field.value() or "" for field in form} | {"reason": "Point"} | given
    return client.post(address, sent, follow=True)


def test_the_news_of_a_change_offers_to_undo_it(client, mine):
    text = edit(client, mine, name_fr="Passerelle").content.decode()
    address = text.split('class="toast ')[1].split('action="')[1].split('"')[0]
    response = client.post(address.replace("&amp;", "&"), follow=True)
    mine.refresh_from_db()
    assert mine.name_fr == "Pont"
    assert "toast--success" in response.content.decode()


def test_saving_what_is_already_so_offers_nothing_to_undo(client, mine):
    assert "annuler/" not in edit(client, mine).content.decode().split('id="block-history"')[0]


def test_the_news_of_an_act_says_to_enter_the_opposite_one(client, mine):
    address = reverse("portfolio:act-add", args=[mine.code])
    act = {"kind": "VOTED", "section": "INVESTMENT", "amount_eur": "1000", "reason": "Vote",
           "voted_on": "2026-01-01", "deliberation": "2026-1", "seen": "{}"}  # fmt: skip
    text = client.post(address, act, follow=True).content.decode()
    toast = text.split('class="toast ')[1].split("</div>")[0]
    assert "<form" not in toast
    assert _("It is not undone: to correct it, enter the opposite act.") in toast


def test_undoing_by_a_script_shows_the_block_again(client, mine):
    made = change(mine, name_fr="Passerelle")
    address = reverse("portfolio:change-undo", args=[mine.code, made]) + "?block=facts"
    response = client.post(address, headers={"HX-Request": "true"}, follow=True)
    assert 'id="block-facts"' in response.content.decode()
    mine.refresh_from_db()
    assert mine.name_fr == "Pont"


@pytest.mark.parametrize("block", ["soul", "../..", "%0a", "<b>", "x" * 300])
def test_a_block_that_does_not_exist_is_no_way_out(client, mine, block):
    made = change(mine, name_fr="Passerelle")
    address = reverse("portfolio:change-undo", args=[mine.code, made])
    response = client.post(f"{address}?block={block}")
    assert response.status_code == 302
    assert response.url.startswith("/pilotage/projets/")


@pytest.mark.parametrize("name", ["change-undo", "change-restore"])
def test_somebody_elses_project_cannot_be_put_back(client, agent, name):
    others = make_project(manager=make_user())
    made = change(others, name_fr="Passerelle")
    assert send(client, name, others, made, {"reason": "x"}).status_code == 404
    others.refresh_from_db()
    assert others.name_fr == "Passerelle"


@pytest.mark.parametrize("name", ["change-undo", "change-restore"])
def test_a_change_of_another_project_or_of_none_answers_404(client, agent, mine, name):
    others = make_project(manager=make_user())
    made = change(others, name_fr="Passerelle")
    for forged in (made, uuid4()):
        assert send(client, name, mine, forged, {"reason": "x"}).status_code == 404
    others.refresh_from_db()
    assert others.name_fr == "Passerelle"


def test_an_undoing_that_is_refused_says_who_wrote_since(client, agent, mine):
    made = change(mine, name_fr="Passerelle")
    change(mine, by=agent, name_fr="Pont neuf")
    text = send(client, "change-undo", mine, made, follow=True).content.decode()
    assert "toast--error" in text
    assert str(agent) in text
    mine.refresh_from_db()
    assert mine.name_fr == "Pont neuf"


def test_an_undoing_is_a_post(client, mine):
    made = change(mine, name_fr="Passerelle")
    address = reverse("portfolio:change-undo", args=[mine.code, made])
    assert client.get(address).status_code == 405


def test_restoring_shows_first_what_it_would_change(client, mine):
    made = change(mine, name_fr="Passerelle")
    change(mine, name_fr="Pont neuf")
    address = reverse("portfolio:change-restore", args=[mine.code, made])
    response = client.get(address)
    (record,) = response.context["steps"]
    assert [(f.before, f.after) for f in record.fields] == [("Pont neuf", "Pont")]
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Erreur de saisie"})
    mine.refresh_from_db()
    assert mine.name_fr == "Pont"


def test_the_history_of_a_draft_of_others_does_not_exist(client, agent):
    hidden = make_project(visibility="DRAFT")
    for name in ("history", "history-csv"):
        assert client.get(reverse(f"portfolio:{name}", args=[hidden.code])).status_code == 404


def test_a_name_that_one_may_not_see_is_told_by_no_history(client, agent, mine):
    hidden = make_project(name_fr="Secret", visibility="DRAFT")
    with recorded(by=None, reason="Saisie"):
        make_dependency(mine, hidden)
    pages = [
        whole(client, mine).content.decode(),
        client.get(reverse("portfolio:history-csv", args=[mine.code])).content.decode(),
        client.get(
            reverse("portfolio:project", args=[mine.code]), {"au": today()}
        ).content.decode(),
        client.get(reverse("portfolio:block", args=[mine.code, "history"])).content.decode(),
    ]
    for text in pages:
        assert hidden.name_fr not in text
        assert hidden.code not in text
    make_role(agent, "AUDITOR")
    assert "Secret" in whole(client, mine).content.decode()


def today() -> str:
    return timezone.localdate().isoformat()


@pytest.fixture
def contributor(client):
    """May change the facts of `project`, neither its money nor who sees it."""
    person, project = make_user(), make_project(name_fr="Pont")
    make_role(person, "CONTRIBUTOR", project)
    client.force_login(person)
    return project


def test_nobody_undoes_a_part_that_they_may_not_change(client, contributor):
    made = change(contributor, visibility="INTERNAL")
    with recorded(by=None, reason="Budget") as paid:
        make_credit(contributor)
    page = whole(client, contributor)
    assert page.context["may_undo"].isdisjoint({made, paid})
    for one in (made, paid):
        send(client, "change-undo", contributor, one)
        send(client, "change-restore", contributor, one, {"reason": "Je veux"})
    contributor.refresh_from_db()
    assert contributor.visibility == "INTERNAL"
    assert contributor.credits.count() == 1


def test_restoring_older_facts_does_not_change_who_sees_the_project(client, contributor):
    made = change(contributor, name_fr="Passerelle")
    change(contributor, visibility="INTERNAL")
    address = reverse("portfolio:change-restore", args=[contributor.code, made])
    assert client.get(address).context["refusal"]
    assert client.post(address, {"reason": "Je veux"}).status_code == 422
    contributor.refresh_from_db()
    assert (contributor.name_fr, contributor.visibility) == ("Passerelle", "INTERNAL")


def test_a_finance_officer_undoes_their_own_change(client):
    person, project = make_user(), make_project()
    make_role(person, "FINANCE_OFFICER", project)
    client.force_login(person)
    with recorded(by=person, reason="Budget") as made:
        make_credit(project)
    assert made in whole(client, project).context["may_undo"]
    assert send(client, "change-undo", project, made).status_code == 302
    assert not project.credits.exists()


@pytest.mark.parametrize("role", ["PROJECT_MANAGER", "ADMINISTRATOR"])
def test_a_role_that_was_taken_back_is_given_again_by_no_undoing(client, role):
    person, project = make_user(), make_project()
    make_role(person, role, None if role == "ADMINISTRATOR" else project)
    client.force_login(person)
    other = make_role(make_user(), "PROJECT_MANAGER", project)
    with recorded(by=None, reason="Départ") as made:
        type(other).objects.filter(pk=other.pk).update(withdrawn_at=timezone.now())
    send(client, "change-undo", project, made)
    send(client, "change-restore", project, made, {"reason": "Retour"})
    other.refresh_from_db()
    assert other.withdrawn_at is not None


def test_an_undoing_makes_the_alerts_follow(
    client, agent, mine, django_capture_on_commit_callbacks
):
    with recorded(by=agent, reason="Calendrier") as made:
        make_milestone(mine, current_on=timezone.localdate() - timedelta(days=3))
    alerts.reconcile(project_ids=[mine.pk], at=timezone.now())
    late = mine.alerts.filter(kind="MILESTONE_LATE", closed_at=None)
    assert late.exists()
    with django_capture_on_commit_callbacks(execute=True):
        send(client, "change-undo", mine, made)
    assert not late.exists()
