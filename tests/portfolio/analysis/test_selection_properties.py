"""Whatever the projects: no condition is broken, nothing better fits, each reason holds."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio.analysis.choosing.solving import solve
from portfolio.analysis.selection import Constraints, Entry, select
from portfolio.results import Unknown


@st.composite
def questions(draw):
    count = draw(st.integers(2, 6))
    numbers = st.lists(st.integers(1, 20), min_size=count, max_size=count)
    table = pd.DataFrame(
        {
            "value": draw(numbers), "ap": draw(numbers), "2027": draw(numbers),
            "policy": draw(st.lists(st.sampled_from("xy"), min_size=count, max_size=count)),
        }
    ).astype({"value": float, "ap": float, "2027": float})  # fmt: skip
    limits = pd.Series(
        {"ap": draw(st.integers(1, 60)), "2027": draw(st.integers(1, 60))}, dtype=float
    )
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    rules = Constraints(
        prerequisites=tuple(
            pair for pair in draw(st.lists(pairs, max_size=2)) if pair[0] != pair[1]
        ),
        exclusive=tuple(frozenset(pair) for pair in draw(st.lists(pairs, max_size=2))),
        minimum=pd.DataFrame({"ap": [draw(st.integers(0, 10))]}, index=["x"], dtype=float),
    )
    return table, limits, rules


def best_by_hand(table, limits, rules):
    """The best of all sets of candidates, tried one by one; None where none fits."""
    worth = [table.loc[names, "value"].sum() for names in subsets(len(table))
             if fits(table, limits, rules, set(names))]  # fmt: skip
    return max(worth, default=None)


def subsets(count):
    return [[i for i in range(count) if bits >> i & 1] for bits in range(2**count)]


def fits(table, limits, rules, names):
    held = table.loc[sorted(names)]
    return (
        (held[limits.index].sum() <= limits).all()
        and all(needed in names for name, needed in rules.prerequisites if name in names)
        and all(len(names & group) <= 1 for group in rules.exclusive)
        and held.loc[held["policy"] == "x", "ap"].sum() >= rules.minimum.loc["x", "ap"]
    )


@settings(deadline=None, max_examples=25)
@given(questions())
def test_a_programme_breaks_no_condition_and_none_that_fits_is_worth_more(question):
    table, limits, rules = question
    found = select(table, envelopes=limits, constraints=rules, objective="value")
    best = best_by_hand(table, limits, rules)

    if best is None:
        assert found.status == "INFEASIBLE"
        assert found.conflict
    else:
        assert fits(table, limits, rules, set(found.chosen))
        assert found.value == pytest.approx(best)


@settings(deadline=None, max_examples=20)
@given(questions(), st.floats(1, 3))
def test_more_budget_is_never_worse(question, factor):
    table, limits, rules = question
    less = select(table, envelopes=limits, constraints=rules, objective="value")
    more = select(table, envelopes=limits * factor, constraints=rules, objective="value")

    if not isinstance(less.value, Unknown):
        assert more.value >= less.value - 1e-9


@settings(deadline=None, max_examples=10)
@given(questions())
def test_the_budget_at_which_a_project_enters_holds_it_when_solved_again(question):
    table, limits, rules = question
    found = select(table, envelopes=limits, constraints=rules, objective="value")
    for name, reason in found.why.items():
        if not isinstance(reason.enters_at, Entry):
            continue
        entry = reason.enters_at
        again = select(table, envelopes=limits * entry.share, constraints=rules, objective="value")
        assert entry.verified
        assert name in again.chosen


@settings(deadline=None, max_examples=40)
@given(questions())
def test_each_condition_of_a_conflict_is_needed(question):
    table, limits, rules = question
    found = select(table, envelopes=limits, constraints=rules, objective="value")
    if found.status != "INFEASIBLE":
        return
    model = found.model
    named = {id(fact) for fact in found.conflict}  # the same condition may be there twice
    kept = [n for n, row in enumerate(model.rows) if id(row.fact) in named]
    for spared in kept:
        others = [n for n in range(len(model.rows)) if n not in kept or n == spared]
        assert solve(model.without(others)).found
