"""Which minimum binds: the general one, that of a lead authority, or what a decision leaves."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.analysis.own_share import minimum_share
from portfolio.results import Unknown

GENERAL, LEAD = Decimal("0.2"), Decimal("0.3")
shares = st.decimals(0, 1, places=4)


@pytest.mark.parametrize(
    ("is_lead", "derogations", "share"),
    [
        (None, [], "0.2"), (False, [], "0.2"), (True, [], "0.3"), (True, [None], "0"),
        (False, [Decimal("0.1")], "0.1"), (True, [Decimal("0.25")], "0.25"),
        (False, [Decimal("0.1"), None], "0"), (False, [Decimal("0.5")], "0.2"),
    ],
)  # fmt: skip
def test_the_minimum_of_a_case(is_lead, derogations, share):
    found = minimum_share(GENERAL, LEAD, is_lead=is_lead, derogations=derogations)
    assert found == Decimal(share)


def test_a_parameter_that_is_not_entered_leaves_the_minimum_unknown():
    missing = Unknown("NO_OWN_SHARE_MIN_LEAD")
    assert minimum_share(GENERAL, missing, is_lead=True, derogations=[]) == missing
    assert minimum_share(missing, LEAD, is_lead=False, derogations=[None]) == 0


@given(shares, shares, st.sampled_from([None, True, False]), st.lists(st.none() | shares))
def test_a_derogation_never_raises_the_minimum(general, lead, is_lead, derogations):
    without = minimum_share(general, lead, is_lead=is_lead, derogations=[])
    found = minimum_share(general, lead, is_lead=is_lead, derogations=derogations)
    assert 0 <= found <= without
