"""The arithmetic of money: nothing is lost, nothing counts twice, unknown stays unknown."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portfolio.analysis import budget
from portfolio.analysis.budget import CreditLine, Grant
from portfolio.results import Unknown

euros = st.decimals(0, 10**9, places=2)
maybe = st.none() | euros
rates = st.decimals(0, 1, places=5)


def line(year=2026, voted="100", committed="80", paid="50", carried="0") -> CreditLine:
    figures = [None if v is None else Decimal(v) for v in (voted, committed, paid, carried)]
    return CreditLine(year, *figures)


@st.composite
def histories(draw):
    """Years that follow each other, each carrying over what the one before left unpaid."""
    lines, carried = [], Decimal(0)
    for year in range(2020, 2020 + draw(st.integers(1, 6))):
        fresh = draw(euros)
        committed = carried + fresh
        paid = min(committed, draw(euros))
        lines.append(CreditLine(year, fresh, committed, paid, carried))
        carried = committed - paid
    return lines


# ---------------------------------------------------------------- authorisations


def test_votes_and_revisions_add_up_lapses_and_affectations_take_off():
    acts = [("VOTED", "1000"), ("REVISION", "-200"), ("AFFECTATION", "500"), ("LAPSE", "100")]
    found = budget.ceiling((kind, Decimal(amount)) for kind, amount in acts)
    assert (found.voted, found.affected, found.lapsed) == (800, 500, 100)
    assert (found.authorised, found.available) == (700, 200)


@given(st.lists(st.tuples(st.sampled_from(["VOTED", "REVISION", "AFFECTATION", "LAPSE"]), euros)))
def test_the_order_of_the_acts_does_not_matter(acts):
    assert budget.ceiling(acts) == budget.ceiling(reversed(acts))
    found = budget.ceiling(acts)
    assert found.available + found.affected + found.lapsed == found.voted


def test_an_act_of_another_kind_is_refused():
    with pytest.raises(KeyError):
        budget.ceiling([("GIFT", Decimal(1))])


# ---------------------------------------------------------------- credits


@given(histories())
def test_a_carried_over_commitment_counts_once(lines):
    sums = budget.totals(lines, year=2030)
    assert sums.committed == sum(one.voted for one in lines)
    assert sums.paid == sum(one.paid for one in lines)


@given(histories())
def test_what_remains_to_pay_is_what_the_last_year_leaves(lines):
    assert budget.remaining_to_pay(budget.totals(lines, year=2030)) == budget.to_carry_over(
        lines[-1]
    )


def test_what_was_committed_before_the_first_line_counts_too():
    """The register may begin in the middle of a project."""
    lines = [line(2025, committed="90", paid="90", carried="40"), line(2026, carried="0")]
    sums = budget.totals(lines, year=2026)
    assert (sums.committed, sums.paid) == (170, 140)
    assert budget.remaining_to_pay(budget.totals(lines, year=2026)) == 30
    assert budget.remaining_to_pay(budget.totals(lines[:1], year=2026)) == 0


@given(histories())
def test_what_remains_to_pay_is_the_same_without_the_first_years(lines):
    last = budget.totals(lines[-1:], year=2030)
    assert budget.remaining_to_pay(last) == budget.to_carry_over(lines[-1])


@given(histories(), st.sampled_from(["committed", "paid", "carried_over"]), st.data())
def test_one_unknown_term_makes_the_sum_unknown(lines, name, data):
    first = int(name == "carried_over")  # of the first line, it is no term of the sum
    assume(len(lines) > first)
    index = data.draw(st.integers(first, len(lines) - 1))
    lines[index] = CreditLine(**(vars_of(lines[index]) | {name: None}))
    assert isinstance(budget.remaining_to_pay(budget.totals(lines, year=2030)), Unknown)


def vars_of(one: CreditLine) -> dict:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def test_a_year_that_has_not_begun_hides_no_total():
    lines = [line(2026), line(2027, "70", None, None, None)]
    assert budget.totals(lines, year=2026) == budget.CreditTotals(
        Decimal(170), Decimal(80), Decimal(50)
    )
    assert isinstance(budget.totals(lines, year=2027).paid, Unknown)


def test_no_line_at_all_sums_to_nothing():
    assert budget.totals([], year=2026) == budget.CreditTotals(Decimal(0), Decimal(0), Decimal(0))


@given(histories(), st.integers(2018, 2028))
def test_what_is_needed_never_exceeds_what_is_voted(lines, year):
    """Without a commitment above the credits, unused credits of closed years are given back."""
    assert budget.credits_needed(lines, year=year) <= sum(one.voted for one in lines)


def test_credits_that_a_closed_year_did_not_use_do_not_count_twice():
    lines = [line(2025, "100", "60", "60"), line(2026, "100", "0", "0")]
    assert budget.credits_needed(lines, year=2026) == 160


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([line(2025, paid=None), line(2026)], "PAID_UNKNOWN"),
        ([line(2025), line(2026, carried=None)], "CARRIED_OVER_UNKNOWN"),
    ],
)
def test_what_is_needed_is_unknown_when_a_term_is(lines, reason):
    assert budget.credits_needed(lines, year=2026) == Unknown(reason)


def test_a_coming_year_without_figures_needs_its_credits():
    assert budget.credits_needed([line(2027, "70", None, None, None)], year=2026) == 70


@pytest.mark.parametrize(
    ("paid", "pace"), [("50", "ON_PACE"), ("20", "BEHIND"), ("90", "AHEAD"), ("64", "ON_PACE")]
)
def test_payments_are_compared_with_the_part_of_the_year_that_has_passed(paid, pace):
    found = budget.execution(line(paid=paid), today=date(2026, 7, 2))
    assert (found.share, found.pace) == (Decimal(paid) / 100, pace)
    assert found.elapsed == Decimal(183) / 365


@pytest.mark.parametrize(
    ("given_line", "reason"),
    [
        (line(2027), "YEAR_NOT_BEGUN"),
        (line(paid=None), "PAID_UNKNOWN"),
        (line(carried=None), "CARRIED_OVER_UNKNOWN"),
        (line(voted="0", committed="0", paid="0"), "NO_CREDIT"),
    ],
)
def test_a_pace_that_cannot_be_told_says_why(given_line, reason):
    assert budget.execution(given_line, today=date(2026, 7, 2)) == Unknown(reason)


@pytest.mark.parametrize(
    ("day", "pace"), [(date(2026, 12, 1), "AHEAD"), (date(2026, 12, 31), "ON_PACE")]
)
def test_credits_used_up_before_the_end_of_the_year_are_ahead(day, pace):
    found = budget.execution(line(committed="100", paid="100"), today=day)
    assert found.pace == pace


@given(st.integers(1990, 2100), st.dates())
def test_the_elapsed_share_lies_between_nothing_and_all(year, today):
    share = budget.elapsed_share(year, today)
    assert 0 <= share <= 1
    assert (share == 0) == (today.year < year)


def test_a_year_is_over_on_its_last_day():
    assert budget.elapsed_share(2024, date(2024, 12, 31)) == 1


# ---------------------------------------------------------------- who pays


def grant(requested="100", notified=None, *, public=True) -> Grant:
    return Grant(Decimal(requested), None if notified is None else Decimal(notified), None, public)


def test_the_compensation_of_a_million_at_the_rate_of_2015():
    assert budget.fctva(Decimal(1_000_000), Decimal("0.16404")) == Decimal("164040.00")


@given(euros, rates)
def test_the_compensation_is_never_above_the_expense(expense, rate):
    assert 0 <= budget.fctva(expense, rate) <= expense


@given(euros, st.lists(st.builds(Grant, euros, maybe, st.none(), st.booleans())), rates)
def test_cost_is_what_the_three_pay_together(cost, grants, rate):
    compensation = budget.fctva(cost, rate)
    own = budget.own_share(cost, grants, compensation)
    assert own + compensation + sum(g.notified or 0 for g in grants) == cost


def test_a_share_of_an_unknown_cost_is_unknown():
    unknown = Unknown("NO_ESTIMATE")
    assert budget.own_share(unknown, [grant()], Decimal(0)) == unknown
    assert budget.own_share(Decimal(10), [grant()], Unknown("NO_RATE")) == Unknown("NO_RATE")


@pytest.mark.parametrize(
    ("grants", "expected", "share"),
    [
        ([], False, "1"),
        ([grant("300", "300")], False, "0.7"),
        ([grant("300")], False, "1"),
        ([grant("300")], True, "0.7"),
        ([grant("300", "0")], True, "1"),
        ([grant("500", "500", public=False), grant("400", "400")], False, "0.2"),
        ([grant("1200", "1200")], False, "-0.2"),
    ],
)
def test_the_owners_part_of_the_public_money(grants, expected, share):
    assert budget.participation(Decimal(1000), grants, expected=expected) == Decimal(share)


def test_there_is_no_share_of_no_public_money():
    whole = [grant("1000", "1000", public=False)]
    found = budget.participation(Decimal(1000), whole, expected=False)
    assert found == Unknown("NO_PUBLIC_MONEY")


@given(euros.filter(bool), st.lists(st.builds(Grant, euros, maybe, st.none(), st.just(True))))
def test_what_is_still_asked_can_only_lower_the_owners_part(cost, grants):
    now = budget.participation(cost, grants, expected=False)
    assert budget.participation(cost, grants, expected=True) <= now <= 1


@given(st.lists(st.builds(Grant, euros, euros, st.none(), st.booleans())), euros)
def test_grants_within_the_cost_leave_a_part_between_nothing_and_all(grants, own):
    cost = own + sum(one.notified for one in grants)
    found = budget.participation(cost, grants, expected=False)
    public = own + sum(one.notified for one in grants if one.is_public_money)
    assert found == Unknown("NO_PUBLIC_MONEY") if public == 0 else 0 <= found <= 1


@given(histories())
def test_the_share_used_is_within_the_credits_that_allow_it(lines):
    for one in lines:
        used = budget.used_share(one)
        credit = one.voted + one.carried_over
        assert used == (one.paid / credit if credit else Unknown("NO_CREDIT"))


def test_the_threshold_of_the_study_is_the_smaller_of_two():
    hundred, quarter = Decimal(100), Decimal("0.25")
    assert budget.impact_study_threshold(hundred, quarter, Decimal(200)) == 50
    assert budget.impact_study_threshold(hundred, quarter, Decimal(2000)) == 100
    assert budget.impact_study_threshold(hundred, quarter, Unknown("X")) == Unknown("X")
