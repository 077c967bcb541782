"""Before and after, two illusions, and many evaluations at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.impact import (
    NotIdentified,
    before_after,
    benjamini_hochberg,
    regression_to_the_mean,
    sentence,
    simpson,
)
from indicators.analysis.impact.grading import grade, verdict
from indicators.analysis.impact.results import Method
from portfolio.results import Unknown
from tests.indicators.analysis.impact.worlds import START, noisy


def test_before_and_after_is_a_description_of_grade_e_whatever_its_size():
    found = before_after(noisy(effect=30), start=START)

    assert (found.grade, found.verdict) == ("E", "NOT_SHOWN")
    assert found.p_value == Unknown("DESCRIPTIVE")
    assert found.point == pytest.approx(30, abs=1)
    assert found.low < found.point < found.high
    assert "not an evaluation" in sentence(found, indicator="X", language="en")


def test_before_and_after_wants_something_on_both_sides():
    found = before_after(noisy(before=24, after=0), start=START)

    assert found == NotIdentified(("TOO_FEW_AFTER",), found.facts)


# ---------------------------------------------------------------- regression to the mean


def sites(seed=1, noise=3.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(20 + rng.standard_normal((40, 1)) + noise * rng.standard_normal((40, 3)))


def test_the_worst_site_is_flagged_with_what_it_will_do_by_itself():
    past = sites()
    worst = past.mean(axis=1).idxmin()
    found = regression_to_the_mean(past, site=worst, direction="UP")

    assert found.flagged
    assert found.rank == 1
    assert 0 < found.expected_change < 20 - past.loc[worst].mean() + 1


def test_a_middling_site_is_not_flagged():
    past = sites()
    middle = past.mean(axis=1).sort_values().index[20]

    assert not regression_to_the_mean(past, site=middle, direction="UP").flagged


def test_what_is_expected_is_what_comes_on_average():
    """The worst of 40 sites comes back by itself about as far as was said."""
    rng = np.random.default_rng(2)
    said, came = [], []
    for _ in range(200):
        true = 20 + rng.standard_normal((40, 1))
        past = pd.DataFrame(true + 3 * rng.standard_normal((40, 3)))
        worst = past.mean(axis=1).idxmin()
        said.append(regression_to_the_mean(past, site=worst, direction="UP").expected_change)
        came.append(true[worst, 0] - past.loc[worst].mean())

    assert np.mean(said) == pytest.approx(np.mean(came), rel=0.15)


def test_the_direction_says_which_end_is_the_worst():
    past = sites()
    highest = past.mean(axis=1).idxmax()

    assert regression_to_the_mean(past, site=highest, direction="DOWN").flagged
    assert not regression_to_the_mean(past, site=highest, direction="UP").flagged


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"direction": "RANGE"}, "direction"),
        ({"site": 99}, "site"),
        ({"past": sites()[[0]]}, "past"),
    ],
)
def test_wrong_input_names_its_field(changes, field):
    with pytest.raises(ValueError, match=field):
        regression_to_the_mean(**({"past": sites(), "site": 1, "direction": "UP"} | changes))


# ---------------------------------------------------------------- Simpson


def communes(before, after, then, now) -> pd.DataFrame:
    return pd.DataFrame(
        {"before": before, "after": after, "weight_before": then, "weight_after": now}
    )


def test_a_pooled_rise_that_is_a_fall_everywhere_is_flagged():
    found = simpson(communes([0.9, 0.3], [0.8, 0.2], [10, 90], [90, 10]))

    assert found.flagged
    assert found.pooled > 0
    assert (found.changes < 0).all()
    assert found.reversed_in == 2


def test_a_change_that_is_the_same_everywhere_is_not_flagged():
    assert not simpson(communes([0.3, 0.4], [0.4, 0.5], [10, 10], [10, 10])).flagged


def test_communes_need_weights():
    with pytest.raises(ValueError, match="communes"):
        simpson(communes([0.3], [0.4], [0], [1]))
    with pytest.raises(ValueError, match="communes"):
        simpson(pd.DataFrame({"before": [1.0]}))


# ---------------------------------------------------------------- verdicts and grades


def answer(point=1.0, p=0.01) -> Method:
    return Method("ANY", point, point - 0.5, point + 0.5, p)


@pytest.mark.parametrize(
    ("second", "placebo_p", "barred", "expected"),
    [
        (answer(), 0.04, False, "SHOWN"),
        (answer(p=0.09), 0.05, False, "SHOWN"),
        (answer(p=0.11), 0.04, False, "LIKELY"),
        (answer(), 0.06, False, "LIKELY"),
        (None, 0.01, False, "LIKELY"),
        (answer(point=-1), 0.01, False, "NOT_SHOWN"),
        (answer(), 0.2, False, "NOT_SHOWN"),
        (answer(), 0.01, True, "NOT_SHOWN"),
    ],
)
def test_shown_needs_two_methods_that_agree_and_a_placebo_below_the_level(
    second, placebo_p, barred, expected
):
    said = verdict(answer(), second, placebo_p=placebo_p, level=0.05, barred=barred)

    assert said == expected


@pytest.mark.parametrize(
    ("comparison", "registered", "checks", "letter"),
    [
        (True, True, {"a": True, "b": True}, "A"),
        (True, True, {"a": True, "b": False}, "B"),
        (True, True, {"a": False, "b": False}, "C"),
        (True, False, {"a": True}, "C"),
        (False, True, {}, "C"),
        (False, False, {}, "D"),
    ],
)
def test_the_grade_follows_the_design(comparison, registered, checks, letter):
    found = grade(comparison=comparison, pre_registered=registered, checks=checks)

    assert found.letter == letter
    assert found.rule


# ---------------------------------------------------------------- many at once


def test_a_family_names_itself_and_keeps_its_keys():
    family = benjamini_hochberg({"bikes": 0.01, "air": 0.04, "noise": 0.5}, name="2025 plan")

    assert (family.name, family.size) == ("2025 plan", 3)
    assert family.kept == ("bikes",)
    assert family.adjusted == pytest.approx((0.03, 0.06, 0.5))


def test_an_empty_family_keeps_nothing():
    assert benjamini_hochberg([]).kept == ()


@pytest.mark.parametrize(("p", "level"), [([0.2, np.nan], 0.05), ([1.2], 0.05), ([0.2], 0)])
def test_a_p_value_that_is_none_is_refused(p, level):
    with pytest.raises(ValueError, match=r"p_values|level"):
        benjamini_hochberg(p, level=level)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_a_family_does_not_matter(p, order):
    places = list(range(len(p)))
    order.shuffle(places)
    family, shuffled = benjamini_hochberg(p), benjamini_hochberg([p[k] for k in places])

    assert shuffled.adjusted == pytest.approx([family.adjusted[k] for k in places])
    assert all(one >= own - 1e-12 for one, own in zip(family.adjusted, p, strict=True))
