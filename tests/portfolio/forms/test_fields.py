"""Numbers as people write them."""

import pytest
from django import forms
from django.utils import translation

from portfolio.forms.fields import FigureField

STORED = (100 / 3, 1e-05, 0.1234567890123, 12345678.123456, 1e15, 1234567.0, -2.5, 0.0)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("stored", STORED)
def test_a_number_that_is_shown_comes_back_as_it_was_stored(stored, language):
    with translation.override(language):
        assert FigureField().clean(FigureField().prepare_value(stored)) == stored


def test_a_whole_number_is_shown_without_decimals():
    with translation.override("fr"):
        assert FigureField().prepare_value(1234567.0) == "1234567"
        assert FigureField().prepare_value(0.5) == "0,5"


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("fr", "1 234,5", 1234.5), ("en", "1,234.5", 1234.5), ("fr", "1.234,5", 1234.5),
        ("fr", "0.125", 0.125), ("en", "0,125", 0.125), ("fr", "12.5", 12.5),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_read(language, written, read):
    with translation.override(language):
        assert FigureField().clean(written) == read


@pytest.mark.parametrize(
    ("language", "written"),
    [("fr", "1.234"), ("en", "1,234"), ("fr", "1,234.5"), ("fr", "1e5"), ("en", "douze")],
)
def test_what_has_two_readings_or_none_is_refused(language, written):
    with translation.override(language), pytest.raises(forms.ValidationError):
        FigureField().clean(written)
