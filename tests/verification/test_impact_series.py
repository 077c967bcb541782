"""Interrupted series against published figures, within the tolerance of each case.

a05: Lopez Bernal, Cummins, Gasparrini (2017), IJE 46:348-355 with its correction.
a06, a07: output of Google's CausalImpact (R), kept by tfcausalimpact. s01: Benjamini & Hochberg
(1995), JRSS-B 57:289-300.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.analysis.impact import (
    benjamini_hochberg,
    count_regression,
    interrupted_series,
)
from tests.shared import case, needs_case


@pytest.fixture(scope="module")
def sicily():
    told, folder = case("a05-its-sicily")
    frame = pd.read_csv(folder / "sicily.csv")
    frame.index = pd.to_datetime({"year": frame.year, "month": frame.month, "day": 1})
    return told, frame


def fitted(frame: pd.DataFrame, **changes):
    return count_regression(frame.aces, start=date(2005, 1, 1), exposure=frame.stdpop, **changes)


@needs_case("a05-its-sicily")
@pytest.mark.parametrize(
    ("model", "changes"),
    [
        ("model1", {"overdispersed": False}),
        ("model2", {}),
        ("model3", {"season": 12}),
    ],
)
def test_the_smoking_ban_has_the_published_rate_ratio_and_range(sicily, model, changes):
    told, frame = sicily
    expected, tolerance = told["expected"][model], told["tolerance"]
    found = fitted(frame, **changes)

    assert found.step.ratio == pytest.approx(expected["rr"], abs=tolerance["rr"])
    assert (found.step.low, found.step.high) == pytest.approx(
        tuple(expected["ci"]), abs=tolerance["ci"]
    )
    if "dispersion" in expected:
        assert found.dispersion == pytest.approx(expected["dispersion"], abs=0.01)
    if "trend_per_year" in expected:
        assert found.trend.ratio**12 == pytest.approx(expected["trend_per_year"], abs=0.001)


@needs_case("a05-its-sicily")
def test_the_smoking_ban_did_not_change_the_slope(sicily):
    told, frame = sicily
    expected = told["expected"]["model4"]
    found = fitted(frame, season=12, slope=True)

    assert found.slope.ratio == pytest.approx(expected["slope_rr"], abs=told["tolerance"]["rr"])
    assert found.slope.p_value == pytest.approx(expected["slope_p"], abs=told["tolerance"]["p"])


@needs_case("a05-its-sicily")
def test_the_effect_of_the_smoking_ban_is_told_as_that_ratio(sicily):
    told, frame = sicily
    effect = interrupted_series(
        frame.aces, start=date(2005, 1, 1), season=12, counts=True, exposure=frame.stdpop
    )
    low, high = told["expected"]["model3"]["ci"]

    assert effect.relative == pytest.approx(told["expected"]["model3"]["rr"] - 1, abs=0.002)
    assert (effect.relative_low, effect.relative_high) == pytest.approx(
        (low - 1, high - 1), abs=0.002
    )
    assert effect.point == pytest.approx(
        (frame.aces.loc["2005":] - effect.counterfactual).mean(), rel=1e-6
    )


@needs_case("a06-bsts-volkswagen")
def test_volkswagen_beside_the_default_prior_that_is_three_times_too_narrow():
    told, folder = case("a06-bsts-volkswagen")
    frame = pd.read_csv(folder / "volks.csv", sep=" ", index_col=0, parse_dates=True)
    effect = interrupted_series(
        frame.VolksWagen, start=date(2015, 9, 20), controls=frame[["BMW", "Allianz"]]
    )
    prior, expected = effect.diagnostics["default_prior"], told["expected"]

    assert prior.point == pytest.approx(expected["effect_mean"], abs=told["tolerance"]["effect"])
    assert (prior.low, prior.high) == pytest.approx(
        tuple(expected["effect_ci"]), abs=told["tolerance"]["ci"]
    )
    # fitted by maximum likelihood, as the case says it was verified: -33.5 [-64.6, -1.3]
    assert effect.point == pytest.approx(-33.5, abs=0.2)
    assert (effect.low, effect.high) == pytest.approx((-64.6, -1.3), abs=2)
    assert (effect.high - effect.low) / (prior.high - prior.low) > 2.5
    assert effect.high < 0


@needs_case("a07-bsts-arma")
def test_a_simulated_series_has_the_effect_that_causalimpact_gives():
    told, folder = case("a07-bsts-arma")
    frame = pd.read_csv(folder / "arma.csv")
    effect = interrupted_series(frame.y, start=70, controls=frame[["X"]])
    expected, tolerance = told["expected"], told["tolerance"]

    for found in (effect.diagnostics["default_prior"], effect):
        assert found.point == pytest.approx(expected["effect_mean"], abs=tolerance["effect"])
        assert (found.low, found.high) == pytest.approx(
            tuple(expected["effect_ci"]), abs=tolerance["ci"]
        )
    assert effect.verdict in ("SHOWN", "LIKELY")


@needs_case("s01-bh")
def test_four_of_fifteen_hypotheses_stand():
    told, _ = case("s01-bh")
    p = told["inputs"]["p"]
    family = benjamini_hochberg(p, level=told["inputs"]["alpha"], name="thrombolysis")

    assert len(family.kept) == told["expected"]["bh"]
    assert family.size == len(p)
    assert sum(np.array(p) <= 0.05 / len(p)) == told["expected"]["bonferroni"]
