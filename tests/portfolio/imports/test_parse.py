from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portfolio.imports import parse
from portfolio.imports.parse import CellError
from portfolio.imports.table import key

FORMATS = tuple(parse.DATE_PATTERNS)
CENTS = st.decimals(min_value=0, max_value=10**12 - 1, places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1500000", "1500000"),
        ("1 500 000,00 €", "1500000"),
        ("1\u202f500\u00a0000 €", "1500000"),
        ("1500000.5", "1500000.50"),
        ("1500000,5", "1500000.50"),
        ("1.500.000", "1500000"),
        ("1,500,000.25", "1500000.25"),
        ("1.500.000,25 EUR", "1500000.25"),
        ("1.5 M€", "1500000"),
        ("1,5M€", "1500000"),
        ("350 k€", "350000"),
        ("1,5 million d'euros", "1500000"),
        ("2 millions €", "2000000"),
        ("1 milliard d’euros", "1000000000"),
        ("2 Md€", "2000000000"),
        ("12 000 euros TTC", "12000"),
        ("0", "0"),
        ("1500.1000", "1500.10"),
    ],
)
def test_amounts_are_read_as_people_write_them(written, amount):
    assert parse.money(written) == Decimal(amount)


@pytest.mark.parametrize(
    "written",
    [
        "-1500", "\u22121500", "(1500)", "environ 1500", "1500 $", "12 000 € HT", "1.500", "1,500",
        "1 500.000", "1.250 M€", "12 34", "1 2,5", "1,2,3", "1e6", "1.005", "1500.999", "10 à 20",
        "1000000000000", "9" * 60, "1." + "0" * 40 + "1", ",5", "5,", "1..5", "٣", "€", "k€",
        "1 500 000,00,00", "1.500 000,5",
    ],
)  # fmt: skip
def test_what_has_no_reading_or_two_is_refused(written):
    with pytest.raises(CellError):
        parse.money(written)


@given(CENTS)
@example(Decimal("999999999999.99"))
def test_an_amount_written_in_french_is_read_back(amount):
    plain = f"{amount:,.2f}"
    french = plain.replace(",", "\u202f").replace(".", ",")
    assert parse.money(f"{french} €") == amount
    assert parse.money(f"{amount:f}") == amount


@given(st.text())
def test_any_text_is_an_amount_or_a_refusal(text):
    try:
        amount = parse.money(text)
    except CellError:
        return
    assert 0 <= amount < 10**12
    assert amount == amount.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-07", date(2017, 7, 1)),
        ("2017-07-14", date(2017, 7, 14)),
        ("2017-07-14 00:00:00", date(2017, 7, 14)),
        ("2017-07-14T00:00:00Z", date(2017, 7, 14)),
        ("14/07/2017", date(2017, 7, 14)),
        ("2017-07-14T00:00:00+02:00", date(2017, 7, 14)),
        ("2017/07/14", date(2017, 7, 14)),
        ("14-07-2017", date(2017, 7, 14)),
        ("14.07.2017", date(2017, 7, 14)),
        ("2017/07", date(2017, 7, 1)),
        ("07-2017", date(2017, 7, 1)),
        ("07/2017", date(2017, 7, 1)),
        ("2017", date(2017, 1, 1)),
    ],
)
def test_a_date_is_read_and_a_month_stands_for_its_first_day(written, day):
    assert parse.day(written, FORMATS) == day


@pytest.mark.parametrize(
    "written",
    ["2017-13", "31/02/2017", "0217-07", "2017-07-14T22:00:00Z", "juin 2017", "17/7/14", "20177",
     "T1 2017", "07/14/2017", "2017-07-", "2017.1", "07.2017", "2017-07-14T22:00:00+02:00", "٢٠١٧"],
)  # fmt: skip
def test_what_is_not_a_date_is_refused(written):
    with pytest.raises(CellError):
        parse.day(written, FORMATS)


def test_a_format_that_the_mapping_does_not_declare_is_refused():
    with pytest.raises(CellError):
        parse.day("14/07/2017", ["YYYY-MM"])


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_date_is_read_back_in_each_format(day):
    assert parse.day(day.isoformat(), FORMATS) == day
    assert parse.day(f"{day:%d/%m/%Y}", FORMATS) == day
    assert parse.day(f"{day:%Y-%m}", FORMATS) == day.replace(day=1)


@given(st.text())
def test_any_text_is_a_date_or_a_refusal(text):
    with suppress(CellError):
        assert parse.day(text, FORMATS).year in parse.YEARS


@pytest.mark.parametrize("cell", ["#REF!", "un\0deux", "un\x1bdeux", "\ud800"])
def test_what_is_not_text_is_refused(cell):
    with pytest.raises(CellError):
        parse.text(cell)


def test_lines_become_one_and_typographic_spaces_stay():
    assert parse.text(" Une fête\r\n à 5\u00a0€ ") == "Une fête à 5\u00a0€"


@pytest.mark.parametrize(
    "name", ["Étape du projet", "ETAPE_DU_PROJET", " etape  du projet ", "E\u0301tape du projet"]
)
def test_names_are_compared_without_accent_case_or_punctuation(name):
    assert key(name) == "etape du projet"


@pytest.mark.parametrize("cell", ["2.35", "-0,49", "417000"])
def test_coordinates_are_read(cell):
    assert parse.degrees(cell) == float(cell.replace(",", "."))


@pytest.mark.parametrize("cell", ["nan", "inf", "1e5", "2°35"])
def test_what_is_not_a_coordinate_is_refused(cell):
    with pytest.raises(CellError):
        parse.degrees(cell)
