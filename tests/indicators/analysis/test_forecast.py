from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.analysis import contest as module
from indicators.analysis.forecast import Forecast, TooEarly, forecast
from indicators.analysis.structural import NoFitError
from portfolio.results import Unknown

SEED = 7


def monthly(values, start="2018-01-01"):
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq="MS"))


def climbing(count=60, slope=1.0, noise=2.0, season=0.0):
    rng = np.random.default_rng(SEED)
    steps = np.arange(count)
    wave = season * np.sin(2 * np.pi * steps / 12)
    return monthly(100 + slope * steps + wave + rng.normal(0, noise, count))


def said(series, until=date(2025, 12, 31), **more):
    given = {"target": None, "frequency": "MONTH", "seed": SEED} | more
    return forecast(series, until=until, **given)


def test_a_steady_climb_is_carried_on_and_its_target_is_likely():
    found = said(climbing(), date(2024, 12, 31), target=170.0)
    assert found.mean.index[-1] == pd.Timestamp("2024-12-01")
    assert found.mean.iloc[-1] == pytest.approx(100 + 83, abs=6)
    assert found.probability_on_target > 0.9
    assert date(2023, 6, 1) <= found.reached_on <= date(2024, 3, 1)


def test_a_target_downwards_is_judged_from_below():
    up = said(climbing(), target=150.0)
    down = said(climbing(), target=150.0, direction="DOWN")
    assert up.probability_on_target + down.probability_on_target == pytest.approx(1)


def test_a_band_is_judged_on_both_sides():
    found = said(climbing(slope=0), target=(98.0, 102.0), direction="RANGE")
    wide = said(climbing(slope=0), target=(80.0, 120.0), direction="RANGE")
    assert 0 < found.probability_on_target < wide.probability_on_target <= 1


def test_the_fan_opens_with_its_level_and_never_closes_with_time():
    found = said(climbing())
    for inner, outer in ((50, 80), (80, 95)):
        assert (getattr(found, f"lower{outer}") < getattr(found, f"lower{inner}")).all()
        assert (getattr(found, f"upper{outer}") > getattr(found, f"upper{inner}")).all()
    width = (found.upper80 - found.lower80).to_numpy()
    assert (np.diff(width) > -1e-9).all()


def test_a_season_comes_back():
    found = said(climbing(count=96, slope=0, noise=1, season=20), date(2026, 12, 31))
    assert "SEASON" in found.model
    assert found.mean["2026-04-01"] - found.mean["2026-10-01"] == pytest.approx(40, abs=4)


def test_a_model_that_does_not_beat_the_yardstick_is_not_used(monkeypatch):
    """A walk without memory is forecast best by its last value."""
    rng = np.random.default_rng(3)
    walk = pd.Series(
        np.cumsum(rng.normal(0, 1, 60)), index=pd.date_range("1960-01-01", periods=60, freq="YS")
    )
    found = forecast(walk, until=date(2024, 1, 1), target=None, frequency="YEAR", seed=SEED)
    assert found.mase <= found.naive_mase
    if found.model == module.NAIVE:
        assert found.mean.iloc[0] == walk.iloc[-1]


def test_seven_values_are_too_few_and_it_says_how_many_would_do():
    assert said(monthly([1.0, 2, 3, 4, 5, 6, 7])) == TooEarly("TOO_FEW_POINTS", 7, 8)


def test_missing_values_do_not_count_as_known():
    series = monthly([1.0, 2, 3, np.nan, np.nan, 6, 7, 8])
    assert said(series) == TooEarly("TOO_FEW_POINTS", 6, 8)


def test_eight_values_give_a_chance_but_no_judgement_on_the_past():
    found = said(monthly([10.0, 12, 11, 13, 12, 14, 13, 15]), date(2018, 12, 1), target=20.0)
    assert 0 < found.probability_on_target < 1
    assert np.isnan(found.coverage80) or found.origins > 0


def test_missing_months_are_bridged():
    series = climbing()
    series.iloc[[20, 21, 22, 40]] = np.nan
    assert said(series).points == 56


def test_without_a_target_no_chance_is_given():
    found = said(climbing())
    assert found.probability_on_target is None
    assert found.probability_range is None
    assert found.reached_on == Unknown("NO_TARGET")


def test_a_target_out_of_reach_is_not_reached_at_the_current_trend():
    found = said(climbing(slope=0), target=1e6)
    assert found.reached_on == Unknown("NOT_AT_CURRENT_TREND")
    assert found.probability_on_target < 1e-6


def test_the_range_of_chances_holds_the_chance():
    found = said(climbing(), target=180.0)
    low, high = found.probability_range
    assert low <= found.probability_on_target <= high


def test_a_known_jump_is_not_taken_for_a_trend():
    rng = np.random.default_rng(1)
    values = np.r_[np.full(40, 100.0), np.full(12, 160.0)] + rng.normal(0, 2, 52)
    series, until = monthly(values), date(2023, 12, 1)
    told = said(series, until, breaks=[date(2021, 5, 1)])
    untold = said(series, until)
    assert told.mean.iloc[-1] == pytest.approx(160, abs=4)
    assert (told.upper80 - told.lower80).iloc[-1] < (untold.upper80 - untold.lower80).iloc[-1]


def test_a_break_that_is_still_ahead_changes_nothing():
    series = climbing()
    assert said(series).mean.equals(said(series, breaks=[date(2025, 1, 1)]).mean)


def test_holidays_ahead_are_expected_to_be_like_those_seen():
    days = pd.date_range("2023-01-01", periods=400, freq="D")
    quiet = set(days[10::20])
    rng = np.random.default_rng(2)
    values = 200 + rng.normal(0, 5, 400) - 120 * np.array([day in quiet for day in days])
    ahead = date(2024, 2, 20)
    found = forecast(
        pd.Series(values, index=days), until=date(2024, 3, 1), target=None, frequency="DAY",
        seed=SEED, holidays=[*(day.date() for day in quiet), ahead],
    )  # fmt: skip
    assert found.mean[pd.Timestamp(ahead)] == pytest.approx(80, abs=15)
    assert found.mean["2024-02-21"] == pytest.approx(200, abs=15)


def test_a_spike_does_not_move_the_forecast_and_is_counted():
    quiet = climbing(slope=0)
    spiked = quiet.copy()
    spiked.iloc[30] = 5000.0
    found = said(spiked)
    assert found.set_aside == 1
    assert found.mean.iloc[-1] == pytest.approx(said(quiet).mean.iloc[-1], abs=2)


def test_changing_the_unit_changes_the_forecast_by_that_factor():
    series = climbing()
    one, thousand = said(series, target=150.0), said(series * 1000, target=150_000.0)
    assert thousand.mean.to_numpy() == pytest.approx(one.mean.to_numpy() * 1000, rel=1e-3)
    assert thousand.probability_on_target == pytest.approx(one.probability_on_target, abs=0.005)


def test_values_that_are_never_negative_have_no_fan_below_zero():
    rng = np.random.default_rng(5)
    level = np.clip(np.cumsum(rng.normal(0, 3, 120)) + 30, 1, None)
    found = said(monthly(rng.poisson(level).astype(float), "2010-01-01"), date(2021, 12, 1))
    if found.scale == "ROOT":
        assert (found.lower95 >= 0).all()
    assert (found.upper95 > found.lower95).all()


def test_where_no_structural_model_fits_a_trend_by_medians_is_used(monkeypatch):
    def fails(*_, **__):
        raise NoFitError

    monkeypatch.setattr(module, "fit", fails)
    found = said(climbing(count=40), date(2022, 1, 1), target=150.0)
    assert found.model in {module.ROBUST, module.NAIVE}
    assert found.mean.iloc[-1] == pytest.approx(100 + 48, abs=12)
    again = said(climbing(count=40), date(2022, 1, 1), target=150.0)
    assert found.upper80.equals(again.upper80)


def test_a_constant_series_is_forecast_as_it_is():
    found = said(monthly([5.0] * 30))
    assert found.mean.to_numpy() == pytest.approx(5.0, abs=1e-6)


def test_the_past_is_covered_about_as_often_as_was_said():
    rng = np.random.default_rng(11)
    found = [
        said(monthly(50 + np.cumsum(rng.normal(0, 0.3, 72)) + rng.normal(0, 2, 72)))
        for _ in range(6)
    ]
    assert 0.7 <= np.mean([one.coverage80 for one in found]) <= 0.9


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"direction": "SIDEWAYS"}, "direction"),
        ({"frequency": "HOUR"}, "frequency"),
        ({"target": float("nan")}, "target"),
        ({"target": (1.0, 2.0)}, "target"),
        ({"until": date(2020, 1, 1)}, "until"),
    ],
)
def test_wrong_input_names_its_field(wrong, field):
    with pytest.raises(ValueError, match=f"^{field}"):
        said(climbing(), **wrong)


def test_a_forecast_is_drawn_without_chance():
    first, second = said(climbing(), target=170.0), said(climbing(), target=170.0)
    for one in fields(Forecast):
        a, b = getattr(first, one.name), getattr(second, one.name)
        assert a.equals(b) if isinstance(a, pd.Series) else a == b
