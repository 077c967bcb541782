"""Value functions, trees of criteria, choices, ELECTRE I and the whole study of a ranking."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.analysis.ranking import (
    Choice,
    Chosen,
    Contradiction,
    Preference,
    Terms,
    ValueFunction,
    WeightSpace,
    by_choices,
    electre,
    leaf_weights,
    levels,
    next_choice,
    straight,
    study,
    values_of,
)
from portfolio.results import Unknown

COST = ValueFunction(((0, 100), (50, 40), (100, 0)))


def frame(rows, columns=("a", "b")) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns), dtype=float)


def test_a_value_function_is_straight_between_its_points_and_level_beyond():
    assert COST.values(np.array([-10.0, 25.0, 50.0, 75.0, 300.0])).tolist() == [100, 70, 40, 20, 0]
    assert COST.direction == "DOWN"
    assert (COST.worst, COST.best) == (100, 0)


def test_a_missing_score_stays_missing_in_a_value_function():
    assert np.isnan(COST.values(np.array([np.nan]))).all()


def test_the_ends_of_a_swing_are_those_nearest_to_each_other():
    told = ValueFunction(((0, 0), (10, 0), (20, 100), (30, 100)))
    assert (told.worst, told.best) == (10, 20)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (((0, 0),), "fewer than two"),
        (((0, 0), (0, 100)), "do not rise"),
        (((0, 0), (10, 90)), "from 0 to 100"),
        (((0, 0), (5, 100), (10, 40)), "up and down"),
        (((0, 0), (float("nan"), 100)), "not a number"),
    ],
)
def test_a_value_function_that_is_none_is_refused(points, words):
    with pytest.raises(ValueError, match=words):
        ValueFunction(points)


def test_levels_are_scored_by_their_place():
    assert levels([0, 30, 100]).values(np.array([1.0])).tolist() == [30]


def test_a_missing_score_is_the_whole_scale_and_never_zero():
    scores = frame([[10, np.nan], [20, 30]])
    told = values_of(scores, scores, scores, dict.fromkeys("ab", straight(0, 100, direction="UP")))
    assert (told.low.iloc[0, 1], told.high.iloc[0, 1]) == (0, 100)
    assert np.isnan(told.central.iloc[0, 1])
    assert told.whole.tolist() == [1]


def test_where_less_is_better_the_high_score_gives_the_low_value():
    low, central, high = (frame([[told, told]]) for told in (10, 20, 40))
    down = straight(0, 100, direction="DOWN")
    told = values_of(low, central, high, {"a": down, "b": straight(0, 100, direction="UP")})
    assert [told.low.iloc[0, 0], told.central.iloc[0, 0], told.high.iloc[0, 0]] == [60, 80, 90]


def test_bounds_out_of_order_are_refused():
    low, central = frame([[30, 0]]), frame([[20, 0]])
    functions = dict.fromkeys("ab", straight(0, 100, direction="UP"))
    with pytest.raises(ValueError, match="central: below low"):
        values_of(low, central, central, functions)


def test_weights_of_a_tree_multiply_down_to_its_leaves():
    parents = {"climate": None, "cost": None, "air": "climate", "heat": "climate"}
    told = leaf_weights({"climate": 3, "cost": 1, "air": 1, "heat": 2}, parents)
    assert told == pytest.approx({"air": 0.25, "heat": 0.5, "cost": 0.25})


def test_a_tree_that_goes_round_is_refused():
    with pytest.raises(ValueError, match=r"local|parents"):
        leaf_weights({"a": 1, "b": 1, "c": 1}, {"a": "b", "b": "a", "c": None})


# ---------------------------------------------------------------- choices

NAMES = ["climate", "cost", "access", "risk"]


def answered(true: dict[str, float]) -> list[Choice]:
    """The whole interview of somebody whose weights are these."""
    told: list[Choice] = []
    while (asked := next_choice(NAMES, told)) is not None:
        more = asked.part * true[asked.one] - true[asked.other]
        answer = "EQUAL" if abs(more) < 1e-9 else "FIRST" if more > 0 else "SECOND"
        told.append(Choice(asked.one, asked.other, asked.part, answer))
        assert len(told) < 40
    return told


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 20), min_size=4, max_size=4))
def test_an_interview_ends_with_weights_in_the_order_of_whoever_answers(units):
    true = dict(zip(NAMES, units, strict=True))
    found = by_choices(NAMES, answered(true))
    assert isinstance(found, Chosen)
    assert found.weights.sum() == pytest.approx(1)
    for one in NAMES:
        assert found.low[one] - 1e-6 <= true[one] / sum(units) <= found.high[one] + 1e-6
        for other in NAMES:
            if true[one] > true[other]:
                assert found.weights[one] > found.weights[other]


def test_without_an_answer_all_weights_are_equal_and_all_is_undecided():
    found = by_choices(NAMES, [])
    assert found.weights.tolist() == pytest.approx([0.25] * 4)
    assert len(found.undecided) == 6


def test_answers_that_contradict_each_other_are_named_and_no_other():
    told = [Choice("climate", "cost", 1, "FIRST"), Choice("access", "risk", 1, "FIRST"),
            Choice("cost", "access", 1, "FIRST"), Choice("access", "climate", 1, "FIRST")]  # fmt: skip
    assert by_choices(NAMES, told) == Contradiction((0, 2, 3))
    assert next_choice(NAMES, told) is None


@pytest.mark.parametrize(
    "choice",
    [Choice("climate", "climate", 1), Choice("climate", "cost", 0), Choice("climate", "x", 1),
     Choice("climate", "cost", 1, "MAYBE")],
)  # fmt: skip
def test_a_choice_that_is_none_is_refused(choice):
    with pytest.raises(ValueError, match="choices"):
        by_choices(NAMES, [choice])


# ---------------------------------------------------------------- the whole study


def studied(table, weights=(1, 1, 1), **terms):
    central = frame(table, "abc")
    up = dict.fromkeys("abc", straight(0, 100, direction="UP"))
    values = values_of(central, central, central, up)
    space = WeightSpace(("a", "b", "c"))
    return study(values, pd.Series(weights, list("abc")), Terms(space, draws=400, **terms))


def test_a_study_ranks_by_value_and_keeps_the_parts_of_each():
    told = studied([[10, 20, 30], [90, 90, 90], [50, 50, 50]])
    assert told.values.index.tolist() == [1, 2, 0]
    assert told.parts.loc[1].sum() == pytest.approx(told.values.loc[1, "central"])


def test_a_missing_score_leaves_a_range_of_ranks_and_is_not_checked_by_other_methods():
    told = studied([[60, 60, np.nan], [90, 90, 90], [50, 50, 50], [1, 1, 1]])
    assert np.isnan(told.values.loc[0, "central"])
    assert told.values.loc[0, ["best", "worst"]].tolist() == [2, 3]
    assert 0 not in told.checked.ranks.index


def test_a_project_that_wins_everywhere_is_in_the_core_and_the_worst_is_out():
    told = studied([[90, 90, 90], [80, 70, 60], [60, 70, 80], [1, 1, 1]], retained=2)
    assert told.standing[0] == "CORE"
    assert told.standing[3] == "OUT"


def test_without_a_number_to_retain_nobody_is_said_to_be_in():
    assert studied([[90, 90, 90], [80, 70, 60]]).standing == Unknown("NOT_SAID_HOW_MANY")
    assert studied([[9, 9, 9], [8, 7, 6]], retained=2).standing == Unknown("ROOM_FOR_ALL")


def test_with_one_whole_project_the_other_methods_say_nothing():
    told = studied([[90, 90, 90], [80, np.nan, 60]])
    assert told.checked == Unknown("TOO_FEW_WHOLE")
    assert told.stability == Unknown("TOO_FEW_WHOLE")


def test_where_outranking_moves_a_project_the_criterion_that_explains_it_is_named():
    """There a lead of 50 counts no more than one of 5, and small weaknesses count whole."""
    table = [[100, 40, 40], [50, 52, 52], [50, 53, 51], [50, 51, 53], [50, 52, 51]]
    how = {name: Preference("LINEAR", indifference=0, strict=5) for name in "abc"}
    told = studied(table, preferences=how)
    assert told.checked.ranks.loc[0, "additive"] == 1
    assert told.checked.ranks.loc[0, "promethee"] == 5
    assert told.checked.because.loc[0, "promethee"] in {"b", "c"}
    assert told.checked.because.loc[1, "promethee"] is None


def test_electre_leaves_a_core_that_nobody_within_it_outranks():
    scores = frame([[90, 90, 90], [10, 10, 10], [100, 0, 100]], "abc")
    ways = pd.Series("UP", list("abc"))
    told = electre(scores, pd.Series(1, list("abc")), ways, discordance=0.8)
    assert told.core == (0, 2)
    assert told.outranks.loc[0, 1]


def test_projects_that_outrank_each_other_stand_together_in_the_core():
    scores = frame([[50, 50], [50, 50], [10, 10]])
    told = electre(scores, pd.Series(1, list("ab")), pd.Series("UP", list("ab")))
    assert told.core == (0, 1)
