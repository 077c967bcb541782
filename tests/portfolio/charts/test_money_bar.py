from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portfolio.charts.money_bar import money_bar


def bar(original: str, current: str):
    with translation.override("en"):
        return money_bar(original_eur=Decimal(original), current_eur=Decimal(current))


def test_two_costs_share_one_scale_from_zero():
    found = bar("10000000", "12500000")
    assert found.current == found.width
    assert found.original == pytest.approx(found.width * 0.8)
    assert found.change == "MORE"


@pytest.mark.parametrize(("current", "change"), [("10", "SAME"), ("9", "LESS"), ("0", "LESS")])
def test_a_bar_says_which_way_the_cost_went(current, change):
    assert bar("10", current).change == change


def test_a_cost_of_nothing_has_no_length():
    assert (bar("0", "0").original, bar("0", "0").current) == (0, 0)


def test_a_negative_cost_is_refused():
    with pytest.raises(ValueError, match="original_eur"):
        bar("-1", "2")


def test_a_bar_is_a_named_image_without_inline_style():
    with translation.override("en"):
        svg = render_to_string(
            "portfolio/charts/money_bar.html", {"bar": bar("12400000", "13100000")}
        )
    assert 'role="img"' in svg
    assert "€12.4M" in svg
    assert "€13.1M" in svg
    assert "style=" not in svg
