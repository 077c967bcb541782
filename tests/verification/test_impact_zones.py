"""Comparisons between zones against published figures, within the tolerance of each case.

a01: Abadie, Diamond, Hainmueller (2010), JASA 105:493-505. a02: Abadie & Gardeazabal (2003), AER
93:113-132, and the example of R's Synth. a03: Card & Krueger (1994), AER 84:772-793, table 3.
a04: Snow (1855). Synthetic DiD of Prop 99: Arkhangelsky et al. (2021), AER 111:4088-4118, table 1
(-15.6, s.e. 8.4 by placebo) and the R package synthdid (-15.604).
"""

import pandas as pd
import pytest

from indicators.analysis.impact import (
    difference_in_differences,
    synthetic_control,
    synthetic_difference_in_differences,
)
from tests.shared import case, needs_case

STATES = {"unit": "State", "time": "Year", "value": "PacksPerCapita"}


@pytest.fixture(scope="module")
def prop99():
    told, folder = case("a01-sc-prop99")
    panel = pd.read_csv(folder / "prop99_long.csv", sep=";")
    predictors = pd.read_csv(folder / "prop99_predictors.csv")
    names = [name for name in predictors.columns if name != "state"]
    return told, panel.merge(predictors, left_on="State", right_on="state"), names


@pytest.fixture(scope="module")
def by_predictors(prop99):
    _, panel, names = prop99
    return synthetic_control(panel, **STATES, treated="California", start=1989, covariates=names)


def gap(effect) -> pd.Series:
    return effect.diagnostics["actual"] - effect.counterfactual


@needs_case("a01-sc-prop99")
def test_california_is_the_published_mix_of_five_states(prop99, by_predictors):
    told, _, _ = prop99
    expected, tolerance = told["expected"], told["tolerance"]
    weighty = {state: share for state, share in by_predictors.weights.items() if share > 0.02}

    assert weighty == pytest.approx(expected["weights"], abs=tolerance["weights"])
    assert by_predictors.point == pytest.approx(
        expected["mean_effect_1989_2000"], abs=tolerance["mean_effect"]
    )
    assert gap(by_predictors)[2000] == pytest.approx(
        expected["effect_2000"], abs=tolerance["effect_2000"]
    )
    assert by_predictors.diagnostics["rmspe_before"] ** 2 == pytest.approx(
        expected["pre_mspe"], abs=0.05
    )


@needs_case("a01-sc-prop99")
def test_california_has_the_largest_ratio_of_39(prop99, by_predictors):
    told, _, _ = prop99
    placebo = by_predictors.diagnostics["placebo"]

    assert (placebo.rank, placebo.of) == (1, told["expected"]["placebo_n"])
    assert by_predictors.p_value == pytest.approx(told["expected"]["p_value"], abs=0.0005)
    assert by_predictors.diagnostics["ratio"] == pytest.approx(
        told["expected"]["post_pre_mspe_ratio"], abs=told["tolerance"]["ratio"]
    )


@needs_case("a01-sc-prop99")
def test_california_ranks_third_on_the_outcome_alone(prop99, by_predictors):
    told, panel, _ = prop99
    expected = told["expected"]["outcome_only"]
    effect = synthetic_control(panel, **STATES, treated="California", start=1989)

    assert effect.point == pytest.approx(
        expected["mean_effect"], abs=told["tolerance"]["outcome_only_mean"]
    )
    assert effect.diagnostics["rmspe_before"] == pytest.approx(expected["pre_rmspe"], abs=0.002)
    assert gap(effect)[2000] == pytest.approx(expected["effect_2000"], abs=0.1)
    assert effect.diagnostics["placebo"].rank == expected["placebo_rank_ratio"]
    # both are shown together: the p depends on the specification
    assert by_predictors.diagnostics["second"].p_value == pytest.approx(effect.p_value)


@needs_case("a01-sc-prop99")
def test_the_plain_difference_of_california(prop99):
    told, panel, _ = prop99
    effect = difference_in_differences(panel, **STATES, treated_from={"California": 1989})

    assert effect.point == pytest.approx(
        told["expected"]["did_mean_effect"], abs=told["tolerance"]["did"]
    )
    assert effect.verdict == "NOT_SHOWN"


@needs_case("a01-sc-prop99")
def test_the_synthetic_difference_of_california(prop99):
    _, panel, _ = prop99
    effect = synthetic_difference_in_differences(panel, **STATES, treated="California", start=1989)

    assert effect.point == pytest.approx(-15.604, abs=0.01)
    assert 8 < effect.diagnostics["standard_error"] < 10
    published = {1986: 0.366, 1987: 0.206, 1988: 0.427}
    weighty = {t: w for t, w in effect.diagnostics["time_weights"].items() if w > 0.01}
    assert weighty == pytest.approx(published, abs=0.002)


@needs_case("a02-sc-basque")
def test_the_basque_country_is_catalonia_and_madrid():
    told, folder = case("a02-sc-basque")
    panel = pd.read_csv(folder / "basque.csv")
    predictors = pd.read_csv(folder / "basque_predictors.csv")
    names = [name for name in predictors.columns if name != "region"]
    first, last = told["inputs"]["fit_years"]
    panel = panel[(panel.regionname != told["inputs"]["exclude"]) & (panel.year >= first)]
    panel = panel[["regionname", "year", "gdpcap"]].merge(
        predictors, left_on="regionname", right_on="region"
    )
    effect = synthetic_control(
        panel, unit="regionname", time="year", value="gdpcap", treated=told["inputs"]["treated"],
        start=last + 1, covariates=names, placebo=False,
    )  # fmt: skip
    expected, tolerance = told["expected"], told["tolerance"]
    weighty = {region: share for region, share in effect.weights.items() if share > 0.005}
    since = gap(effect).loc[1975:1997]
    share = since / effect.counterfactual.loc[1975:1997]

    assert weighty == pytest.approx(expected["weights"], abs=tolerance["weights"])
    assert since.mean() == pytest.approx(expected["mean_gap_1975_1997"], abs=tolerance["mean_gap"])
    assert 100 * share.mean() == pytest.approx(expected["mean_gap_pct"], abs=0.05)
    assert 100 * share.min() == pytest.approx(expected["max_gap_pct"], abs=0.05)
    assert effect.verdict != "SHOWN"  # no placebo was made


@needs_case("a03-did-card-krueger")
def test_the_minimum_wage_of_new_jersey():
    told, folder = case("a03-did-card-krueger")
    panel = pd.read_csv(folder / "card_krueger.csv")
    treated = panel.groupby("id").nj.first()
    effect = difference_in_differences(
        panel, unit="id", time="d", value="fte",
        treated_from=dict.fromkeys(treated.index[treated == 1], 1),
    )  # fmt: skip
    expected, tolerance = told["expected"], told["tolerance"]

    assert effect.point == pytest.approx(expected["did_unrounded"], abs=0.0001)
    assert effect.point == pytest.approx(expected["did"], abs=tolerance["did"])
    assert (effect.high - effect.low) / 2 / 1.99 == pytest.approx(expected["did_se"], abs=0.06)
    assert effect.diagnostics["second"].point == pytest.approx(
        expected["did_balanced"], abs=tolerance["did"]
    )
    assert effect.diagnostics["primary"].name == "CLUSTERED"


@needs_case("a04-did-snow")
def test_the_water_of_lambeth():
    told, folder = case("a04-did-snow")
    effect = difference_in_differences(
        pd.read_csv(folder / "snow.csv"), unit="supplier", time="year", value="deathrate",
        treated_from={"Lambeth + Others": 1854},
    )  # fmt: skip

    assert effect.point == pytest.approx(told["expected"]["did"], abs=told["tolerance"]["did"])
    assert effect.p_value == 1  # two zones: whichever is treated, the difference is the same
    assert effect.level == 0.5
    assert effect.verdict == "NOT_SHOWN"
