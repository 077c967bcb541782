"""What may be written: calibrated words, a range always, and what it does not prove."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.impact import Effect, NotIdentified, Placebo, sentence
from indicators.analysis.impact.words import REASONS, TEXTS, number
from portfolio.results import Unknown

CAUSAL = re.compile(r"réduit|augmenté|caus(ed|é)|reduced|increased|because|grâce")


def effect(**changes) -> Effect:
    facts = {
        "point": -3.2, "low": -5.1, "high": -1.3, "level": 0.95, "relative": -0.12,
        "cumulative": -38.4, "counterfactual": pd.Series([27.0]), "p_value": 0.026, "weights": {},
        "diagnostics": {"placebo": Placebo(1, 39)}, "verdict": "SHOWN", "grade": "A",
        "smallest_detectable": 2.5,
    }  # fmt: skip
    return Effect(**(facts | changes))


def say(language="en", **changes) -> str:
    return sentence(effect(**changes), indicator="NO₂", language=language)


def test_a_shown_effect_of_grade_a_is_said_plainly():
    assert say() == (
        "The project reduced “NO₂” by 3.2, that is 12% (95% range: −5.1 to −1.3)."
        " Largest of 39, so p = 0.026. This does not prove how the effect came about."
    )
    assert say("fr") == (
        "Le projet a réduit «\u00a0NO₂\u00a0» de 3,2, soit 12\u00a0% (intervalle à 95\u00a0%\u00a0: de"
        " −5,1 à −1,3). Le plus grand sur 39, donc p = 0,026. Cela ne prouve pas par quel chemin"
        " l’effet est venu."
    )


def test_grade_c_is_compatible_with_an_effect():
    assert say(grade="C").startswith("Fall in “NO₂” compatible with an effect of the project")
    assert say("fr", grade="C", point=3.2, low=1.3, high=5.1).startswith(
        "Hausse de «\u00a0NO₂\u00a0» compatible"
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("grade", ["C", "D", "E"])
@pytest.mark.parametrize("verdict", ["SHOWN", "LIKELY", "NOT_SHOWN"])
def test_no_causal_word_below_grade_b(language, grade, verdict):
    assert not CAUSAL.search(say(language, grade=grade, verdict=verdict))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("verdict", ["LIKELY", "NOT_SHOWN"])
def test_no_causal_word_where_nothing_is_shown(language, verdict):
    assert not CAUSAL.search(say(language, verdict=verdict))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("grade", list("ABCDE"))
@pytest.mark.parametrize("verdict", ["SHOWN", "LIKELY", "NOT_SHOWN"])
def test_a_range_and_what_is_not_proved_are_always_said(language, grade, verdict):
    said = say(language, grade=grade, verdict=verdict)

    assert number(-5.1, language) in said
    assert number(-1.3, language) in said
    assert said.endswith(TEXTS[language][grade])


def test_no_effect_shown_is_not_no_effect():
    assert "would have shown only an effect of at least 2.5" in say(verdict="NOT_SHOWN")
    assert "n’auraient montré qu’un effet d’au moins 2,5" in say("fr", verdict="NOT_SHOWN")


def test_a_range_without_zero_that_nothing_confirms_is_said_so():
    assert "do not confirm it" in say(verdict="NOT_SHOWN")
    assert "do not confirm it" not in say(verdict="NOT_SHOWN", high=1.0)
    assert "do not confirm it" not in say()


def test_a_rank_below_the_first_is_said():
    said = say(diagnostics={"placebo": Placebo(3, 39)}, p_value=3 / 39)

    assert "Number 3 of 39 by size, so p = 0.077." in said


def test_the_range_says_the_level_it_holds_at():
    assert "(94% range" in say(level=16 / 17)


def test_a_range_that_cannot_be_given_is_said_so():
    assert "no range can be given" in say(low=-np.inf, high=np.inf, verdict="NOT_SHOWN")


def test_a_site_chosen_for_its_level_is_said():
    said = say(diagnostics={"flags": ("CHOSEN_FOR_ITS_LEVEL",)}, verdict="LIKELY")

    assert "chosen for its level" in said


def test_a_case_that_cannot_be_judged_gives_its_reasons():
    found = NotIdentified(("TOO_FEW_BEFORE", "DONORS_TOUCHED"))

    assert sentence(found, indicator="NO₂", language="fr") == (
        "L’effet sur «\u00a0NO₂\u00a0» ne peut pas être jugé\u00a0: trop peu de points avant le"
        " début, le projet touche aussi les zones de comparaison."
    )
    assert "too few points before the start" in sentence(found, indicator="NO₂", language="en")


def test_every_reason_of_the_package_has_its_words():
    from pathlib import Path

    import indicators.analysis.impact as package

    source = "".join(p.read_text() for p in Path(package.__file__).parent.glob("*.py"))
    used = set(re.findall(r"NotIdentified\(\(\"([A-Z_]+)\"", source))
    used |= set(re.findall(r'"([A-Z_]+)": (?:self|case)\.', source))
    used |= set(re.findall(r'reasons\.append\("([A-Z_]+)"\)', source))

    assert len(used) > 8
    assert used <= set(REASONS)


def test_both_languages_have_the_same_texts():
    assert TEXTS["en"].keys() == TEXTS["fr"].keys()


def test_french_typography_is_kept():
    for text in TEXTS["fr"].values():
        assert not re.search(r"[«] |\s[»]| [:;?!%]|'|\"", text.replace("\u00a0", "_"))


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="language"):
        say("de")


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (1234567.8, "1,234,568", "1\u202f234\u202f568"), (-0.04321, "−0.043", "−0,043"),
        (12.34, "12", "12"), (0, "0", "0"), (5.06, "5.1", "5,1"),
    ],
)  # fmt: skip
def test_numbers_have_two_figures_or_are_whole(value, english, french):
    assert (number(value, "en"), number(value, "fr")) == (english, french)


@given(st.floats(-1e9, 1e9), st.sampled_from(["fr", "en"]))
def test_any_effect_can_be_said(point, language):
    said = say(language, point=point, low=point - 1, high=point + 1, relative=Unknown("X"))

    assert "nan" not in said
    assert "e+" not in said
