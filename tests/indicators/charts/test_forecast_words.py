"""A forecast in sentences, in both languages."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from indicators.charts.forecast_words import in_ten, words_of
from indicators.forecasts import view_of
from indicators.models import ForecastResult
from tests.factories.forecasts import made_result
from tests.factories.portfolio import NOW
from tests.indicators.charts.test_path import make_view, month

VIEW = make_view(month(4, 148), month(5, 150), points=[(date(2027, 12, 31), 151.0)])


def told(probability: float = 0.7, *, outdated: bool = False, **changes):
    result = made_result(probability) | changes
    row = ForecastResult(
        target_id=7, computed_at=NOW, as_of=NOW, due_on=date(2027, 12, 31), result=result,
        probability=probability,
    )  # fmt: skip
    return view_of(row, is_outdated=outdated)


def words(*given, language: str = "en", **changes):
    with translation.override(language):
        return words_of(VIEW, told(*given, **changes))


def record(**changes) -> dict:
    return {"record": made_result(0.7)["record"] | changes}


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.0, "Less than 1 chance in 20"), (0.049, "Less than 1 chance in 20"),
     (0.05, "1 chance in 10"), (0.25, "3 chances in 10"), (0.72, "7 chances in 10"),
     (0.94, "9 chances in 10"), (0.95, "More than 19 chances in 20"),
     (1.0, "More than 19 chances in 20")],
)  # fmt: skip
def test_a_chance_is_told_in_tenths_and_never_as_certain(probability, text):
    with translation.override("en"):
        assert in_ten(probability) == text


def test_the_chance_comes_first_then_its_range_then_what_it_does_not_prove():
    found = words()
    assert found.headline == (
        "7 chances in 10 of reaching the target of 151\xa0trips by December 2027"
    )
    assert found.details[0] == "From 6 to 8 chances in 10 depending on the model."
    assert "8 chances in 10 of lying between" in found.details[1]
    assert found.details[2] == "At the present trend it is first reached in September 2027."
    assert "does not say that the project is the cause" in found.caution


def test_it_is_said_in_french_too():
    found = words(language="fr")
    assert found.headline.startswith("7 chances sur 10 d’atteindre l’objectif de 151")
    assert "décembre 2027" in found.headline


def test_no_decimals_of_a_chance_are_ever_told():
    found = words(0.7345)
    text = " ".join([found.headline, *found.details, *found.record])
    assert "73" not in text
    assert "0.7" not in text


def test_a_range_to_be_within_is_told_as_such():
    found = words(goal=[90.0, 110.0])
    assert found.headline == "7 chances in 10 of being within 90 to 110 trips in December 2027"


def test_how_good_such_forecasts_were_is_told_beside_the_yardstick():
    tried, against = words().record
    assert tried.startswith("Tried on 8 moments of this very past")
    assert "78%" in tried
    assert against == "The errors were 27% smaller than by taking the last known values again."


@pytest.mark.parametrize(
    ("changes", "text"),
    [({"mase": None, "coverage80": None}, "too short to have tried"),
     ({"mase": 0.9}, "errors were as large"),
     ({"model": "SEASONAL_NAIVE"}, "No model did better"),
     ({"widened": 1.4}, "The band was widened"),
     ({"set_aside": 2}, "2 values far from the others were left out")],
)  # fmt: skip
def test_what_is_weak_in_the_record_is_told(changes, text):
    assert text in " ".join(words(**record(**changes)).record)


def test_a_band_that_held_too_little_of_the_past_is_a_warning_beside_the_chance():
    assert "held 30% of what happened" in words(**record(coverage80=0.3)).warning
    assert words(**record(coverage80=0.7)).warning == ""
    assert words(**record(coverage80=None, mase=None)).warning == ""


def test_a_trend_that_does_not_lead_there_is_told():
    chance = made_result(0.02)["chance"] | {"reached_on": None}
    assert "not reached within ten years" in " ".join(words(0.02, chance=chance).details)


def test_the_result_without_the_known_breaks_is_told_beside_the_one_with():
    without = made_result(0.4)["chance"]
    assert words(without=without).details[-1] == "Without the known breaks: 4 chances in 10."


def test_an_outdated_forecast_says_so_and_of_when_it_is():
    found = words(outdated=True)
    assert found.is_outdated
    assert "1 June 2026" in found.computed
    assert "have changed since" in found.computed


def test_too_early_says_how_many_values_are_needed():
    early = replace(told(), lack="TOO_FEW_POINTS", points=5, needed=8, chance=None, record=None)
    with translation.override("en"):
        found = words_of(VIEW, early)
    assert found.headline == "Too early to tell: 5 values are known, 8 are needed"
    assert (found.is_known, found.details, found.record, found.caution) == (False, (), (), "")


@pytest.mark.parametrize(
    "reason", ["NO_TARGET", "TARGET_DATE_PASSED", "INVALID_TARGET", "NEVER_CHANGED",
               "IRREGULAR_SERIES", "NO_MODEL"],
)  # fmt: skip
def test_every_other_lack_has_its_sentence(reason):
    with translation.override("en"):
        found = words_of(VIEW, replace(told(), lack=reason, chance=None, record=None))
    assert found.headline.startswith("No forecast: ")
