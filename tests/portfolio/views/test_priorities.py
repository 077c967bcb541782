"""The screens of prioritisation, from the draft to the ranking."""

from decimal import Decimal

import pytest
from django.urls import reverse

from portfolio.models import Exercise, MemberWeights, Score
from portfolio.services import exercises, weighing
from tests.factories.portfolio import NOW, make_programme, make_project, make_role, make_user
from tests.factories.prioritisation import leaf, make_exercise, make_score, make_scores

pytestmark = pytest.mark.django_db


def at(name: str, *args) -> str:
    return reverse(f"portfolio:{name}", args=args)


@pytest.fixture
def director(client):
    user = make_user()
    make_role(user, "PROGRAMME_DIRECTOR")
    client.force_login(user)
    return user


@pytest.fixture
def projects():
    programme = make_programme(code="velo-essais")
    return [
        make_project(programme=programme, visibility="PUBLIC", cost=Decimal(cost))
        for cost in (2_000_000, 9_000_000, 15_000_000)
    ]


@pytest.fixture
def exercise(director, projects):
    return make_exercise(*projects, by=director, retained=1)


def signed_in_member(client):
    member = make_user()
    make_role(member, "COMMITTEE_MEMBER")
    client.force_login(member)
    return member


def test_an_exercise_is_prepared_and_opened_by_screens(client, director, projects):
    told = {"name_fr": "Arbitrage", "reference_fr": "Entretien", "draws": 400, "seed": 1,
            "reason": "Printemps", "seen": "{}"}  # fmt: skip
    client.post(at("priority-add"), told)
    exercise = Exercise.objects.get()
    new = {"kind": "NUMERIC", "points": "0 ; 0\n12,5 ; 100", "reason": "Atelier", "seen": "{}"}
    for name in ("Climat", "Accès"):
        answer = client.post(at("criterion-add", exercise.pk), new | {"name_fr": name})
        assert answer.status_code == 302
    client.post(at("candidates-add", exercise.pk), {"programme": "velo-essais"})
    client.post(at("priority-move", exercise.pk, "ouvrir"))
    exercise.refresh_from_db()
    assert exercise.state == "SCORING"
    assert leaf(exercise, "Accès").points == [[0.0, 0.0], [12.5, 100.0]]
    assert exercise.candidates.count() == 3


@pytest.mark.parametrize(
    "points", ["0 ; 0", "0 ; 0\nmille ; 100", "5 ; 0\n0 ; 100", "0 ; 10\n5 ; 100", ""]
)
def test_a_scale_that_is_none_is_told_and_what_was_typed_stays(client, director, points):
    exercise = make_exercise(opened=False)
    told = {"name_fr": "Bruit", "kind": "NUMERIC", "points": points, "reason": "x", "seen": "{}"}
    answer = client.post(at("criterion-add", exercise.pk), told)
    assert answer.status_code == 422
    assert answer.context["form"].errors["points"]
    assert answer.context["form"]["points"].value() == points


def test_a_code_that_is_no_project_is_told(client, exercise):
    answer = client.post(at("candidates-add", exercise.pk), {"codes": "nulle-part"})
    assert answer.status_code == 422
    assert "nulle-part" in answer.content.decode()


def test_what_somebody_else_changed_in_a_draft_is_told_once(client, director):
    exercise = make_exercise(opened=False)
    form = client.get(at("priority-edit", exercise.pk)).context["form"]
    told = {name: form.initial[name] for name in form.initial if form.initial[name] is not None}
    exercises.describe(exercise=exercise, fields={"retained": 2}, by=None, reason="x", at=NOW)
    told |= {"name_fr": "Le mien", "reason": "Nom"}
    answer = client.post(at("priority-edit", exercise.pk), told)
    assert answer.status_code == 422
    seen = answer.context["form"]["seen"].value()
    assert client.post(at("priority-edit", exercise.pk), told | {"seen": seen}).status_code == 302


def test_a_member_scores_a_project_from_one_criterion_to_the_next(client, exercise, projects):
    signed_in_member(client)
    candidate = exercise.candidates.get(project=projects[0])
    first, second = leaf(exercise, "CO2 évité"), leaf(exercise, "Fraîcheur")
    told = {"central": "1 200,5", "low": "800", "justification": "Étude", "seen": "0",
            "then": "next"}  # fmt: skip
    answer = client.post(at("priority-score", exercise.pk, candidate.pk, first.pk), told)
    assert answer.url == at("priority-score", exercise.pk, candidate.pk, second.pk)
    assert (Score.objects.get().low, Score.objects.get().central) == (800, 1200.5)


def test_a_judgement_without_its_reasons_is_refused_and_nothing_is_lost(client, exercise, projects):
    candidate = exercise.candidates.get(project=projects[0])
    page = at("priority-score", exercise.pk, candidate.pk, leaf(exercise, "Fraîcheur").pk)
    answer = client.post(page, {"central": "70", "justification": "", "seen": "0"})
    assert answer.status_code == 422
    assert answer.context["form"]["central"].value() == "70"
    assert not Score.objects.exists()


def test_two_who_score_at_once_are_told_and_the_second_decides(client, exercise, projects):
    candidate = exercise.candidates.get(project=projects[0])
    page = at("priority-score", exercise.pk, candidate.pk, leaf(exercise, "Accès").pk)
    make_score(exercise, projects[0], "Accès", 2)
    answer = client.post(page, {"central": "1", "justification": "Carte", "seen": "0"})
    assert answer.status_code == 422
    assert answer.context["form"]["seen"].value() == "1"
    client.post(page, {"central": "1", "justification": "Carte", "seen": "1"})
    assert [one.central for one in Score.objects.order_by("version")] == [2, 1]


def test_the_register_is_read_when_it_is_asked_for(client, exercise):
    client.post(at("priority-move", exercise.pk, "mesurer"))
    assert Score.objects.filter(source="REGISTER").count() == 3
    page = client.get(at("priority-score", exercise.pk, exercise.candidates.first().pk,
                         leaf(exercise, "Coût").pk))  # fmt: skip
    assert "version 1" in page.content.decode()


def test_points_are_kept_and_a_wrong_one_is_told(client, exercise):
    member = signed_in_member(client)
    names = [f"points_{one.pk}" for one in exercises.leaves_of(exercise)]
    answer = client.post(at("priority-weigh", exercise.pk, "points"), dict.fromkeys(names, "x"))
    assert answer.status_code == 422
    client.post(at("priority-weigh", exercise.pk, "points"), dict.fromkeys(names, "10"))
    assert set(MemberWeights.objects.get(member=member).weights.values()) == {0.25}


def test_comparisons_that_contradict_each_other_are_kept_and_named(client, exercise):
    signed_in_member(client)
    answers = {}
    for name, (one, other) in weighing.pairs_of(exercise):
        turn = {("Climat", "Accès"): "9", ("Accès", "Coût"): "9", ("Climat", "Coût"): "1/9"}
        answers[f"pair_{name}"] = turn.get((one.name_fr, other.name_fr), "1")
    page = at("priority-weigh", exercise.pk, "comparaisons")
    answer = client.post(page, answers, follow=True)
    (triad,) = answer.context["triads"]
    assert triad.circular
    assert MemberWeights.objects.get().consistency > 0.1


def test_choices_are_kept_one_by_one_and_taken_back(client, exercise):
    signed_in_member(client)
    page = at("priority-weigh", exercise.pk, "choix")
    for _ in range(2):
        asked = client.get(page).context["asked"]
        told = {"one": asked.one.pk, "other": asked.other.pk, "part": asked.choice.part}
        client.post(page, told | {"answer": "FIRST"})
    assert len(client.get(page).context["answers"]) == 2
    client.post(page, {"drop": "2"})
    assert len(client.get(page).context["answers"]) == 1
    assert client.post(page, {"answer": "FIRST"}).status_code == 422


def test_weights_of_others_are_nowhere_until_their_owner_reveals_them(client, exercise, director):
    member = make_user(first_name="Aliénor", last_name="Quatremain")
    points = {one.pk: 1.0 for one in exercises.leaves_of(exercise)}
    weighing.share_points(exercise=exercise, member=member, points=points, at=NOW)
    make_score(exercise, exercise.candidates.first().project, "Accès", 2)
    assert client.get(at("priority-weights-csv", exercise.pk)).status_code == 404
    assert (
        client.get(at("priority-ranking", exercise.pk)).context["ranking"].weighting.kind == "EQUAL"
    )
    client.post(at("priority-move", exercise.pk, "reveler"))
    told = client.get(at("priority-weights-csv", exercise.pk)).content.decode()
    assert "0.25" in told
    assert (
        "Quatremain" not in told + client.get(at("priority-ranking", exercise.pk)).content.decode()
    )


def test_another_director_does_not_reveal_the_weights(client, exercise):
    other = make_user()
    make_role(other, "PROGRAMME_DIRECTOR")
    client.force_login(other)
    points = {one.pk: 1.0 for one in exercises.leaves_of(exercise)}
    weighing.share_points(exercise=exercise, member=other, points=points, at=NOW)
    client.post(at("priority-move", exercise.pk, "reveler"))
    exercise.refresh_from_db()
    assert exercise.weights_revealed_at is None


def test_the_ranking_tells_what_is_missing_and_gives_its_figures(client, exercise, projects):
    first, second, third = projects
    make_scores(exercise, {first: (900, 90, 2, 2e6), second: (100, None, 0, 9e6),
                           third: (500, 50, 1, 15e6)})  # fmt: skip
    page = client.get(at("priority-ranking", exercise.pk))
    rows = page.context["ranking"].rows
    assert rows[0].candidate.project == first
    assert next(row for row in rows if row.candidate.project == second).central is None
    figures = client.get(at("priority-ranking-csv", exercise.pk)).content.decode()
    assert first.code in figures
    ranks = client.get(at("priority-ranks-csv", exercise.pk)).content.decode()
    assert ranks.splitlines()[0].endswith("1;2;3")
    scores = client.get(at("priority-scores-csv", exercise.pk)).content.decode()
    assert len(scores.splitlines()) == 1 + 3 * 4


def test_the_page_of_a_project_compares_it_with_the_one_that_is_asked_for(
    client, exercise, projects
):
    make_scores(exercise, {one: (100 * place, 50, 1, 5e6) for place, one in enumerate(projects)})
    lowest, _, highest = (exercise.candidates.get(project=one) for one in projects)
    page = client.get(at("candidate", exercise.pk, lowest.pk), {"face": highest.pk})
    assert page.context["rival"].candidate == highest
    assert page.context["ahead"] == highest
    assert page.context["challenge"].gap > 0
    for wrong in ("x", "0", "9" * 30):
        answer = client.get(at("candidate", exercise.pk, lowest.pk), {"face": wrong})
        assert answer.status_code == 200


def test_an_exercise_without_a_score_says_so(client, exercise):
    page = client.get(at("priority-ranking", exercise.pk))
    assert page.context["unknown"] == "NO_SCORE"


def test_an_agent_reads_an_open_exercise_and_neither_scores_nor_weighs(client, exercise):
    client.force_login(make_user())
    candidate = exercise.candidates.first()
    page = at("priority-score", exercise.pk, candidate.pk, leaf(exercise, "Accès").pk)
    assert client.get(at("priority", exercise.pk)).status_code == 200
    assert client.get(page).context["form"] is None
    assert client.post(page, {"central": "1"}).status_code == 404
    assert client.get(at("priority-weights", exercise.pk)).status_code == 404
    draft = make_exercise(opened=False)
    assert client.get(at("priority", draft.pk)).status_code == 404


def test_the_command_prints_the_ranking(exercise, projects, capsys):
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError):
        call_command("rank", exercise.pk)
    make_scores(exercise, {one: (100 * place, 50, 1, 5e6) for place, one in enumerate(projects)})
    call_command("rank", exercise.pk)
    lines = capsys.readouterr().out.splitlines()
    assert "3 candidates, 3 with every score" in lines[0]
    assert projects[2].code in lines[1]


def test_the_api_tells_criteria_scores_and_ranking(client, exercise, projects):
    make_scores(exercise, {one: (100 * place, 50, 1, 5e6) for place, one in enumerate(projects)})
    told = client.get(f"/api/v1/exercises/{exercise.pk}/").json()
    assert len(told["criteria"]) == 5
    assert len(told["scores"]) == 12
    assert told["ranking"]["rows"][0]["project"] == projects[2].code
    client.logout()
    assert client.get("/api/v1/exercises/").json()["count"] == 0
    assert client.get(f"/api/v1/exercises/{exercise.pk}/").status_code == 404
