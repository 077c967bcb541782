"""A programme fits all that it must fit, is the best one, and each reason holds when tried."""

import numpy as np
import pandas as pd
import pytest

from portfolio.analysis.selection import (
    Constraints,
    Equity,
    alternatives,
    compare,
    frontier,
    select,
    sensitivity,
    with_starts,
)
from portfolio.results import Unknown


def projects(**columns):
    names = list("ABCDE")
    table = {"value": [10, 9, 8, 3, 0.5], "ap": [5, 4, 4, 2, 1]} | columns
    return pd.DataFrame(table, index=names[: len(table["value"])])


def chosen(table=None, ap=9.0, **constraints):
    table = projects() if table is None else table
    rules = Constraints(**constraints)
    return select(table, envelopes=pd.Series({"ap": ap}), constraints=rules, objective="value")


# ---------------------------------------------------------------- each condition


def test_the_best_programme_within_the_envelope():
    found = chosen()

    assert (found.status, found.chosen, found.value, found.gap) == ("OPTIMAL", ("A", "B"), 19, 0)
    assert found.spent["ap"] == 9


def test_each_year_has_its_envelope():
    table = projects(**{"2027": [5, 0, 2, 2, 1], "2028": [0, 4, 2, 0, 0]})
    limits = pd.Series({"ap": 12, "2027": 5, "2028": 2})

    found = select(table, envelopes=limits, objective="value")

    assert found.chosen == ("C", "D", "E")


def test_a_fund_pays_for_its_own_projects_alone():
    table = projects(fund=["roads", "roads", "parks", "parks", "parks"])
    limits = pd.DataFrame({"roads": [5.0], "parks": [3.0]}, index=["ap"])

    found = select(table, envelopes=limits, objective="value")

    assert found.chosen == ("A", "D", "E")
    assert found.spent[("roads", "ap")] == 5


def test_mandatory_excluded_and_started_projects():
    found = chosen(mandatory=frozenset("D"), excluded=frozenset("A"), started=frozenset("E"))

    assert set(found.chosen) == {"D", "E", "B"}


def test_a_project_comes_with_the_one_it_needs():
    assert chosen(ap=5.0, prerequisites=(("A", "E"),)).chosen == ("B", "E")
    without_d = frozenset("D")
    found = chosen(ap=6.0, prerequisites=(("A", "E"),), excluded=without_d)
    assert found.chosen == ("A", "E")


def test_of_projects_that_exclude_each_other_one_is_taken():
    assert chosen(exclusive=(frozenset("AB"),)).chosen == ("A", "C")


def test_a_department_has_so_many_people():
    table = projects(
        department=["roads", "roads", "parks", "parks", "parks"], people=[3, 3, 1, 1, 1]
    )
    capacity = pd.DataFrame({"people": [3.0]}, index=["roads"])

    assert chosen(table, capacity=capacity).chosen == ("A", "C")


def test_a_policy_gets_its_minimum():
    table = projects(policy=["move", "move", "move", "green", "green"])
    minimum = pd.DataFrame({"count": [2.0]}, index=["green"])

    assert chosen(table, minimum=minimum).chosen == ("A", "D", "E")


def test_the_climate_budget_is_kept():
    table = projects(co2=[9, 1, 1, 1, 1])

    assert chosen(table, climate=pd.Series({"co2": 8.0})).chosen == ("B", "C", "E")


def test_every_commune_gets_its_part_per_inhabitant():
    table = projects(commune=["Nord", "Nord", "Nord", "Sud", "Sud"])
    inhabitants = pd.Series({"Nord": 2000, "Sud": 1000})
    fair = Equity("ap", inhabitants, least=0.9)

    found = chosen(table, equity=(fair,))

    assert {"D", "E"} <= set(found.chosen)
    spent = table.loc[list(found.chosen)].groupby("commune")["ap"].sum() / inhabitants
    assert spent.min() >= 0.9 * table.loc[list(found.chosen), "ap"].sum() / 3000


def test_a_project_of_two_communes_counts_in_each_by_its_share():
    shares = pd.DataFrame(
        {"Nord": [0.5, 1, 1, 1, 1], "Sud": [0.5, 0, 0, 0, 0]}, index=list("ABCDE")
    )
    fair = Equity("ap", pd.Series({"Nord": 1, "Sud": 1}), least=0.5, shares=shares)

    assert chosen(equity=(fair,)).chosen == ("A", "B")
    assert chosen(equity=(fair,), excluded=frozenset("A")).chosen == ()


def test_several_goals_are_weighed():
    table = projects(trees=[0, 0, 30, 0, 0])
    limits = pd.Series({"ap": 4})

    found = select(table, envelopes=limits, objective=pd.Series({"value": 1.0, "trees": 1.0}))

    assert (found.chosen, found.value) == (("C",), 38)


def test_values_are_given_apart_by_candidate():
    values = pd.Series({"A": 1.0, "B": 1.0, "C": 1.0, "D": 9.0, "E": 8.0})

    found = select(projects(), envelopes=pd.Series({"ap": 3}), objective=values)

    assert found.chosen == ("D", "E")


# ---------------------------------------------------------------- ways of doing a project


def yearly():
    table = pd.DataFrame(
        {"value": [10.0, 10.0], "2027": [4.0, 4.0], "2028": [0.0, 0.0]}, index=["A", "B"]
    )
    return table, ["2027", "2028"]


def test_a_project_waits_for_the_year_that_has_money():
    table, years = yearly()
    options = with_starts(table, years=years, shifts=1, discount=0.1)

    found = select(options, envelopes=pd.Series({"2027": 4, "2028": 4}), objective="value")

    assert sorted(found.options.values()) == [0, 1]
    assert found.value == 19


def test_a_subsidy_is_lost_by_waiting_too_long():
    table, years = yearly()
    table = table.assign(subsidy=[2.0, 0.0], subsidy_shifts=[0, 0])
    options = with_starts(table, years=years, shifts=1)

    assert options.loc[("A", 1), "2028"] == 6
    found = select(options, envelopes=pd.Series({"2027": 4, "2028": 4}), objective="value")
    assert found.options == {"A": 0, "B": 1}


def test_payments_that_pass_the_last_year_make_no_option():
    table, years = yearly()
    table.loc["A", "2028"] = 1.0

    assert with_starts(table, years=years, shifts=1).index.to_list() == [
        ("A", 0),
        ("B", 0),
        ("B", 1),
    ]


def test_a_project_starts_no_earlier_than_the_one_it_needs():
    table, years = yearly()
    options = with_starts(table, years=years, shifts=1, discount=0.1)
    rules = Constraints(prerequisites=(("A", "B"),))
    limits = pd.Series({"2027": 4, "2028": 4})

    found = select(options, envelopes=limits, constraints=rules, objective="value")

    assert found.options == {"A": 1, "B": 0}


def test_a_started_project_is_not_put_off():
    table, years = yearly()
    options = with_starts(table, years=years, shifts=1)
    rules = Constraints(started=frozenset("B"))
    limits = pd.Series({"2027": 4, "2028": 4})

    found = select(options, envelopes=limits, constraints=rules, objective="value")

    assert found.options == {"A": 1, "B": 0}


# ---------------------------------------------------------------- what cannot be, and wrong input


def test_what_cannot_hold_together_is_named_and_nothing_else():
    found = chosen(mandatory=frozenset("ABE"), exclusive=(frozenset("CD"),))

    assert found.status == "INFEASIBLE"
    assert found.value == Unknown("INFEASIBLE")
    told = [(fact.code, fact.facts.get("candidate")) for fact in found.conflict]
    assert told == [("ENVELOPE", None), ("MANDATORY", "A"), ("MANDATORY", "B"), ("MANDATORY", "E")]


def test_a_conflict_that_only_whole_projects_have_is_found():
    table = pd.DataFrame({"value": [1.0, 1.0], "ap": [2.0, 2.0]}, index=["A", "B"])
    rules = Constraints(exclusive=(frozenset("AB"),), climate=pd.Series({"less": -3.0}))

    found = select(
        table.assign(less=[-2.0, -2.0]), envelopes=pd.Series({"ap": 3}), constraints=rules,
        objective="value",
    )  # fmt: skip

    assert found.status == "INFEASIBLE"
    assert {fact.code for fact in found.conflict} <= {"CLIMATE", "EXCLUSIVE", "ENVELOPE"}
    assert len(found.conflict) == 2


def test_an_unknown_cost_is_refused_and_never_taken_for_0():
    with pytest.raises(ValueError, match=r"candidates\.ap: not known of 'B'"):
        chosen(projects(ap=[5, np.nan, 4, 2, 1]))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"mandatory": frozenset("Z")}, "mandatory: 'Z' is no candidate"),
        ({"prerequisites": (("A", "Z"),)}, "prerequisites: 'Z'"),
        ({"climate": pd.Series({"co2": 1.0})}, "climate: the candidates have no column 'co2'"),
        ({"capacity": pd.DataFrame({"ap": [1.0]}, index=["x"])}, "no column 'department'"),
    ],
)
def test_a_wrong_field_is_named(wrong, named):
    with pytest.raises(ValueError, match=named):
        chosen(**wrong)


def test_without_candidates_there_is_an_empty_programme():
    assert chosen(projects().iloc[:0]).chosen == ()


# ---------------------------------------------------------------- reasons


def test_why_each_is_in_or_out():
    why = chosen(mandatory=frozenset("E"), excluded=frozenset("D"), ap=6.0).why

    assert {name: reason.code for name, reason in why.items()} == {
        "A": "CHOSEN", "B": "LIMITED", "C": "LIMITED", "D": "EXCLUDED", "E": "MANDATORY",
    }  # fmt: skip
    assert [fact.code for fact in why["B"].binding] == ["ENVELOPE"]


def test_a_forced_project_shows_the_value_it_costs():
    found = chosen(mandatory=frozenset("D"))

    assert found.why["D"].difference == found.value - chosen().value < 0


def test_a_project_that_no_budget_pays_is_said_to_be_kept_out_by_something_else():
    reason = chosen(ap=12.0, exclusive=(frozenset("AB"),)).why["B"]

    assert {fact.code for fact in reason.binding} == {"ENVELOPE", "EXCLUSIVE"}
    assert reason.enters_at == Unknown("NOT_BY_MONEY")


def test_the_price_of_the_relaxation_stands_beside_a_programme_solved_again():
    told = sensitivity(chosen(ap=9.0), step=1 / 9).loc["ap"]

    assert told["gain"] == chosen(ap=10.0).value - chosen(ap=9.0).value == 1
    assert told["of_the_relaxation"] > 0


def test_programmes_nearly_as_good_and_what_they_share():
    near = alternatives(chosen(), count=3, within=0.1)

    assert [each.value for each in near.selections] == [18, 17.5]
    assert near.shared | near.sometimes >= {"A", "B", "C"}
    assert len({frozenset(each.chosen) for each in near.selections}) == 2


def test_two_programmes_side_by_side():
    table = projects(commune=["Nord", "Nord", "Sud", "Sud", "Sud"])

    told = compare(chosen(table, ap=9.0), chosen(table, ap=13.0))

    assert (told.comes, told.goes, told.value) == (("C",), (), 8)
    assert told.spent["ap"] == 4
    assert told.territories.to_dict() == {"Nord": 0, "Sud": 4}


def test_the_frontier_never_falls_and_the_relaxation_is_above_it():
    given_to = {"envelopes": pd.Series({"ap": 9.0}), "objective": "value", "points": 8}
    whole = frontier(projects(), **given_to)
    parts = frontier(projects(), **given_to, relaxed=True)

    assert whole["value"].is_monotonic_increasing
    assert (parts["value"] >= whole["value"] - 1e-9).all()
    assert parts["price_ap"].is_monotonic_decreasing
    assert whole["budget"].iloc[-1] == pytest.approx(13.5)
