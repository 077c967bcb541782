"""Promised beside measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.hindsight import ReferenceClass, reference_class, share
from portfolio.results import Unknown

FINITE = st.floats(-1e6, 1e6)


def test_half_of_what_was_promised_is_a_half_whatever_the_direction():
    assert share(promised=10, measured=5) == 0.5
    assert share(promised=-10, measured=-5) == 0.5
    assert share(promised=10, measured=-5) == -0.5


def test_no_change_promised_has_no_share():
    assert share(promised=0, measured=3) == Unknown("NO_CHANGE_PROMISED")


def test_two_outcomes_are_no_class():
    assert reference_class([0.5, 0.7]) == Unknown("TOO_FEW")
    assert reference_class([0.2, 0.4, 0.6, 0.8, 1.0]) == ReferenceClass(5, 0.6, 0.4, 0.8)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match="measured"):
        share(promised=1, measured=wrong)
    with pytest.raises(ValueError, match="shares"):
        reference_class([1, 2, wrong])


@given(st.lists(FINITE, min_size=3), FINITE)
def test_a_class_lies_in_order_and_moves_with_its_outcomes(shares, by):
    found = reference_class(shares)
    assert found.low <= found.median <= found.high
    moved = reference_class([one + by for one in shares])
    assert moved.median == pytest.approx(found.median + by, abs=1e-6)
