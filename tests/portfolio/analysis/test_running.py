"""Yearly amounts add up: nothing before the first year, nothing after the last."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.running import YearlyAmount, by_year

euros = st.decimals(-(10**8), 10**8, places=2)
years = st.integers(2024, 2035)


@st.composite
def amounts(draw):
    first = draw(years)
    last = draw(st.none() | st.integers(first, 2045))
    return YearlyAmount(draw(euros), first, last)


def test_costs_and_revenue_are_told_apart_and_cumulate():
    lines = [YearlyAmount(Decimal(100), 2027), YearlyAmount(Decimal(-30), 2028, 2028)]
    found = by_year(lines, years=3)
    assert [(y.year, y.costs, y.revenue, y.net) for y in found] == [
        (2027, 100, 0, 100), (2028, 100, -30, 70), (2029, 100, 0, 100),
    ]  # fmt: skip
    assert [y.cumulated for y in found] == [100, 170, 270]


def test_nothing_entered_is_no_year_at_all():
    assert by_year([], years=10) == []


@given(st.lists(amounts(), min_size=1), st.integers(1, 20))
def test_what_cumulates_is_the_sum_of_every_line_over_its_years(lines, span):
    found = by_year(lines, years=span)
    assert len(found) == span
    last = found[-1].year
    whole = sum(
        line.yearly * max(0, min(last, line.last or last) - line.first + 1) for line in lines
    )
    assert found[-1].cumulated == whole
    assert sum(year.net for year in found) == whole


@given(st.lists(amounts(), min_size=1))
def test_the_order_of_the_lines_does_not_matter(lines):
    assert by_year(lines, years=5) == by_year(lines[::-1], years=5)
