"""What is left of a ranking where weights and scores are not known exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from portfolio.analysis.ranking import (
    WeightSpace,
    additive,
    smaa,
    stability,
    to_beat,
    tornado,
)
from portfolio.results import Unknown

NAMES = ("climate", "cost", "access")
FREE = WeightSpace(NAMES)
TABLES = st.integers(2, 7).flatmap(
    lambda n: arrays(float, (n, 3), elements=st.integers(0, 20).map(float))
)
WEIGHTS = arrays(float, 3, elements=st.integers(1, 9).map(float))


def frame(table) -> pd.DataFrame:
    return pd.DataFrame(table, columns=NAMES, index=[f"P{row}" for row in range(len(table))])


def shares(values) -> pd.Series:
    return pd.Series(values, index=NAMES, dtype=float) / np.sum(values)


def acceptability(table, space=FREE, high=None, draws=400):
    low = frame(table)
    return smaa(low, low if high is None else frame(high), weights=space, draws=draws, seed=4)


@given(TABLES)
@settings(max_examples=40)
def test_rows_of_acceptability_sum_to_one_and_dominance_is_respected(table):
    found = acceptability(np.vstack([table, table[0] + 1]))

    assert found.rank_acceptability.sum(axis=1).to_numpy() == pytest.approx(1)
    better = found.rank_acceptability.iloc[-1].cumsum()
    assert (better >= found.rank_acceptability.iloc[0].cumsum() - 1e-12).all()
    assert found.rank_acceptability.iloc[0, 0] == 0
    assert np.isnan(found.confidence.iloc[0])


@given(TABLES, st.sampled_from([0.5, 3.0, 1e5]), st.integers(-9, 9))
@settings(max_examples=40)
def test_the_unit_and_the_zero_of_the_scale_change_no_rank(table, factor, shift):
    one, other = acceptability(table), acceptability(table * factor + shift)

    pd.testing.assert_frame_equal(one.rank_acceptability, other.rank_acceptability, atol=0.01)


@given(TABLES, st.randoms())
@settings(max_examples=40)
def test_the_order_of_the_rows_is_irrelevant_even_of_equal_projects(table, chance):
    low = frame(np.vstack([table, table[0]]))
    rows, columns = list(low.index), list(NAMES)
    chance.shuffle(rows)
    chance.shuffle(columns)
    mixed = low.loc[rows, columns]
    one = smaa(low, low, weights=FREE, draws=200, seed=1)
    other = smaa(mixed, mixed, weights=FREE, draws=200, seed=1)

    pd.testing.assert_frame_equal(one.rank_acceptability.loc[rows], other.rank_acceptability)
    assert one.rank_acceptability.iloc[0].equals(one.rank_acceptability.iloc[-1])


def test_shares_of_the_weightings_are_those_of_geometry():
    """Two projects, each best on one of two criteria by the same step: half of the weightings each."""
    low = pd.DataFrame([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]], columns=["a", "b"])
    found = smaa(low, low, weights=WeightSpace(("a", "b")), draws=20_000, seed=2)

    assert found.rank_acceptability[1].to_numpy() == pytest.approx([0.5, 0.5, 0], abs=0.02)
    assert found.central_weights.loc[0].to_numpy() == pytest.approx([0.75, 0.25], abs=0.01)
    assert found.confidence.tolist()[:2] == [1, 1]
    assert found.within(2)[2] == pytest.approx(0.8, abs=0.02)
    assert found.standing(1).tolist() == ["BORDERLINE", "BORDERLINE", "OUT"]


def test_a_range_of_scores_lowers_the_confidence():
    low = [[5.0, 5, 5], [4.0, 4, 4]]
    found = acceptability(low, high=[[5.0, 5, 5], [6.0, 6, 6]], draws=5000)

    assert found.confidence["P0"] == pytest.approx(0.5, abs=0.05)
    assert found.rank_acceptability.loc["P0", 1] == pytest.approx(0.5, abs=0.05)


def test_above_two_thousand_projects_ranks_are_counted_by_classes():
    table = np.linspace(1, 0, 2500)[:, None] * np.ones(3)
    found = acceptability(table, draws=20)

    assert found.rank_acceptability.shape[1] <= 101
    assert found.rank_acceptability.iloc[0, 0] == 1
    assert found.rank_acceptability.iloc[-1, -1] == 1
    assert found.rank_acceptability.sum(axis=1).to_numpy() == pytest.approx(1)


def test_the_same_seed_gives_the_same_draws_and_another_one_others():
    low, high = frame([[1.0, 2, 3], [3.0, 2, 1]]), frame([[4.0, 4, 4], [4.0, 4, 4]])
    found = [smaa(low, high, weights=FREE, draws=99, seed=seed) for seed in (1, 1, 2)]

    assert found[0].central_weights.equals(found[1].central_weights)
    assert not found[0].central_weights.equals(found[2].central_weights)


SPACES = {
    "all": FREE,
    "order": WeightSpace(NAMES, orders=(("cost", "climate", "access"),)),
    "half an order": WeightSpace(NAMES, orders=(("cost", "access"),)),
    "bounds": WeightSpace(NAMES, bounds={"cost": (0.2, 0.5), "access": (0.1, 1)}),
    "narrow": WeightSpace(NAMES, bounds={"cost": (0.30, 0.31), "climate": (0.30, 0.31)}),
    "fixed": WeightSpace(NAMES, bounds={"cost": (0.4, 0.4)}),
    "one point": WeightSpace(NAMES, bounds=dict(zip(NAMES, [(0.2,) * 2, (0.3,) * 2, (0.5,) * 2],
                                                    strict=True))),
}  # fmt: skip


@pytest.mark.parametrize("name", SPACES)
def test_weights_drawn_meet_every_condition(name):
    drawn = SPACES[name].draw(1500, seed=3)

    assert drawn.shape == (1500, 3)
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert SPACES[name].holds(drawn).all()


def test_a_walk_in_a_narrow_space_is_uniform():
    drawn = SPACES["narrow"].draw(4000, seed=3)
    fixed = SPACES["fixed"].draw(4000, seed=3)

    assert drawn[:, :2].mean(axis=0) == pytest.approx([0.305, 0.305], abs=0.0003)
    assert drawn[:, :2].std(axis=0) == pytest.approx([0.01 / 12**0.5] * 2, rel=0.08)
    assert fixed[:, 0].mean() == pytest.approx(0.3, abs=0.01)
    assert fixed[:, 0].std() == pytest.approx(0.6 / 12**0.5, rel=0.05)


@pytest.mark.parametrize("criteria", [3, 6])
def test_a_whole_order_gives_the_rank_order_centroid(criteria):
    names = tuple("abcdef"[:criteria])
    drawn = WeightSpace(names, orders=(names,)).draw(20_000, seed=1)
    centroid = [
        sum(1 / k for k in range(j, criteria + 1)) / criteria for j in range(1, criteria + 1)
    ]

    assert drawn.mean(axis=0) == pytest.approx(centroid, abs=0.005)


@given(TABLES, WEIGHTS, st.integers(1, 2))
def test_the_leaders_stay_within_the_interval_and_change_beyond_it(table, weights, first):
    scores, now = frame(table), shares(weights)
    leaders = additive(scores, now).sort_values(ascending=False, kind="stable").index[:first]
    others = [name for name in scores.index if name not in leaders]
    if not others:
        return
    for criterion, (weight, low, high) in stability(scores, now, first=first).iterrows():
        assert 0 <= low <= weight <= high <= 1
        for end, aside in ((low, -1e-3), (high, 1e-3)):
            at = additive(scores, moved(now, criterion, end))
            assert at[leaders].min() >= at[others].max() - 1e-6
            if 0 < end + aside < 1:
                beyond = additive(scores, moved(now, criterion, end + aside))
                assert beyond[leaders].min() < beyond[others].max() + 1e-12


def moved(weights: pd.Series, criterion: str, weight: float) -> pd.Series:
    rest = weights.drop(criterion)
    return pd.concat([rest / rest.sum() * (1 - weight), pd.Series({criterion: weight})])


@given(TABLES, WEIGHTS)
def test_what_would_have_to_be_true_is_true_when_tried(table, weights):
    scores, now = frame(table), shares(weights)
    order = additive(scores, now).sort_values(ascending=False, kind="stable").index
    leader, challenger = order[0], order[-1]
    told = to_beat(scores, now, leader=leader, challenger=challenger)

    for condition in told.conditions:
        raised = scores.copy()
        raised.loc[challenger, condition.criterion] = condition.score
        level(additive(raised, now), leader, challenger)
        if not isinstance(condition.weight, Unknown) and told.gap > 1e-9:
            other = moved(now, condition.criterion, condition.weight)
            level(additive(scores, other), leader, challenger)
    if isinstance(told.weights, Unknown):
        assert told.weights == Unknown("DOMINATED")
        assert (scores.loc[leader] >= scores.loc[challenger]).all()
    elif told.gap > 1e-9:
        level(additive(scores, told.weights), leader, challenger)


def level(values: pd.Series, one: str, other: str) -> None:
    assert values[one] == pytest.approx(values[other], abs=1e-6)


def test_no_weighting_nearer_than_the_one_told_makes_them_equal():
    scores, now = frame([[9.0, 2, 5], [3.0, 8, 4]]), shares([6, 2, 2])
    told = to_beat(scores, now, leader="P0", challenger="P1")
    drawn = FREE.draw(20_000, seed=8)
    equal = drawn[drawn @ (scores.loc["P1"] - scores.loc["P0"]).to_numpy() >= 0]

    assert told.moved <= np.abs(equal - now.to_numpy()).sum(axis=1).min() / 2 + 1e-9


def test_a_score_beyond_its_scale_cannot_be_what_it_takes():
    scores = frame([[9.0, 9, 9], [1.0, 1, 1]])
    told = to_beat(scores, shares([1, 1, 0]), leader="P0", challenger="P1", highest=10)

    assert [c.score for c in told.conditions] == [
        Unknown("BEYOND_SCALE"), Unknown("BEYOND_SCALE"), Unknown("NO_WEIGHT"),
    ]  # fmt: skip
    assert told.conditions[0].weight == Unknown("NO_SUCH_WEIGHT")
    assert told.weights == Unknown("DOMINATED")


def test_the_tornado_of_a_project_begins_with_what_moves_it_most():
    central = frame([[5.0, 5, 5], [6.0, 5, 5]])
    low, high = frame([[4.0, 1, 5], [0.0, 0, 0]]), frame([[6.0, 9, 5], [9.0, 9, 9]])
    told = tornado(central, low, high, shares([1, 1, 1]), project="P0")

    assert list(told.index) == ["cost", "climate", "access"]
    assert told.swing.tolist() == pytest.approx([8 / 3, 2 / 3, 0])
    assert told.rank_low.tolist() == [2, 2, 2]
    assert told.rank_high.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("field", "act"),
    [
        ("criteria", lambda: WeightSpace(())),
        ("orders", lambda: WeightSpace(NAMES, orders=(("cost", "noise"),))),
        ("bounds", lambda: WeightSpace(NAMES, bounds={"cost": (0.6, 0.5)})),
        ("bounds", lambda: WeightSpace(NAMES, bounds=dict.fromkeys(NAMES, (0.5, 1)))),
        ("orders", lambda: WeightSpace(NAMES, orders=(("cost", "access"),), bounds={
            "cost": (0, 0.1), "access": (0.4, 1)}).draw(5, 1)),
        ("orders", lambda: WeightSpace(NAMES, orders=(("cost", "access"), ("access", "cost")))
         .draw(5, 1)),
        ("draws", lambda: acceptability([[1.0, 1, 1]], draws=0)),
        ("scores_high", lambda: acceptability([[1.0, 1, 1]], high=[[0.0, 1, 1]])),
        ("scores_low", lambda: acceptability([[np.nan, 1, 1]])),
        ("weights", lambda: acceptability([[1.0, 1, 1]], WeightSpace(("a", "b", "c")))),
        ("rank", lambda: acceptability([[1.0, 1, 1]]).within(2)),
        ("first", lambda: stability(frame([[1.0, 1, 1]]), shares([1, 1, 1]), first=0)),
        ("project", lambda: tornado(*[frame([[1.0, 1, 1]])] * 3, shares([1, 1, 1]), project="X")),
        ("leader", lambda: to_beat(
            frame([[1.0, 1, 1]]), shares([1, 1, 1]), leader="X", challenger="P0")),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_by_the_name_of_its_field(field, act):
    with pytest.raises(ValueError, match=f"^{field}"):
        act()
