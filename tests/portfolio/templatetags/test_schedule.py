"""Delays in words."""

from datetime import date

import pytest
from django.utils import translation

from portfolio.analysis.schedule import slip
from portfolio.templatetags.schedule import slip_short, slip_words

MARCH = date(2024, 3, 4)


@pytest.mark.parametrize(
    ("given", "words", "short"),
    [
        ({"current": date(2024, 11, 4)}, "8 months later than announced (March 2024)",
         "8 months late"),
        ({"current": date(2024, 4, 4)}, "1 month later than announced (March 2024)",
         "1 month late"),
        ({"current": date(2024, 3, 5)}, "1 day later than announced (March 2024)", "1 day late"),
        ({"current": date(2024, 2, 20)}, "13 days earlier than announced (March 2024)",
         "13 days early"),
        ({"current": MARCH, "actual": date(2024, 1, 4)},
         "2 months earlier than announced (March 2024)", "2 months early"),
        ({"current": MARCH, "today": date(2024, 6, 4)},
         "at least 3 months later than announced (March 2024)", "at least 3 months late"),
        ({"current": MARCH}, "", "on the date announced"),
    ],
)  # fmt: skip
def test_a_delay_in_words(given, words, short):
    with translation.override("en"):
        late = slip(MARCH, **given)
        assert (slip_words(late), slip_short(late)) == (words, short)


def test_an_unknown_delay_is_no_word():
    assert (slip_words(None), slip_short(None)) == ("", "")
