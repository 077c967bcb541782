"""Weights of members: four ways to give them, kept with what was asked."""

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction

from portfolio.analysis.ranking import Choice
from portfolio.models import MemberWeights
from portfolio.services import exercises, weighing
from tests.factories.portfolio import NOW, make_user
from tests.factories.prioritisation import leaf, make_exercise

pytestmark = pytest.mark.django_db
LEAVES = ("CO2 évité", "Fraîcheur", "Accès", "Coût")


@pytest.fixture
def exercise():
    return make_exercise()


def keyed(exercise, *numbers) -> dict[int, float]:
    return {leaf(exercise, name).pk: told for name, told in zip(LEAVES, numbers, strict=True)}


def shares(exercise, kept) -> list[float]:
    return [kept.weights[str(leaf(exercise, name).pk)] for name in LEAVES]


def test_points_count_by_their_proportions_and_are_kept_as_given(exercise):
    kept = weighing.share_points(exercise=exercise, member=make_user(),
                                 points=keyed(exercise, 4, 2, 1, 1), at=NOW)  # fmt: skip
    assert shares(exercise, kept) == pytest.approx([0.5, 0.25, 0.125, 0.125])
    assert sorted(kept.judgements["points"].values()) == [1, 1, 2, 4]


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0), (1, -1, 1, 1)])
def test_points_that_weigh_nothing_or_less_are_refused(exercise, numbers):
    with pytest.raises(ValidationError):
        weighing.share_points(exercise=exercise, member=make_user(),
                              points=keyed(exercise, *numbers), at=NOW)  # fmt: skip
    assert not MemberWeights.objects.exists()


def test_every_criterion_is_weighed(exercise):
    some = keyed(exercise, 1, 1, 1, 1)
    some.popitem()
    with pytest.raises(ValidationError):
        weighing.share_points(exercise=exercise, member=make_user(), points=some, at=NOW)


def test_the_largest_swing_has_a_hundred(exercise):
    told = keyed(exercise, 90, 50, 20, 20)
    with pytest.raises(ValidationError):
        weighing.rate_swings(exercise=exercise, member=make_user(), swings=told, at=NOW)
    told = keyed(exercise, 100, 50, 25, 25)
    kept = weighing.rate_swings(exercise=exercise, member=make_user(), swings=told, at=NOW)
    assert shares(exercise, kept) == pytest.approx([0.5, 0.25, 0.125, 0.125])


def ratios(exercise, **special) -> dict[str, float]:
    """All equal, but for pairs named "Climat_Coût"."""
    told = {}
    for name, (one, other) in weighing.pairs_of(exercise):
        told[name] = special.get(f"{one.name_fr}_{other.name_fr}", 1.0)
    return told


def test_comparisons_go_by_groups_and_multiply_down_to_the_leaves(exercise):
    told = ratios(exercise, Climat_Accès=2.0, Climat_Coût=2.0)
    kept = weighing.compare(exercise=exercise, member=make_user(), ratios=told, at=NOW)
    assert shares(exercise, kept) == pytest.approx([0.25, 0.25, 0.25, 0.25])
    assert kept.consistency == pytest.approx(0, abs=1e-9)


def test_comparisons_that_contradict_each_other_are_kept_with_their_ratio_and_named(exercise):
    told = ratios(exercise, Climat_Accès=9.0, Climat_Coût=1 / 9, Accès_Coût=9.0)
    kept = weighing.compare(exercise=exercise, member=make_user(), ratios=told, at=NOW)
    assert kept.consistency > 0.10
    (triad,) = weighing.triads_of(exercise, told)
    assert [str(one) for one in (triad.first, triad.second, triad.third)] == [
        "Climat", "Accès", "Coût"]  # fmt: skip
    assert triad.circular


def test_a_comparison_off_the_scale_of_saaty_or_left_out_is_refused(exercise):
    for told in (ratios(exercise, Climat_Accès=12.0), {}):
        with pytest.raises(ValidationError):
            weighing.compare(exercise=exercise, member=make_user(), ratios=told, at=NOW)


def test_choices_give_weights_between_what_they_leave_open(exercise):
    climate, cost = leaf(exercise, "CO2 évité").pk, leaf(exercise, "Coût").pk
    kept = weighing.choose(exercise=exercise, member=make_user(),
                           choices=[Choice(climate, cost, 0.5, "FIRST")], at=NOW)  # fmt: skip
    assert kept.weights[str(climate)] > 2 * kept.weights[str(cost)]
    assert kept.judgements["high"][str(cost)] <= 1 / 3 + 1e-6
    assert kept.judgements["undecided"]


def test_choices_that_contradict_each_other_are_refused_by_their_numbers(exercise):
    climate, cost = leaf(exercise, "CO2 évité").pk, leaf(exercise, "Coût").pk
    told = [Choice(climate, cost, 1, "FIRST"), Choice(cost, climate, 1, "FIRST")]
    with pytest.raises(ValidationError, match="1, 2"):
        weighing.choose(exercise=exercise, member=make_user(), choices=told, at=NOW)


def test_the_last_weights_count_and_none_is_erased_even_by_hand(exercise):
    member = make_user()
    for numbers in ((1, 1, 1, 1), (1, 1, 1, 1), (2, 1, 1, 1)):
        weighing.share_points(exercise=exercise, member=member, points=keyed(exercise, *numbers),
                              at=NOW)  # fmt: skip
    assert MemberWeights.objects.count() == 2
    assert MemberWeights.objects.standing().get().version == 2
    for change in (MemberWeights.objects.update, MemberWeights.objects.all().delete):
        with pytest.raises(Error), transaction.atomic():
            change(**({"version": 9} if change == MemberWeights.objects.update else {}))


def test_weights_of_others_are_hidden_until_they_are_revealed(exercise):
    member, other = make_user(), make_user()
    for who in (member, other):
        weighing.share_points(exercise=exercise, member=who, points=keyed(exercise, 1, 1, 1, 1),
                              at=NOW)  # fmt: skip
    assert [one.member for one in MemberWeights.objects.visible_to(member)] == [member]
    exercises.reveal_weights(exercise=exercise, by=None, at=NOW)
    assert MemberWeights.objects.visible_to(member).count() == 2


def test_no_weights_are_taken_once_the_exercise_is_closed(exercise):
    exercises.close(exercise=exercise, by=None, at=NOW)
    with pytest.raises(ValidationError):
        weighing.share_points(exercise=exercise, member=make_user(),
                              points=keyed(exercise, 1, 1, 1, 1), at=NOW)  # fmt: skip
