"""The check digit of a SIRET, and La Poste's exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.siret import is_siret, luhn


@pytest.mark.parametrize(
    "number",
    ["73282932000074", "35600000000048", "35600000009075", "35600000049837"],
)
def test_a_right_number_is_known(number):
    assert is_siret(number)


@pytest.mark.parametrize(
    "number",
    ["", "73282932000075", "7328293200007", "732829320000744", "7328293200007X", "0" * 14,
     "٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "35600000009076", " 73282932000074"],
)  # fmt: skip
def test_a_wrong_one_too(number):
    assert not is_siret(number)


@given(st.integers(10**12, 10**13 - 1))
def test_one_check_digit_in_ten_is_right_and_a_changed_digit_is_seen(stem):
    if str(stem).startswith("35600000"):
        return
    right = [digit for digit in range(10) if is_siret(f"{stem}{digit}")]
    assert len(right) == 1
    number = f"{stem}{right[0]}"
    changed = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert luhn(changed) % 10
