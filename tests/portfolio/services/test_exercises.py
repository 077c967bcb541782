"""Exercises of prioritisation: what is fixed, what is kept, and what the database itself refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from portfolio.models import Candidate, Criterion, Exercise, Score
from portfolio.services import criteria, exercises
from portfolio.services.criteria import CriterionFields
from tests.factories.portfolio import NOW, make_project, make_user
from tests.factories.prioritisation import (
    LEVELS,
    REASON,
    leaf,
    make_criterion,
    make_exercise,
    make_score,
)

pytestmark = pytest.mark.django_db


def refused(change) -> bool:
    """Whether the database refuses, whatever the services say."""
    try:
        with transaction.atomic():
            change()
    except Error:
        return True
    return False


def test_an_exercise_needs_a_name_and_a_reason():
    with pytest.raises(ValidationError) as told:
        exercises.create(fields={"name_fr": " "}, by=None, reason=REASON, at=NOW)
    assert "name_fr" in told.value.message_dict
    with pytest.raises(ValidationError) as told:
        exercises.create(fields={"name_fr": "Arbitrage"}, by=None, reason=" ", at=NOW)
    assert "reason" in told.value.message_dict


@pytest.mark.parametrize(("field", "value"), [("retained", 0), ("draws", 99), ("draws", 200_000)])
def test_terms_that_make_no_sense_are_refused(field, value):
    with pytest.raises(ValidationError) as told:
        exercises.create(fields={"name_fr": "A", field: value}, by=None, reason=REASON, at=NOW)
    assert field in told.value.message_dict


def test_a_draft_says_all_that_it_still_wants():
    exercise = exercises.create(fields={"name_fr": "A"}, by=None, reason=REASON, at=NOW)
    make_criterion(exercise, name_fr="Climat", kind="GROUP")
    with pytest.raises(ValidationError) as told:
        exercises.open_scoring(exercise=exercise, by=None, at=NOW)
    assert len(told.value.messages) == 4
    assert Exercise.objects.get().is_draft


def test_once_scoring_is_open_no_criterion_changes_even_by_hand():
    exercise = make_exercise()
    cost = leaf(exercise, "Coût")
    given = CriterionFields(name_fr="Prix", kind="MEASURED", fact="COST", points=[[0, 100], [1, 0]])
    with pytest.raises(ValidationError):
        criteria.change(criterion=cost, given=given, by=None, reason=REASON)
    with pytest.raises(ValidationError):
        criteria.add(exercise=exercise, given=given, by=None, reason=REASON)
    with pytest.raises(ValidationError):
        criteria.remove(criterion=cost, by=None, reason=REASON)
    assert refused(lambda: Criterion.objects.filter(pk=cost.pk).update(points=[[0, 0], [1, 100]]))
    assert refused(cost.delete)


def test_an_exercise_never_goes_back_even_by_hand():
    exercise = make_exercise()
    rows = Exercise.objects.filter(pk=exercise.pk)
    assert refused(lambda: rows.update(state="DRAFT", opened_at=None))
    assert refused(lambda: rows.update(retained=3))
    assert refused(exercise.delete)
    exercises.close(exercise=exercise, by=None, at=NOW)
    assert refused(lambda: rows.update(state="SCORING", closed_at=None))


def test_a_project_is_a_candidate_once():
    project, other = make_project(), make_project()
    exercise = make_exercise(project, other, opened=False)
    assert exercises.add_candidates(exercise=exercise, projects=[project], by=None, at=NOW) == 0
    assert refused(lambda: Candidate.objects.create(exercise=exercise, project=project,
                                                    added_at=NOW))  # fmt: skip


def test_a_candidate_leaves_a_draft_but_is_withdrawn_with_a_reason_from_an_open_one():
    draft = make_exercise(opened=False)
    gone = draft.candidates.first()
    exercises.remove_candidate(candidate=gone, by=None, reason="", at=NOW)
    assert draft.candidates.count() == 1
    exercise = make_exercise()
    candidate = exercise.candidates.first()
    with pytest.raises(ValidationError):
        exercises.remove_candidate(candidate=candidate, by=None, reason=" ", at=NOW)
    exercises.remove_candidate(candidate=candidate, by=None, reason="Abandonné", at=NOW)
    assert exercise.candidates.count() == 2
    assert exercise.candidates.current().count() == 1
    assert refused(candidate.delete)


def test_a_withdrawn_project_may_come_back_and_is_scored_anew():
    project = make_project()
    exercise = make_exercise(project, make_project())
    make_score(exercise, project, "Accès", 2)
    first = exercise.candidates.get(project=project)
    exercises.remove_candidate(candidate=first, by=None, reason="Abandonné", at=NOW)
    assert exercises.add_candidates(exercise=exercise, projects=[project], by=None, at=NOW) == 1
    again = exercise.candidates.current().get(project=project)
    assert not again.scores.exists()
    assert first.scores.count() == 1


def test_nothing_is_scored_before_the_opening_or_after_the_closing():
    project = make_project()
    exercise = make_exercise(project, make_project(), opened=False)
    with pytest.raises(ValidationError):
        make_score(exercise, project, "Accès", 2)
    exercise = exercises.open_scoring(exercise=exercise, by=None, at=NOW)
    kept = make_score(exercise, project, "Accès", 2)
    exercises.close(exercise=exercise, by=None, at=NOW)
    with pytest.raises(ValidationError):
        make_score(exercise, project, "Accès", 1)
    assert refused(lambda: Score.objects.create(
        candidate=kept.candidate, criterion=kept.criterion, version=2, low=1, central=1, high=1,
        scored_at=NOW))  # fmt: skip


def test_weights_are_revealed_once_by_the_owner_and_never_before_any_is_given():
    exercise = make_exercise()
    with pytest.raises(ValidationError):
        exercises.reveal_weights(exercise=exercise, by=None, at=NOW)


def test_a_draft_is_thrown_away_an_open_one_is_not():
    exercises.discard(exercise=make_exercise(opened=False), by=make_user())
    assert not Exercise.objects.exists()
    with pytest.raises(ValidationError):
        exercises.discard(exercise=make_exercise(), by=make_user())


# ---------------------------------------------------------------- criteria

NUMBER = {"name_fr": "Bruit", "kind": "NUMERIC"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (NUMBER, "points"),
        (NUMBER | {"points": [[0, 0], [0, 100]]}, "points"),
        (NUMBER | {"points": [[0, 10], [5, 100]]}, "points"),
        ({"name_fr": "Accès", "kind": "LEVELS", "levels": LEVELS[:1]}, "levels"),
        ({"name_fr": "Accès", "kind": "LEVELS",
          "levels": [{"value": 0, "fr": ""}, {"value": 100, "fr": "oui"}]}, "levels"),
        ({"name_fr": "Coût", "kind": "MEASURED", "points": [[0, 100], [1, 0]]}, "fact"),
        ({"name_fr": "Coût", "kind": "MEASURED", "points": [[0, 100], [1, 0]], "fact": "COST",
          "indicator_code": "no2"}, "fact"),
        (NUMBER | {"points": [[0, 0], [1, 100]], "strict": 4.0}, "strict"),
        ({"name_fr": "", "kind": "QUALITATIVE"}, "name_fr"),
    ],
)  # fmt: skip
def test_a_criterion_that_cannot_be_scored_is_refused_by_field(given, field):
    exercise = exercises.create(fields={"name_fr": "A"}, by=None, reason=REASON, at=NOW)
    with pytest.raises(ValidationError) as told:
        make_criterion(exercise, **given)
    assert set(told.value.message_dict) == {field}
    assert not exercise.criteria.exists()


def test_a_tree_has_two_storeys_and_a_parent_is_a_group_of_the_same_exercise():
    exercise, other = make_exercise(opened=False), make_exercise(opened=False)
    group = leaf(exercise, "Climat")
    for parent in (leaf(exercise, "Accès"), leaf(other, "Climat")):
        with pytest.raises(ValidationError) as told:
            make_criterion(exercise, name_fr="Air", kind="QUALITATIVE", parent=parent)
        assert "parent" in told.value.message_dict
    with pytest.raises(ValidationError):
        make_criterion(exercise, name_fr="Air", kind="GROUP", parent=group)
    with pytest.raises(ValidationError):
        criteria.change(criterion=group, given=CriterionFields("Climat", "QUALITATIVE"), by=None,
                        reason=REASON)  # fmt: skip


def test_what_another_kind_of_scale_left_is_forgotten():
    exercise = make_exercise(opened=False)
    told = make_criterion(exercise, name_fr="Air", kind="QUALITATIVE", points=[[0, 0], [1, 100]],
                          fact="COST")  # fmt: skip
    assert (told.points, told.fact) == ([], "")


def test_the_direction_is_read_from_the_scale():
    exercise = make_exercise(opened=False)
    assert leaf(exercise, "Coût").direction == "DOWN"
    assert leaf(exercise, "CO2 évité").direction == "UP"


def test_a_change_of_a_draft_is_in_the_history_with_its_reason():
    exercise = make_exercise(opened=False)
    exercises.describe(exercise=exercise, fields={"retained": 2}, by=make_user(),
                       reason="Enveloppe votée", at=NOW)  # fmt: skip
    last = exercise.events.order_by("-pgh_id").first()
    assert last.retained == 2
    assert last.pgh_context.metadata["reason"] == "Enveloppe votée"
