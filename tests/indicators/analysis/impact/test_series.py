"""One series: when it can be judged, what is said, and that units do not matter."""

from dataclasses import replace
from datetime import date

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
    interrupted_series,
    minimum_detectable_effect,
)
from portfolio.results import Unknown
from tests.indicators.analysis.impact.worlds import REGISTERED, START, monthly, noisy

QUICK = Settings(draws=59)


def judge(series=None, **changes):
    series = noisy(effect=5) if series is None else series
    return interrupted_series(series, **({"start": START, "settings": QUICK} | changes))


# ---------------------------------------------------------------- rule 2: cannot be judged


@pytest.mark.parametrize(
    ("before", "after", "season", "reasons"),
    [
        (11, 12, None, ("TOO_FEW_BEFORE",)),
        (12, 5, None, ("TOO_FEW_AFTER",)),
        (11, 5, None, ("TOO_FEW_BEFORE", "TOO_FEW_AFTER")),
        (23, 12, 12, ("TOO_FEW_CYCLES",)),
    ],
)
def test_too_few_points_cannot_be_judged(before, after, season, reasons):
    series = noisy(before=before, after=after)
    found = judge(series, start=series.index[before].date(), season=season)

    assert isinstance(found, NotIdentified)
    assert found.reasons == reasons
    assert found.verdict == "CANNOT_BE_JUDGED"
    assert found.facts["before"] == before


@pytest.mark.parametrize(("before", "after", "season"), [(12, 6, None), (24, 6, 12)])
def test_the_fewest_points_allowed_are_judged(before, after, season):
    series = noisy(before=before, after=after)

    assert isinstance(judge(series, start=series.index[before].date(), season=season), Effect)


def test_the_thresholds_are_settings():
    series = noisy(before=14, after=6)
    strict = replace(QUICK, min_before=15)

    assert judge(series, start=series.index[14].date(), settings=strict).reasons == (
        "TOO_FEW_BEFORE",
    )


@pytest.mark.parametrize(
    ("design", "reason"),
    [
        (Design(definition_changed=True), "DEFINITION_CHANGED"),
        (Design(other_shock=True), "OTHER_PROJECT_OR_SHOCK"),
        (Design(donors_touched=True), "DONORS_TOUCHED"),
    ],
)
def test_what_is_declared_against_the_case_makes_it_impossible_to_judge(design, reason):
    assert judge(design=design).reasons == (reason,)


def test_an_unknown_start_cannot_be_judged():
    assert judge(start=None).reasons == ("START_UNKNOWN",)


def test_a_series_that_does_not_vary_cannot_be_judged():
    assert judge(monthly([7.0] * 36)).reasons == ("NO_VARIATION",)


def test_missing_values_are_left_out_and_counted_never_taken_for_zero():
    series = noisy(effect=5)
    series.iloc[[3, 9, 30]] = np.nan
    found = judge(series)

    assert found.diagnostics["missing"] == 3
    assert (found.diagnostics["before"], found.diagnostics["after"]) == (22, 11)
    assert found.point == pytest.approx(5, abs=1)


def test_missing_values_count_against_the_thresholds():
    series = noisy(before=13, after=12)
    series.iloc[:2] = np.nan

    assert judge(series, start=series.index[13].date()).reasons == ("TOO_FEW_BEFORE",)


# ---------------------------------------------------------------- rules 1, 3: verdicts


def test_a_large_effect_is_shown_by_two_methods_and_the_placebos():
    found = judge()

    assert found.verdict == "SHOWN"
    assert found.low < 5 < found.high
    assert found.p_value <= 0.05
    assert found.diagnostics["second"].p_value <= 0.10
    assert set(found.diagnostics["placebo_simulated"]) == {"LEVEL", "AR1"}


def test_where_nothing_is_shown_the_smallest_detectable_effect_is_told():
    found = judge(noisy(effect=0))

    assert found.verdict == "NOT_SHOWN"
    assert 0.5 < found.smallest_detectable < 3


def test_the_smallest_detectable_effect_is_found_about_as_often_as_promised():
    """A past of 24 points knows its own noise roughly: the middle of several is taken."""
    pasts = [noisy(before=24, after=0, seed=seed) for seed in range(1, 13)]
    least = [minimum_detectable_effect(past, after=12, settings=QUICK) for past in pasts]
    middle = float(np.median([one.smallest for one in least]))
    shown = {
        size: sum(judge(noisy(effect=size * middle, seed=seed)).verdict == "SHOWN"
                  for seed in range(100, 120))
        for size in (0.3, 1.3)
    }  # fmt: skip

    assert least[0].chance == 0.8
    assert shown[0.3] <= 6
    assert shown[1.3] >= 15


def test_a_past_too_short_has_no_smallest_detectable_effect():
    assert minimum_detectable_effect(noisy(before=8, after=0), after=12).reasons == (
        "TOO_FEW_BEFORE",
    )


def test_a_walk_that_ends_far_away_by_itself_is_not_shown():
    rng = np.random.default_rng(8)
    walks = [monthly(50 + rng.standard_normal(36).cumsum()) for _ in range(12)]

    assert sum(judge(walk).verdict == "SHOWN" for walk in walks) <= 1


def test_false_dates_count_only_where_they_are_enough():
    few = judge().diagnostics["placebo_dates"]
    long = noisy(before=48, after=12, effect=5)
    many = judge(long, start=long.index[48].date()).diagnostics["placebo_dates"]

    assert few.of < 20 < many.of
    assert few.smallest_p > 0.05
    assert many.rank == 1


def test_the_counterfactual_and_the_totals_agree_with_the_point():
    found = judge()
    after = noisy(effect=5).loc["2022":]

    assert list(found.counterfactual.index) == list(after.index)
    assert found.point == pytest.approx((after - found.counterfactual).mean())
    assert found.cumulative == pytest.approx(12 * found.point)
    assert found.relative == pytest.approx(after.mean() / found.counterfactual.mean() - 1)
    assert found.relative_low < found.relative < found.relative_high
    frame = found.diagnostics["frame"]
    assert (frame["low"] < frame["expected"]).all()
    assert (frame["expected"] < frame["high"]).all()


def test_an_outcome_around_zero_has_no_relative_effect():
    assert judge(noisy(effect=5, level=0)).relative == Unknown("LEVEL_NEAR_ZERO")


def test_a_step_and_a_slope_are_told_apart():
    rng = np.random.default_rng(3)
    values = 50 + 0.3 * rng.standard_normal(60)
    values[36:] += 0.4 * np.arange(24)
    told = judge(monthly(values), start=date(2023, 1, 1)).diagnostics["step_and_slope"]

    assert told["slope"].low < 0.4 < told["slope"].high
    assert told["slope"].p_value < 0.01
    assert told["level"].low < 0 < told["level"].high


def test_a_trend_of_the_past_is_not_taken_for_an_effect():
    rng = np.random.default_rng(5)
    found = judge(monthly(50 + 0.5 * np.arange(36) + rng.standard_normal(36)))

    assert found.diagnostics["trend"]
    assert found.verdict == "NOT_SHOWN"


def test_a_season_is_not_taken_for_an_effect():
    rng = np.random.default_rng(6)
    wave = 6 * np.sin(2 * np.pi * np.arange(30) / 12)
    found = judge(monthly(50 + wave + 0.5 * rng.standard_normal(30)), season=12)

    assert abs(found.point) < 1
    assert found.verdict == "NOT_SHOWN"


def test_a_control_takes_away_what_is_common():
    rng = np.random.default_rng(7)
    control = rng.standard_normal(36).cumsum()
    series = monthly(50 + 2 * control + 0.3 * rng.standard_normal(36))
    series.iloc[24:] += 2
    found = judge(series, controls=pd.DataFrame({"city": control}, index=series.index))

    assert found.point == pytest.approx(2, abs=0.5)
    assert found.high - found.low < judge(series).high - judge(series).low


# ---------------------------------------------------------------- rules 7, 8, 13 and grades


def test_the_wider_of_the_fitted_and_the_default_range_is_quoted():
    rng = np.random.default_rng(9)
    for series in (noisy(), monthly(50 + rng.standard_normal(36).cumsum())):
        found = judge(series)
        prior, fitted = found.diagnostics["default_prior"], found.diagnostics["primary"]

        assert (
            found.high - found.low >= max(prior.high - prior.low, fitted.high - fitted.low) - 1e-9
        )


def test_a_site_chosen_for_its_level_is_flagged_and_at_most_likely():
    found = judge(design=Design(chosen_for_its_level=True))

    assert "CHOSEN_FOR_ITS_LEVEL" in found.diagnostics["flags"]
    assert found.verdict == "LIKELY"


def test_a_rise_that_follows_a_dip_is_flagged():
    series = noisy(effect=3)
    series.iloc[21:24] -= 6

    assert "STARTED_FROM_AN_EXTREME" in judge(series).diagnostics["flags"]


def test_a_declared_break_is_judged_with_and_without():
    series = noisy(effect=5)
    series.loc["2020-03":"2020-05"] -= 30
    covid = (date(2020, 3, 1), date(2020, 5, 31))
    found = judge(series, design=Design(breaks=(covid,)))
    without = found.diagnostics["without_breaks"]

    assert found.diagnostics["missing"] == 0
    assert without.diagnostics["missing"] == 3
    assert without.verdict == "SHOWN"
    assert without.high - without.low < found.high - found.low


def test_one_series_is_graded_c_if_registered_before_the_look_else_d():
    late = Design(fixed_on=date(2023, 6, 1), looked_on=date(2021, 6, 1))

    assert [judge(design=design).grade for design in (REGISTERED, late, Design())] == [
        "C",
        "D",
        "D",
    ]
    assert judge().diagnostics["grade_rule"] == "One series, exploratory."


# ---------------------------------------------------------------- counts


def test_a_fall_of_counts_is_told_as_a_ratio():
    rng = np.random.default_rng(2)
    people = monthly(np.linspace(1e5, 1.2e5, 48))
    rate = np.where(np.arange(48) < 24, 0.01, 0.006)
    series = monthly(rng.poisson(people * rate))
    found = judge(series, counts=True, exposure=people)

    assert found.relative_low < -0.4 < found.relative_high
    assert found.point < 0
    assert found.diagnostics["rate_ratio"] == pytest.approx(1 + found.relative)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"series": monthly([-1.0] * 36), "counts": True}, "series"),
        ({"exposure": monthly([1.0] * 36)}, "exposure"),
        ({"counts": True, "exposure": monthly([0.0] * 36)}, "exposure"),
        ({"series": noisy().to_frame()}, "series"),
        ({"series": monthly([*[1.0] * 35, np.inf])}, "series"),
        ({"series": noisy().iloc[::-1]}, "series"),
        ({"series": pd.concat([noisy(), noisy().iloc[-1:]])}, "series"),
        ({"series": noisy().astype(str) + "x"}, "series"),
        ({"start": 24}, "start"),
        ({"start": "2022-01-01"}, "start"),
        ({"season": 1}, "season"),
        ({"controls": noisy()}, "controls"),
        ({"controls": pd.DataFrame({"one": monthly([3.0] * 36)})}, "controls"),
        ({"controls": pd.DataFrame({"a": noisy(seed=2), "b": noisy(seed=2)})}, "controls"),
        ({"controls": pd.DataFrame({"a": noisy()}).set_axis(range(36))}, "controls"),
    ],
)
def test_wrong_input_names_its_field(changes, field):
    with pytest.raises(ValueError, match=field):
        judge(**changes)


def test_wrong_settings_name_their_field():
    for field, value in (("level", 1.5), ("worst_fit", 0), ("draws", 0)):
        with pytest.raises(ValueError, match=field):
            Settings(**{field: value})
    with pytest.raises(ValueError, match="breaks"):
        Design(breaks=((date(2020, 2, 1), date(2020, 1, 1)),))


# ---------------------------------------------------------------- invariances


def test_the_same_seed_gives_the_same_answer():
    assert judge(seed=4).p_value == judge(seed=4).p_value
    assert judge(seed=4).low == judge(seed=4).low


@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000),
    shift=st.floats(-1e3, 1e3),
    factor=st.floats(1e-3, 1e3),
    effect=st.floats(-5, 5),
)
def test_a_constant_changes_nothing_and_a_unit_scales_the_effect(seed, shift, factor, effect):
    series = noisy(seed=seed, effect=effect)
    found, moved = judge(series), judge(series * factor + shift)

    for name in ("point", "low", "high", "cumulative", "smallest_detectable"):
        assert getattr(moved, name) == pytest.approx(
            factor * getattr(found, name), rel=2e-2, abs=2e-2 * factor
        )
    assert moved.grade == found.grade
    assert moved.p_value == pytest.approx(found.p_value, abs=0.04)


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_a_mirror_turns_the_sign_and_nothing_else(seed):
    series = noisy(seed=seed, effect=2)
    found, mirrored = judge(series), judge(-series)

    assert mirrored.point == pytest.approx(-found.point, rel=1e-3, abs=1e-3)
    assert mirrored.diagnostics["primary"].p_value == pytest.approx(
        found.diagnostics["primary"].p_value, rel=1e-2, abs=1e-6
    )
