"""Money, numbers and dates as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from portfolio.templatetags.figures import (
    about_euros,
    day,
    euros,
    figure,
    file_size,
    moment,
    month,
    percent,
)

THIN, SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def _french():
    with override("fr"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234567.0, 0, f"1{THIN}234{THIN}567"), (0.05, 1, "0,1"), (13.0875, 1, "13,1"),
     (2.5, 0, "3"), (-2.5, 0, "-3"), (-0.01, 0, "0"), (0, 0, "0"), (None, 0, "")],
)  # fmt: skip
def test_a_figure_is_rounded_and_not_cut(value, decimals, text):
    assert figure(value, decimals) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("13087500", f"13,1{SPACE}M€"), ("12000000", f"12{SPACE}M€"), ("412300000", f"412{SPACE}M€"),
     ("999500", f"1{SPACE}M€"), ("850400", f"850{SPACE}k€"), ("9999.50", f"9{THIN}999,50{SPACE}€"),
     ("0", f"0{SPACE}€")],
)  # fmt: skip
def test_amounts_are_rounded_for_people(amount, text):
    assert about_euros(Decimal(amount)) == text


def test_the_exact_amount_keeps_its_cents_only_where_there_are_some():
    assert euros(Decimal("1200000.00")) == f"1{THIN}200{THIN}000{SPACE}€"
    assert euros(Decimal("1200000.10")) == f"1{THIN}200{THIN}000,10{SPACE}€"


def test_an_amount_nobody_knows_is_no_text_at_all():
    assert (euros(None), about_euros(None)) == ("", "")


def test_english_writes_the_euro_first():
    with override("en"):
        assert about_euros(Decimal("12400000")) == "€12.4M"


def test_a_percentage_is_spaced_in_french_alone():
    assert percent(Decimal("9.4")) == f"9{THIN}%"
    with override("en"):
        assert percent(Decimal("9.4")) == "9%"


def test_dates_are_written_out():
    assert month(date(2027, 3, 1)) == "mars 2027"
    assert day(datetime(2026, 5, 31, 23, 0, tzinfo=UTC)) == "1er juin 2026"
    assert moment(datetime(2026, 5, 31, 23, 0, tzinfo=UTC)) == "01/06/2026 01:00"
    with override("en"):
        assert day(date(2027, 11, 15)) == "15 November 2027"
        assert moment(datetime(2026, 5, 31, 23, 0, tzinfo=UTC)) == "1 Jun 2026, 01:00"


@pytest.mark.parametrize(
    ("size", "french", "english"),
    [(213, "1 ko", "1 kB"), (340_400, "340 ko", "340 kB"), (999_600, "1,0 Mo", "1.0 MB"),
     (24_950_000, "25,0 Mo", "25.0 MB")],
)  # fmt: skip
def test_the_size_of_a_file_is_in_round_figures(size, french, english):
    for language, expected in (("fr", french), ("en", english)):
        with override(language):
            assert file_size(size) == expected.replace(" ", THIN)
