"""Months of an index as people paste them: each wrong line is named, none is guessed."""

from datetime import date
from decimal import Decimal

import pytest

from portfolio.imports.price_index import MOST_LINES, IndexLine, read


@pytest.mark.parametrize(
    "line", ["2026-08;131,7", "08/2026\t131.7", "2026-08-01;131,700", '"2026-08";"131,7";D']
)
def test_a_month_is_read_in_the_ways_that_spreadsheets_write_it(line):
    assert read(line).lines == (IndexLine(date(2026, 8, 1), Decimal("131.7"), False),)


def test_titles_and_empty_lines_are_left_out():
    found = read("Mois;Valeur\n\n2026-07;131,2;provisoire\n;;\n2026-08;131,7;p\n")
    assert found.errors == ()
    assert [line.is_provisional for line in found.lines] == [True, True]


@pytest.mark.parametrize(
    "line",
    ["2026-13;131,7", "2026-08;", "2026-08", "août 2026;131,7", "2026-08;cent", "2026-08;0",
     "2026-08;-4", "2026-08;1 234", "2026-08;131,7;peut-être", "2026-07;120"],
)  # fmt: skip
def test_a_wrong_line_is_named_by_its_number(line):
    found = read(f"2026-07;131,2\n{line}")
    assert [error.line for error in found.errors] == [2]
    assert found.errors[0].message


def test_a_wrong_first_line_with_figures_is_no_title():
    assert [error.line for error in read("2026-08;cent").errors] == [1]


def test_a_paste_without_end_is_refused():
    assert read("\n" * MOST_LINES + "2026-08;1").errors
