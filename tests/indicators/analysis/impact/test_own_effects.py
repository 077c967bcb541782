"""Simpson: a pooled effect that most treated zones reverse is not shown, and the zones are told."""

import numpy as np
import pytest

from indicators.analysis.impact import Settings, difference_in_differences, sentence, told
from tests.indicators.analysis.impact.test_zones import many
from tests.indicators.analysis.impact.worlds import COLUMNS, REGISTERED

QUICK = Settings(permutations=199)


def judged(*effects, **world):
    table, begins = many(effects=effects, **world)
    return difference_in_differences(
        table, **COLUMNS, treated_from=begins, design=REGISTERED, settings=QUICK
    )


def check(found):
    (one,) = [one for one in told.checks(found) if one.code == "ZONES_AGREE"]
    return one


def test_a_mean_that_most_zones_reverse_is_not_shown_and_says_so():
    found = judged((4, 10.0, 9), (4, -1.5, 11))

    assert found.point == pytest.approx((90 - 16.5) / 20, abs=0.3)
    assert found.diagnostics["primary"].p_value < 0.05  # the mean alone would be shown
    assert found.verdict == "LIKELY"
    assert found.grade == "B"
    assert check(found).passed is False
    assert check(found).facts == {"reversed": 11, "of": 20}
    assert "dans 11 sur 20" in sentence(found, indicator="NO₂", language="fr")
    assert "in 11 of 20" in sentence(found, indicator="NO₂", language="en")


def test_each_zone_is_told_with_its_own_effect():
    points = {one["zone"]: one["point"] for one in told.figures(judged((4, 10.0, 9), (4, -1.5, 11)))["by_zone"]}  # fmt: skip

    assert len(points) == 20
    assert [points[str(k)] for k in range(9)] == pytest.approx([10] * 9, abs=1)
    assert [points[str(k)] for k in range(9, 20)] == pytest.approx([-1.5] * 11, abs=1)


def test_the_zones_weighted_alike_make_the_pooled_effect():
    found = judged((4, 10.0, 9), (4, -1.5, 11))
    assert np.mean(list(found.diagnostics["own_effects"].points.values())) == pytest.approx(
        found.point
    )


def test_zones_that_differ_in_size_alone_leave_the_effect_shown():
    found = judged((4, 10.0, 9), (4, 1.5, 11))

    assert (found.verdict, found.grade) == ("SHOWN", "A")
    assert check(found).passed is True


def test_starts_that_differ_are_each_counted_from_their_own():
    points = judged((3, 10.0, 9), (5, -1.5, 11)).diagnostics["own_effects"].points

    assert points[0] == pytest.approx(10, abs=1.5)
    assert points[15] == pytest.approx(-1.5, abs=1.5)


def test_one_treated_zone_or_none_untreated_has_no_zone_by_zone():
    alone = judged((4, 10.0, 1), zones=30)
    assert alone.diagnostics["own_effects"] is None
    assert told.figures(alone)["by_zone"] == []
    assert "ZONES_AGREE" not in {one.code for one in told.checks(alone)}
