import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.spreadsheets import guarded, unguarded


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "\n -1"]
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1500000", "1 200,50", "a=b", "Rue -1", "'", "l'été", " x"])
def test_the_rest_stays_as_it_is(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text())
def test_what_was_guarded_is_restored(text):
    if not text.startswith("'"):
        assert unguarded(guarded(text)) == text
