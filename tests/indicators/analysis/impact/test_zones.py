"""Comparisons between zones: donors, permutations, staggered starts, refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.analysis.impact import (
    Design,
    Effect,
    NotIdentified,
    Settings,
    difference_in_differences,
    synthetic_control,
    synthetic_difference_in_differences,
)
from indicators.analysis.impact.group_time import NEVER, Panel, later_value, overall
from tests.indicators.analysis.impact.worlds import COLUMNS, REGISTERED, panel

QUICK = Settings(permutations=199)


def control(table=None, **changes):
    facts = {**COLUMNS, "treated": 0, "start": 12, "settings": QUICK}
    return synthetic_control(panel(effect=4) if table is None else table, **(facts | changes))


def sdid(table=None, **changes):
    facts = {**COLUMNS, "treated": 0, "start": 12, "settings": QUICK}
    table = panel(effect=4) if table is None else table
    return synthetic_difference_in_differences(table, **(facts | changes))


def did(table=None, **changes):
    facts = {**COLUMNS, "treated_from": {0: 12}, "settings": QUICK}
    table = panel(effect=4) if table is None else table
    return difference_in_differences(table, **(facts | changes))


def many(*, zones=60, times=8, effects=(), seed=2, trend=0.0) -> tuple[pd.DataFrame, dict]:
    """Zones by times; `effects`: (first time, size, how many zones) for each group in turn."""
    rng = np.random.default_rng(seed)
    y = rng.standard_normal((zones, 1)) + rng.standard_normal((1, times)).cumsum()
    y = y + 0.3 * rng.standard_normal((zones, times))
    begins, first = {}, 0
    for begin, size, count in effects:
        y[first : first + count, begin:] += size
        y[first : first + count] += trend * np.arange(times)
        begins |= dict.fromkeys(range(first, first + count), begin)
        first += count
    unit, when = np.meshgrid(np.arange(zones), np.arange(times), indexing="ij")
    return pd.DataFrame({"zone": unit.ravel(), "t": when.ravel(), "value": y.ravel()}), begins


# ---------------------------------------------------------------- synthetic control


def test_a_large_effect_on_one_zone_is_shown():
    found = control()

    assert found.verdict == "SHOWN"
    assert found.point == pytest.approx(4, abs=0.5)
    assert found.low < 4 < found.high
    assert sum(found.weights.values()) == pytest.approx(1)
    assert min(found.weights.values()) >= 0
    assert (found.diagnostics["placebo"].rank, found.diagnostics["placebo"].of) == (1, 24)


def test_with_fewer_than_19_donors_nothing_can_be_shown():
    found = control(panel(zones=19, effect=8))

    assert found.diagnostics["placebo"].smallest_p == pytest.approx(1 / 19)
    assert found.level == pytest.approx(18 / 19)  # the range says what it can hold
    assert found.verdict == "LIKELY"


def test_nothing_is_shown_on_an_untouched_zone():
    assert control(panel(effect=0)).verdict == "NOT_SHOWN"
    assert sdid(panel(effect=0)).verdict == "NOT_SHOWN"
    assert did(panel(effect=0)).verdict == "NOT_SHOWN"


def test_without_placebos_nothing_is_shown():
    found = control(placebo=False)

    assert found.p_value == 1
    assert found.verdict == "NOT_SHOWN"


def test_a_poor_fit_is_refused():
    table = panel(effect=4)
    mine = (table.zone == 0) & (table.t % 2 == 0)
    table.loc[mine, "value"] *= 1.4

    found = control(table)

    assert "POOR_FIT" in found.reasons
    assert found.facts["rmspe_before"] > 0.1 * found.facts["level"]


def test_a_zone_outside_all_donors_is_refused():
    table = panel(effect=4)
    table.loc[table.zone == 0, "value"] += 20

    assert "OUTSIDE_HULL" in control(table).reasons


def test_leaving_out_a_weighty_donor_and_a_false_start_are_told():
    found = control()
    told = found.diagnostics["leave_one_out"]

    assert set(told) == {donor for donor, share in found.weights.items() if share > 0.01}
    assert all(abs(one - found.point) < 1 for one in told.values())
    assert found.diagnostics["false_start"] == 8
    assert abs(found.diagnostics["false_start_effect"]) < 1


def test_predictors_are_shown_beside_the_outcome_alone():
    table = panel(zones=22, effect=4)
    table["size"] = table.groupby("zone").value.transform("first")
    found = control(table, covariates=["size"], special={"value": [10, 11], "late": ("value", 11)})

    assert found.diagnostics["primary"].name == "PREDICTORS"
    assert found.diagnostics["second"].name == "OUTCOME"
    assert len(found.diagnostics["predictor_weights"]) == 3
    assert found.diagnostics["second"].point == pytest.approx(control(table).point)


def test_a_donor_with_a_missing_value_is_left_out_and_named():
    table = panel(effect=4)
    table.loc[(table.zone == 5) & (table.t == 3), "value"] = np.nan

    assert control(table).diagnostics["dropped_donors"] == [5]
    assert 5 not in control(table).weights


def test_a_time_that_the_treated_zone_lacks_is_left_out_and_named():
    table = panel(effect=4)
    table.loc[(table.zone == 0) & (table.t == 3), "value"] = np.nan

    assert control(table).diagnostics["dropped_times"] == [3]


@pytest.mark.parametrize("method", [control, sdid, did])
def test_a_declared_break_is_judged_with_and_without(method):
    table = panel(effect=4)
    table.loc[(table.zone == 0) & table.t.between(13, 14), "value"] += 9
    found = method(table, design=Design(breaks=((13, 14),)))
    without = found.diagnostics["without_breaks"]

    assert without.point == pytest.approx(4, abs=0.7)
    assert found.point == pytest.approx(without.point + 9 * 2 / 8, abs=0.7)
    assert "without_breaks" not in without.diagnostics


def test_a_break_is_written_as_the_times_are():
    with pytest.raises(ValueError, match="breaks"):
        control(design=Design(breaks=(("a", "b"),)))


def test_a_zone_treated_all_along_is_left_out_and_named():
    found = did(treated_from={0: 12, 7: 0})

    assert found.diagnostics["left_out"] == (7,)
    assert found.diagnostics["placebo"].of == 23


@pytest.mark.parametrize("method", [control, sdid])
def test_too_little_to_compare_with_cannot_be_judged(method):
    assert method(start=5).reasons == ("TOO_FEW_BEFORE",)
    assert method(start=20).reasons == ("TOO_FEW_AFTER",)
    assert method(panel(zones=2)).reasons == ("TOO_FEW_DONORS",)
    assert method(start=None).reasons == ("START_UNKNOWN",)
    assert method(design=Design(donors_touched=True)).reasons == ("DONORS_TOUCHED",)


# ---------------------------------------------------------------- grades


def test_a_registered_comparison_that_passes_all_is_graded_a():
    assert control(design=REGISTERED).grade == "A"
    assert control().grade == "C"


def test_one_check_that_fails_makes_it_b():
    found = control(panel(effect=4, drift=0.0), design=REGISTERED)
    strict = replace(QUICK, level=0.01)  # 23 donors cannot reach it

    assert found.grade == "A"
    assert sdid(design=REGISTERED, settings=strict).grade == "B"


# ---------------------------------------------------------------- differences


def test_one_treated_zone_is_judged_by_permutation_never_by_clustered_errors():
    found = did()

    assert found.diagnostics["primary"].name == "PERMUTATION"
    assert found.diagnostics["second"].name == "SYNTHETIC_DID"
    assert found.diagnostics["placebo"].of == 24
    assert found.verdict == "SHOWN"


def test_a_few_clusters_are_not_many_zones():
    table, begins = many(effects=((4, 1.0, 30),))
    table["district"] = table.zone // 15
    found = did(table, treated_from=begins, cluster="district")

    assert found.diagnostics["clusters"] == (2, 2)
    assert found.diagnostics["primary"].name == "PERMUTATION"
    assert found.diagnostics["placebo"].of == 6
    assert found.verdict != "SHOWN"


def test_many_zones_have_clustered_errors_and_a_permutation():
    table, begins = many(effects=((4, 0.5, 25),))
    found = did(table, treated_from=begins)

    assert found.diagnostics["primary"].name == "CLUSTERED"
    assert found.low < 0.5 < found.high
    assert found.diagnostics["placebo"].of == 200
    assert found.verdict == "SHOWN"


def test_staggered_effects_that_grow_are_not_mixed_up():
    """Two-way fixed effects compare late groups with early ones, and miss this by far."""
    table, begins = many(effects=((2, 0.0, 20), (5, 0.0, 20)))
    since = table.t - table.zone.map(begins)
    table["value"] += np.where(since >= 0, 1 + since, 0.0)
    found = did(table, treated_from=begins)
    events = found.diagnostics["event_study"]

    assert found.point == pytest.approx(np.mean([*range(1, 7), *range(1, 4)]), abs=0.15)
    assert events.loc[0, "point"] == pytest.approx(1, abs=0.2)
    assert events.loc[3, "point"] == pytest.approx(4, abs=0.2)
    assert found.diagnostics["by_group"][5] == pytest.approx(2, abs=0.2)
    assert np.abs(events.loc[:-2, "point"]).max() < 0.3


def test_those_not_yet_treated_are_controls_where_nobody_is_untreated():
    table, begins = many(zones=40, effects=((3, 1.0, 20), (6, 1.0, 20)))
    found = did(table, treated_from=begins)

    assert found.point == pytest.approx(1, abs=0.15)


def test_a_few_zones_with_several_starts_are_judged_by_two_comparisons_of_the_same_starts():
    table, begins = many(zones=40, times=20, effects=((8, 2.0, 2), (12, 2.0, 2)))
    found = did(table, treated_from=begins)
    second = found.diagnostics["second"]

    assert found.diagnostics["primary"].name == "PERMUTATION"
    assert second.name == "NOT_YET_TREATED"
    assert second.point == pytest.approx(2, abs=0.4)
    assert found.verdict == "SHOWN"


def test_no_effect_of_several_starts_is_not_shown():
    table, begins = many(zones=40, times=20, effects=((8, 0.0, 2), (12, 0.0, 2)))
    assert did(table, treated_from=begins).verdict == "NOT_SHOWN"


@pytest.mark.parametrize("holes", [0.0, 0.1])
def test_the_quick_way_with_later_zones_as_controls_gives_what_the_slow_one_does(holes):
    table, begins = many(zones=30, times=10, effects=((3, 1.0, 5), (6, 2.0, 4), (8, 0.5, 3)))
    rng = np.random.default_rng(4)
    table.loc[rng.random(len(table)) < holes, "value"] = np.nan
    y = table.pivot(index="zone", columns="t", values="value").to_numpy()
    panel_ = Panel(y, np.array([begins.get(zone, NEVER) for zone in range(30)]))

    assert later_value(panel_) == pytest.approx(overall(panel_, later_as_controls=True).value)


def test_each_zone_taken_as_treated_gives_its_gap_in_both_kinds_of_difference_in_differences():
    for found in (did(), sdid()):
        gaps = found.diagnostics["placebo_gaps"]
        assert len(gaps) == len(panel(effect=4).zone.unique()) - 1
        assert all(len(gap) == len(found.counterfactual) for gap in gaps.values())
        false = found.diagnostics.get("placebo_effects")
        for unit in false or ():
            assert gaps[unit].iloc[12:].mean() == pytest.approx(false[unit])


def test_the_gap_of_the_project_is_told_as_those_of_the_others_are():
    found = did()
    own = found.diagnostics["own_gap"]
    assert own.iloc[:12].mean() == pytest.approx(0, abs=1e-9)
    assert own.iloc[12:].mean() == pytest.approx(found.point)


def test_pre_trends_bar_a_verdict():
    table, begins = many(effects=((5, 0.5, 25),), trend=0.3)
    found = did(table, treated_from=begins)

    assert found.diagnostics["pre_trend_p"] < 0.05
    assert found.diagnostics["flags"] == ("PRE_TRENDS",)
    assert found.verdict == "NOT_SHOWN"


def test_the_counterfactual_is_the_treated_mean_less_the_effect():
    table, begins = many(effects=((4, 0.5, 25),))
    found = did(table, treated_from=begins)
    seen = table[table.zone.isin(list(begins))].groupby("t").value.mean()

    assert (seen - found.counterfactual).loc[4:].mean() == pytest.approx(found.point)
    assert found.cumulative == pytest.approx(found.point * 25 * 4)


def test_a_comparison_without_a_past_or_a_future_cannot_be_judged():
    assert did(treated_from={0: 0}).reasons == ("NOTHING_BEFORE",)
    assert did(treated_from={0: 99}).reasons == ("NOTHING_AFTER",)
    everywhere = dict.fromkeys(range(24), 12)
    assert did(treated_from=everywhere).reasons == ("NO_COMPARISON",)


@pytest.mark.parametrize(
    ("call", "changes", "field"),
    [
        (control, {"unit": "city"}, "unit"),
        (control, {"value": "zones"}, "value"),
        (control, {"treated": 99}, "treated"),
        (control, {"start": "x"}, "start"),
        (control, {"covariates": ["size"]}, "covariates"),
        (control, {"special": {"value": 15}}, "special"),
        (sdid, {"time": "year"}, "time"),
        (did, {"treated_from": {}}, "treated_from"),
        (did, {"treated_from": {99: 12}}, "treated_from"),
        (did, {"treated_from": {0: "x"}}, "treated_from"),
        (did, {"cluster": "district"}, "cluster"),
        (did, {"cluster": "t"}, "cluster"),
    ],
)
def test_wrong_input_names_its_field(call, changes, field):
    with pytest.raises(ValueError, match=field):
        call(**changes)


def test_a_unit_told_twice_at_one_time_is_refused():
    table = panel()
    for call in (control, sdid, did):
        with pytest.raises(ValueError, match="two rows"):
            call(pd.concat([table, table.iloc[:1]]))


# ---------------------------------------------------------------- invariances


@settings(max_examples=6)
@given(
    seed=st.integers(0, 10_000), shift=st.floats(-50, 50), factor=st.floats(1e-2, 1e2),
    order=st.randoms(use_true_random=False),
)  # fmt: skip
@pytest.mark.parametrize("method", [control, sdid, did])
def test_constants_units_and_the_order_of_zones_do_not_matter(method, seed, shift, factor, order):
    table = panel(effect=3, seed=seed)
    names = list(range(1, 24))
    order.shuffle(names)
    moved = table.assign(
        value=factor * table.value + shift,
        zone=table.zone.map(dict(zip(range(24), [0, *names], strict=True))),
    ).sample(frac=1, random_state=0)
    found, other = method(table), method(moved)

    if isinstance(found, NotIdentified) or isinstance(other, NotIdentified):
        return  # a shift of the level may move it across the limit of the fit
    assert isinstance(found, Effect)
    assert other.point == pytest.approx(factor * found.point, rel=1e-4, abs=1e-4 * factor)
    assert other.p_value == pytest.approx(found.p_value)
    assert other.verdict == found.verdict
