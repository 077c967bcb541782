from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from portfolio.charts.budget_bar import budget_bar
from portfolio.results import Unknown


def bar(voted="100", committed="60", paid="30"):
    amounts = {"voted": voted, "committed": committed, "paid": paid}
    known = {n: Unknown("X") if a is None else Decimal(a) for n, a in amounts.items()}
    with translation.override("en"):
        return budget_bar(**known)


def test_three_amounts_share_one_scale_from_zero():
    found = bar("100", "60", "30")
    assert found.voted == found.width
    assert found.committed == pytest.approx(found.width * 0.6)
    assert found.paid == pytest.approx(found.width * 0.3)


def test_an_unknown_amount_is_not_drawn():
    found = bar(committed=None)
    assert (found.committed, found.committed_label) == (None, "")
    assert bar(None, None, None).voted is None


def test_a_negative_amount_is_refused():
    with pytest.raises(ValueError, match="negative"):
        bar(paid="-1")


def test_the_bar_is_a_named_image_that_says_what_is_unknown():
    with translation.override("en"):
        svg = render_to_string(
            "portfolio/charts/budget_bar.html", {"bar": bar("12400000", None, "0")}
        )
    assert 'role="img"' in svg
    assert "€12.4M" in svg
    assert "not known" in svg
    assert svg.count("<rect") == 2
    assert "style=" not in svg
