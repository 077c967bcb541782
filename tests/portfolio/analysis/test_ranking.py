"""Values, closeness, outranking and weights: their properties, and what they refuse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from portfolio.analysis.ranking import (
    Preference,
    additive,
    aggregate,
    ahp,
    bounds,
    correlated,
    promethee,
    topsis,
    value_bounds,
)
from portfolio.results import Unknown

UNITS = st.integers(0, 20).map(float)
NAMES = ["climate", "cost", "access"]
TABLES = st.integers(2, 7).flatmap(lambda n: arrays(float, (n, 3), elements=UNITS))
WEIGHTS = arrays(float, 3, elements=st.integers(1, 9).map(float))
WAYS = st.lists(st.sampled_from(["UP", "DOWN"]), min_size=3, max_size=3)
SHAPES = st.sampled_from([
    Preference(), Preference("U_SHAPE", indifference=2), Preference("V_SHAPE", strict=6),
    Preference("LEVEL", indifference=1, strict=5), Preference("GAUSSIAN", spread=3),
    Preference("LINEAR", indifference=1, strict=8),
])  # fmt: skip


def frame(table) -> pd.DataFrame:
    return pd.DataFrame(table, columns=NAMES, index=[f"P{row}" for row in range(len(table))])


def by_criterion(values) -> pd.Series:
    return pd.Series(values, index=NAMES)


def every_way(table, weights, ways, shape=Preference()):  # noqa: B008 - frozen
    scores, shares, directions = frame(table), by_criterion(weights), by_criterion(ways)
    signed = scores * directions.map({"UP": 1, "DOWN": -1})
    return (
        additive(signed, shares),
        topsis(scores, shares, directions),
        promethee(scores, shares, directions, dict.fromkeys(NAMES, shape)).net,
    )


@given(TABLES, WEIGHTS, WAYS, SHAPES)
def test_a_project_at_least_as_good_everywhere_is_never_below(table, weights, ways, shape):
    better = table[0] + np.where(np.array(ways) == "UP", 1, -1)
    for told in every_way(np.vstack([table, better]), weights, ways, shape):
        assert told.iloc[-1] >= told.iloc[0] - 1e-9


@given(TABLES, WEIGHTS, WAYS, SHAPES, st.randoms())
def test_the_order_of_the_rows_and_columns_is_irrelevant(table, weights, ways, shape, chance):
    scores, shares, directions = frame(table), by_criterion(weights), by_criterion(ways)
    rows, columns = list(scores.index), list(NAMES)
    chance.shuffle(rows)
    chance.shuffle(columns)
    mixed, shapes = scores.loc[rows, columns], dict.fromkeys(NAMES, shape)

    pd.testing.assert_series_equal(additive(mixed, shares), additive(scores, shares)[rows])
    pd.testing.assert_series_equal(
        topsis(mixed, shares, directions), topsis(scores, shares, directions)[rows]
    )
    pd.testing.assert_series_equal(
        promethee(mixed, shares, directions, shapes).net,
        promethee(scores, shares, directions, shapes).net[rows],
        atol=1e-9,
    )


@given(TABLES, WEIGHTS, WAYS, st.sampled_from([0.001, 0.1, 7.0, 1e6]))
def test_units_and_the_sum_of_the_weights_change_nothing(table, weights, ways, factor):
    scores, shares, directions = frame(table), by_criterion(weights), by_criterion(ways)
    other = scores.assign(cost=scores["cost"] * factor)
    shape = Preference("LINEAR", indifference=1, strict=8)
    wider = Preference("LINEAR", indifference=factor, strict=8 * factor)

    pd.testing.assert_series_equal(
        topsis(scores, shares, directions), topsis(other, shares * factor, directions)
    )
    pd.testing.assert_series_equal(
        promethee(scores, shares, directions, dict.fromkeys(NAMES, shape)).net,
        promethee(other, shares * factor, directions,
                  {"climate": shape, "cost": wider, "access": shape}).net,
        atol=1e-9,
    )  # fmt: skip
    pd.testing.assert_series_equal(additive(scores, shares), additive(scores, shares * factor))


@given(TABLES, WEIGHTS, WAYS, SHAPES)
def test_net_flows_sum_to_zero(table, weights, ways, shape):
    assert every_way(table, weights, ways, shape)[2].sum() == pytest.approx(0, abs=1e-9)


def test_flows_reckoned_by_parts_are_those_of_the_whole(monkeypatch):
    table = np.random.default_rng(3).random((23, 3)) * 10
    whole = every_way(table, [1, 2, 3], ["UP"] * 3, Preference("GAUSSIAN", spread=2))[2]
    monkeypatch.setattr("portfolio.analysis.ranking.outranking.CELLS_AT_ONCE", 50)

    parts = every_way(table, [1, 2, 3], ["UP"] * 3, Preference("GAUSSIAN", spread=2))[2]
    pd.testing.assert_series_equal(whole, parts)


@given(TABLES, WEIGHTS, st.data())
def test_a_missing_score_is_a_range_that_holds_whatever_it_turns_out_to_be(table, weights, data):
    scores, shares = frame(table), by_criterion(weights)
    row = data.draw(st.integers(0, len(table) - 1))
    known = additive(scores, shares)
    scores.iloc[row, 1] = np.nan
    told = value_bounds(scores, shares, lowest=0, highest=20)

    assert np.isnan(additive(scores, shares).iloc[row])
    assert told.missing.iloc[row] == 1
    assert told.low.iloc[row] < told.high.iloc[row]
    assert ((told.low - 1e-9 <= known) & (known <= told.high + 1e-9)).all()


def test_a_missing_score_without_weight_changes_no_value():
    scores = frame([[1.0, np.nan, 3.0]])

    assert additive(scores, by_criterion([1, 0, 1])).tolist() == [2.0]


def test_nothing_tells_equal_projects_apart():
    closeness = topsis(frame(np.ones((3, 3))), by_criterion([1, 1, 1]), by_criterion(["UP"] * 3))

    assert closeness.isna().all()


@given(arrays(float, 4, elements=st.integers(1, 9).map(float)))
def test_comparisons_of_known_weights_give_them_back(weights):
    found = ahp(weights[:, None] / weights)

    assert found.weights == pytest.approx(weights / weights.sum())
    assert found.consistency_ratio == pytest.approx(0, abs=1e-6)
    assert found.inconsistent == ()


def test_a_circle_of_preferences_is_named():
    found = ahp(np.array([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]]), NAMES)

    assert not found.accepted
    (triad,) = found.inconsistent
    assert (triad.first, triad.second, triad.third) == tuple(NAMES)
    assert triad.circular
    assert (triad.implied, triad.stated) == pytest.approx((9, 1 / 3))


def test_the_mean_of_members_is_geometric_and_their_dispute_is_shown():
    told = aggregate(pd.DataFrame([[8, 1, 1], [2, 4, 4]], columns=NAMES, index=["Ada", "Bo"]))

    assert told.weights["climate"] == pytest.approx(0.5)
    assert told.disagreement.index[0] == "climate"
    assert told.disagreement.loc["climate", ["low", "high"]].tolist() == pytest.approx([0.2, 0.8])
    assert told.struck_out == ()


def test_a_zero_of_one_member_is_said_to_strike_a_criterion_out():
    told = aggregate(pd.DataFrame([[8, 1, 0], [2, 4, 4]], columns=NAMES))

    assert told.weights["access"] == 0
    assert told.struck_out == ("access",)


@given(WEIGHTS, st.integers(2, 6))
def test_members_of_one_mind_agree_wholly(weights, members):
    assume(len(set(weights)) > 1)
    told = aggregate(pd.DataFrame([weights] * members, columns=NAMES))

    assert told.kendall_w == pytest.approx(1)
    assert told.disagreement.spread.max() == pytest.approx(0)
    assert told.weights.to_numpy() == pytest.approx(weights / weights.sum())


def test_opposite_members_do_not_agree_at_all():
    assert aggregate(pd.DataFrame([[1, 2, 3], [3, 2, 1]], columns=NAMES)).kendall_w == 0


def test_concordance_is_not_said_of_one_member_nor_without_an_order():
    one = aggregate(pd.DataFrame([[1, 2, 3]], columns=NAMES))
    flat = aggregate(pd.DataFrame([[1, 1, 1], [2, 2, 2]], columns=NAMES))

    assert one.kendall_w == Unknown("ONE_MEMBER")
    assert flat.kendall_w == Unknown("NO_ORDER")


def test_criteria_that_say_the_same_are_flagged_and_opposite_ones_are_not():
    rng = np.random.default_rng(5)
    climate = rng.random(30)
    scores = frame(np.column_stack([climate, climate**3, -climate]))
    (pair,) = correlated(scores)

    assert (pair.first, pair.second, pair.projects) == ("climate", "cost", 30)
    assert pair.correlation == pytest.approx(1)
    assert correlated(scores.head(7)) == ()


@pytest.mark.parametrize(
    ("field", "act"),
    [
        ("matrix", lambda: ahp(np.ones((2, 3)))),
        ("matrix", lambda: ahp(np.array([[1, 2], [2, 1]]))),
        ("matrix", lambda: ahp(np.array([[1, -2], [-0.5, 1]]))),
        ("criteria", lambda: ahp(np.ones((2, 2)), ["one"])),
        ("weights", lambda: additive(frame(np.ones((2, 3))), by_criterion([0, 0, 0]))),
        ("weights", lambda: additive(frame(np.ones((2, 3))), by_criterion([-1, 1, 1]))),
        ("weights", lambda: additive(frame(np.ones((2, 3))), pd.Series([1.0], index=["cost"]))),
        ("scores", lambda: additive(frame(np.full((2, 3), np.inf)), by_criterion([1, 1, 1]))),
        ("scores", lambda: bounds(frame(np.ones((2, 3))), lowest=2, highest=3)),
        ("lowest", lambda: bounds(frame(np.ones((2, 3))), lowest=2, highest=2)),
        ("scores", lambda: every_way([[np.nan, 1, 1]] * 2, [1, 1, 1], ["UP"] * 3)),
        ("directions", lambda: topsis(
            frame(np.ones((2, 3))), by_criterion([1, 1, 1]), by_criterion(["max"] * 3))),
        ("preferences", lambda: promethee(
            frame(np.ones((2, 3))), by_criterion([1, 1, 1]), by_criterion(["UP"] * 3), {})),
        ("preferences", lambda: Preference("CURVE")),
        ("preferences", lambda: Preference("LINEAR", indifference=3, strict=3)),
        ("weights", lambda: aggregate(pd.DataFrame([[1, np.nan]]))),
        ("at_least", lambda: correlated(frame(np.ones((2, 3))), at_least=2)),
    ],
)  # fmt: skip
def test_wrong_input_is_refused_by_the_name_of_its_field(field, act):
    with pytest.raises(ValueError, match=f"^{field}"):
        act()
