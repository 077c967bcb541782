"""The mean of several forecasts, and when it is used."""

import numpy as np
import pytest

from indicators.analysis.combining import mean_of, recent_cycles, remembered
from indicators.analysis.structural import PLAIN, ROOT, Fan


def always(value, spread=1.0):
    return lambda known, steps: Fan(np.full(steps, value), np.full(steps, spread), PLAIN)


def test_the_mean_lies_between_and_its_spread_is_that_of_the_models():
    fan = mean_of([always(10, 1), always(20, 3)], always(30, np.nan))(np.zeros(9), 4)
    assert fan.centre == pytest.approx([20.0] * 4)
    assert fan.spread == pytest.approx([2.0] * 4)


def test_the_usual_of_the_last_four_weeks_is_told_day_by_day():
    weeks = np.array([[1, 2, 3, 4, 5, 6, 7]] * 6) + np.arange(6)[:, None]
    known = weeks.ravel().astype(float)[:-2]  # the last week lacks two days
    fan = recent_cycles(7, PLAIN)(known, 9)
    expected = [6 + 2.5, 7 + 2.5, 1 + 3.5, 2 + 3.5, 3 + 3.5, 4 + 3.5, 5 + 3.5, 6 + 2.5, 7 + 2.5]
    assert fan.centre == pytest.approx(expected)


def test_a_day_without_any_value_takes_the_mean_of_the_others():
    known = np.array([4.0, np.nan] * 10)
    assert recent_cycles(2, ROOT)(known, 2).centre == pytest.approx([2.0, 2.0])


def test_weeks_of_before_a_known_jump_are_not_the_usual_any_more():
    known = np.array([10.0] * 21 + [20.0] * 10)
    assert recent_cycles(7, PLAIN)(known, 7).centre.min() < 20
    assert recent_cycles(7, PLAIN, (21,))(known, 7).centre == pytest.approx([20.0] * 7)
    assert recent_cycles(7, PLAIN, (31,))(known, 7).centre.min() < 20  # nothing is known since


def test_what_was_reckoned_is_not_reckoned_again():
    asked = []

    def way(known, steps):
        asked.append((len(known), steps))
        return always(1)(known, steps)

    again = remembered(way)
    for known, steps in ((np.zeros(5), 2), (np.zeros(5), 2), (np.zeros(6), 2)):
        again(known, steps)
    assert asked == [(5, 2), (6, 2)]
