"""The ranking that a reader is shown: whose weights, which projects, what is missing."""

import pytest
from django.contrib.auth.models import AnonymousUser

from portfolio.queries.prioritisation import board_of, weighting_of
from portfolio.queries.ranking import ranking_of
from portfolio.queries.rivals import challenge_of, swings_of
from portfolio.results import Unknown
from portfolio.services import exercises, weighing
from tests.factories.portfolio import NOW, make_project, make_user
from tests.factories.prioritisation import leaf, make_exercise, make_score, make_scores

pytestmark = pytest.mark.django_db


@pytest.fixture
def projects():
    return [make_project(visibility="PUBLIC", code=f"p-{number}") for number in range(4)]


@pytest.fixture
def exercise(projects):
    exercise = make_exercise(*projects, retained=2)
    first, second, third, last = projects
    make_scores(exercise, {
        first: (900, 90, 2, 1_000_000), second: (500, 60, 2, 9_000_000),
        third: (400, None, 1, 12_000_000), last: (0, 0, 0, 20_000_000),
    })  # fmt: skip
    return exercise


def points(exercise, member, *numbers):
    names = ("CO2 évité", "Fraîcheur", "Accès", "Coût")
    told = {leaf(exercise, name).pk: one for name, one in zip(names, numbers, strict=True)}
    weighing.share_points(exercise=exercise, member=member, points=told, at=NOW)


def test_candidates_are_ranked_with_their_parts_and_what_is_missing(exercise, projects):
    told = ranking_of(exercise, make_user())
    assert [row.candidate.project for row in told.rows] == projects
    third = told.rows[2]
    assert (third.central, third.missing) == (None, 1)
    assert third.high - third.low == pytest.approx(25)
    assert sum(part.points for part in told.rows[0].parts) == pytest.approx(told.rows[0].central)
    assert told.rows[0].standing == "CORE"
    assert told.rows[3].standing == "OUT"


def test_before_any_score_nothing_is_ranked():
    assert ranking_of(make_exercise(), make_user()) == Unknown("NO_SCORE")


def test_a_project_that_one_may_not_read_is_counted_and_not_named(exercise, projects):
    projects[0].visibility = "DRAFT"
    projects[0].save()
    reader = make_user()
    told = ranking_of(exercise, reader)
    assert [row.rank for row in told.rows] == [2, 3, 4]
    assert told.hidden == 1
    assert board_of(exercise, reader).hidden == 1
    assert ranking_of(exercise, AnonymousUser()).hidden == 1


def test_until_the_weights_are_revealed_a_member_sees_a_ranking_by_their_own(exercise):
    member, other = make_user(), make_user()
    points(exercise, member, 1, 0, 0, 0)
    points(exercise, other, 0, 0, 0, 1)
    mine = weighting_of(exercise, member)
    assert (mine.kind, mine.given, mine.members) == ("OWN", 2, None)
    assert mine.weights.max() == 1
    assert weighting_of(exercise, make_user()).kind == "EQUAL"


def test_once_revealed_all_see_the_weights_of_the_group(exercise):
    for numbers in ((4, 2, 1, 1), (1, 1, 1, 1)):
        points(exercise, make_user(), *numbers)
    exercise = exercises.reveal_weights(exercise=exercise, by=None, at=NOW)
    told = ranking_of(exercise, make_user())
    assert told.weighting.kind == "GROUP"
    assert len(told.weighting.members) == 2
    assert told.weighting.group.disagreement["spread"].max() == pytest.approx(0.25)


def test_what_was_known_then_is_read_again(exercise, projects):
    before = ranking_of(exercise, make_user(), at=NOW).rows[0].central
    make_score(exercise, projects[0], "Accès", 0, at=NOW.replace(day=5))
    assert ranking_of(exercise, make_user()).rows[0].central != before
    assert ranking_of(exercise, make_user(), at=NOW).rows[0].central == before


def test_a_missing_score_swings_a_project_from_end_to_end(exercise):
    told = ranking_of(exercise, make_user())
    widest = swings_of(told, told.rows[2].candidate)[0]
    assert widest.criterion == leaf(exercise, "Fraîcheur")
    assert widest.width == pytest.approx(25)


def test_what_would_make_a_project_win_is_said_and_not_where_a_score_is_missing(exercise):
    told = ranking_of(exercise, make_user())
    first, second, third, _ = (row.candidate for row in told.rows)
    assert challenge_of(told, first, second).gap > 0
    assert challenge_of(told, first, third) == Unknown("MISSING_SCORE")


def test_the_table_of_scores_takes_the_same_queries_whatever_its_size(
    exercise, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        told = board_of(exercise, make_user())
        assert len(told.rows) == 4
        assert told.missing == 1
