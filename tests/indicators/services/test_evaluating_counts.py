"""Interrupted series of counts: chosen by the figures, told in events a period."""

import numpy as np
import pandas as pd
import pytest

from indicators import evaluation_words
from indicators.models import Evaluation
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from tests.factories.evaluations import BEFORE, DRAFTED, NOW, OPENED, make_plan
from tests.factories.indicators import make_feed, make_indicator, make_observations
from tests.factories.portfolio import make_project

pytestmark = pytest.mark.django_db


def accidents(*, ratio: float = 0.6, rule: str = "SUM", noise: float = 0.0) -> Evaluation:
    """Accidents a month in one zone, drawn around 30, times `ratio` from the opening on."""
    rng = np.random.default_rng(5)
    indicator = make_indicator(zone_aggregation=rule, direction="DOWN")
    months = [day.date() for day in pd.date_range("2017-01-01", "2025-12-01", freq="MS")]
    drawn = [rng.poisson(30 * (ratio if day >= OPENED else 1)) + noise for day in months]
    plan = make_plan(make_project(), indicator=indicator, before_from=months[0])
    values = dict(zip(months, map(float, drawn), strict=True))
    zone = plan.zones.get()
    make_observations(make_feed(indicator=indicator), zone, values, known_from=DRAFTED)
    return evaluations.lock(evaluation=plan, by=None, at=BEFORE)


def second(result) -> dict:
    (found,) = [one for one in result.effect["checks"] if one["code"] == "SECOND_METHOD"]
    return found["facts"]


def test_counts_are_judged_as_counts_and_the_check_says_so():
    result = evaluate(evaluation=accidents(), at=NOW)
    assert result.verdict == "SHOWN"
    assert result.effect["relative"] == pytest.approx(-0.4, abs=0.12)
    told = second(result)
    assert {told["method"], told["quoted"]} & {"QUASI_POISSON", "STRUCTURAL"}
    assert told["point"] == pytest.approx(
        result.effect["point"], abs=5
    )  # accidents, not logarithms
    words = evaluation_words.check({"code": "SECOND_METHOD", "passed": True, "facts": told})
    assert "Les chiffres sont des comptes" in words.detail


def test_counts_without_an_effect_show_none():
    assert evaluate(evaluation=accidents(ratio=1.0), at=NOW).verdict == "NOT_SHOWN"


@pytest.mark.parametrize("other", [{"rule": "NONE"}, {"noise": 0.5}], ids=["a level", "decimals"])
def test_a_rounded_level_and_figures_with_decimals_are_no_counts(other):
    assert "quoted" not in second(evaluate(evaluation=accidents(**other), at=NOW))
