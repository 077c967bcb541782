"""What an item of an agenda rests on: chosen when it is put, tried before the room, frozen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portfolio.models import AgendaItem, Decision
from portfolio.queries.decision_grounds import grounds
from portfolio.services import exercises, meetings, weighing
from portfolio.services.exercises import leaves_of
from tests.factories.governance import (
    decide,
    make_committee,
    make_item,
    make_meeting,
    opened,
    people,
)
from tests.factories.portfolio import NOW, make_project, make_user
from tests.factories.prioritisation import make_exercise, make_scores
from tests.factories.scenarios import make_priced, make_scenario, make_selection

pytestmark = pytest.mark.django_db
DECIDED = {"kind": "APPROVE", "text": "Le programme est retenu.", "reason": "Il tient."}


def weighed(*projects):
    """An exercise in which all projects have every score, weighed by two members, revealed."""
    exercise = make_exercise(*projects, name_fr="Priorités 2027")
    make_scores(exercise, {
        project: (400 + place, 60, 2, 1_000_000) for place, project in enumerate(projects)
    })  # fmt: skip
    for _ in range(2):
        points = {one.pk: 1.0 for one in leaves_of(exercise)}
        weighing.share_points(exercise=exercise, member=make_user(), points=points, at=NOW)
    exercises.reveal_weights(exercise=exercise, by=None, at=NOW)
    return exercise


@pytest.fixture
def priced():
    return [make_priced(code=f"ARB-{n}", name_fr=f"Projet {n}", visibility="INTERNAL")
            for n in (1, 2)]  # fmt: skip


@pytest.fixture
def item(client, priced):
    """About no project: the programme itself; its meeting is open, its chair signed in."""
    scenario = make_scenario(*priced)
    make_selection(scenario)
    found = make_item(
        make_meeting(make_committee()), subject="Programme 2027", scenario=scenario,
        exercise=weighed(*priced),
    )  # fmt: skip
    found.meeting = opened(found.meeting)
    client.force_login(found.meeting.committee.chair)
    return found


def screen(client, item, step, **query):
    return client.get(reverse("portfolio:item-screen", args=[item.pk, step]), query)


def test_the_form_of_an_item_offers_answered_scenarios_and_opened_exercises(client, priced):
    meeting = make_meeting(make_committee())
    client.force_login(meeting.committee.chair)
    answered, _never = make_scenario(*priced), make_scenario(*priced, name_fr="Jamais calculé")
    make_selection(answered)
    exercise = weighed(*priced)
    make_exercise(*priced, opened=False, name_fr="Brouillon d’exercice")
    address = reverse("portfolio:item-add", args=[meeting.pk])
    text = client.get(address).content.decode()
    assert answered.name_fr in text
    assert exercise.name_fr in text
    assert "Jamais calculé" not in text
    assert "Brouillon d’exercice" not in text
    given = {"subject": "Programme", "question": "Le retenir ?", "minutes": 10}
    client.post(address, given | {"scenario": answered.pk, "exercise": exercise.pk})
    put = AgendaItem.objects.get()
    assert (put.scenario, put.exercise) == (answered, exercise)


def test_a_scenario_that_the_writer_may_not_read_is_not_offered(client, priced):
    meeting = make_meeting(make_committee())
    client.force_login(meeting.committee.chair)
    hidden = make_scenario(*priced, make_project(visibility="DRAFT"), name_fr="Avec un brouillon")
    make_selection(hidden)
    address = reverse("portfolio:item-add", args=[meeting.pk])
    assert "Avec un brouillon" not in client.get(address).content.decode()
    given = {"subject": "Programme", "question": "Le retenir ?", "minutes": 10}
    assert client.post(address, given | {"scenario": hidden.pk}).status_code == 422
    assert not AgendaItem.objects.exists()


def test_a_decision_freezes_the_answer_and_the_ranking_that_it_rested_on(client, item, priced):
    answer = client.post(
        reverse("portfolio:item-screen", args=[item.pk, "decision"]), DECIDED | {"key": uuid4()}
    )
    assert answer.status_code == 302
    frozen = Decision.objects.get().rested_on
    assert frozen["scenario"]["inputs_sha256"] == item.scenario.results.get().inputs_sha256
    assert {row["code"] for row in frozen["scores"]["ranking"]} == {"ARB-1", "ARB-2"}
    assert frozen["scores"]["members"] == 2
    make_selection(item.scenario)  # solved again afterwards: what was frozen stays
    page = reverse("portfolio:decision", args=[Decision.objects.get().pk])
    text = client.get(page).content.decode()
    assert frozen["scenario"]["inputs_sha256"] in text
    assert "Projet 1" in text


def test_an_item_that_rests_on_nothing_freezes_nothing_more():
    assert grounds(make_item(), at=NOW) == {}


def test_a_reader_is_told_of_no_project_that_they_may_not_read(client, item, priced):
    priced[1].visibility = "DRAFT"
    priced[1].save()
    made = decide(item, snapshot=grounds(item, at=NOW))
    reader = people(item.meeting)[1]
    client.force_login(reader)
    text = client.get(reverse("portfolio:decision", args=[made.pk])).content.decode()
    assert "Projet 1" in text
    assert "Projet 2" not in text
    told = client.get("/api/v1/decisions/").content.decode()
    assert "ARB-1" in told
    assert "ARB-2" not in told
    for where in (text, told):  # its sums would tell of the other project
        assert item.scenario.results.get().inputs_sha256 not in where


def test_the_register_over_http_asks_what_may_be_read_once(client, item):
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/api/v1/decisions/").status_code == 200
        return len(asked)

    decide(item, snapshot=grounds(item, at=NOW))
    one = questions()
    for number in range(2):
        more = make_item(
            make_meeting(item.meeting.committee, at=NOW + timedelta(days=number + 1)), subject=f"Suite {number}",
            scenario=item.scenario, exercise=item.exercise,
        )  # fmt: skip
        more.meeting = opened(more.meeting)
        decide(more, snapshot=grounds(more, at=NOW))
    assert questions() == one


def test_what_an_item_rests_on_stays_where_its_writer_may_not_read_it(client, priced):
    scenario = make_scenario(*priced, make_project(visibility="DRAFT"), name_fr="Avec un brouillon")
    make_selection(scenario)
    item = make_item(subject="Programme", scenario=scenario)
    client.force_login(item.meeting.committee.chair)
    address = reverse("portfolio:item-edit", args=[item.pk])
    assert "Avec un brouillon" not in client.get(address).content.decode()
    client.post(address, {"subject": "Programme", "question": "Et maintenant ?", "minutes": 10})
    item.refresh_from_db()
    assert (item.question, item.scenario) == ("Et maintenant ?", scenario)


def test_the_programme_is_tried_before_the_room(client, item, priced):
    whole = screen(client, item, "programme").content.decode()
    assert "Projet 1" in whole
    assert 'aria-current="step"' in whole
    tried = client.get(
        reverse("portfolio:item-screen", args=[item.pk, "programme"]),
        {"essai": f"dehors:{priced[0].pk}"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert tried.strip().startswith("<div")
    assert 'id="undo"' in tried


def test_only_an_item_with_a_scenario_has_a_programme(client):
    alone = make_item()
    meetings.open_meeting(
        meeting=alone.meeting, present=[u.pk for u in people(alone.meeting)], by=None, at=NOW
    )
    client.force_login(alone.meeting.committee.chair)
    assert screen(client, alone, "programme").status_code == 404


def test_a_member_who_may_not_read_the_scenario_is_told_so(client, item, priced):
    priced[1].visibility = "DRAFT"
    priced[1].save()
    client.force_login(people(item.meeting)[1])
    text = screen(client, item, "programme").content.decode()
    assert "Projet 2" not in text
    assert "Projet 1" not in text
