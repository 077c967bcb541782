"""Criticality is monotonic, complete, and cut where the table says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.risks import STEPS, Level, criticality, level, matrix

steps = st.sampled_from(STEPS)


@pytest.mark.parametrize(
    ("probability", "severity", "expected"),
    [(1, 1, "LOW"), (1, 3, "LOW"), (3, 1, "LOW"), (2, 2, "MODERATE"), (1, 4, "MODERATE"),
     (2, 3, "MODERATE"), (2, 4, "HIGH"), (3, 3, "HIGH"), (3, 4, "CRITICAL"), (4, 4, "CRITICAL")],
)  # fmt: skip
def test_the_levels_are_those_of_the_table(probability, severity, expected):
    assert level(criticality(probability, severity)) is Level[expected]


@given(steps, steps, steps, steps)
def test_more_probable_or_more_severe_is_never_less_critical(p, s, p2, s2):
    if p <= p2 and s <= s2:
        assert criticality(p, s) <= criticality(p2, s2)
        assert level(criticality(p, s)).value <= level(criticality(p2, s2)).value


@pytest.mark.parametrize(("probability", "severity"), [(0, 1), (5, 1), (1, 0), (1, 5), (-1, 2)])
def test_off_the_scales_is_refused(probability, severity):
    with pytest.raises(ValueError, match="1 to 4"):
        criticality(probability, severity)


@given(st.lists(st.tuples(steps, steps, st.integers())))
def test_the_matrix_holds_every_risk_once(rated):
    cells = matrix(rated)
    assert len(cells) == 16
    assert sorted(item for items in cells.values() for item in items) == sorted(
        item for _p, _s, item in rated
    )
