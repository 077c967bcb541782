"""Frozen inputs give options, an answer and reasons, without a database; the same each time."""

import json

import pytest

from portfolio.analysis.arbitration import digest
from portfolio.analysis.arbitration.answers import answer
from portfolio.analysis.arbitration.explaining import explain, solved, why
from portfolio.analysis.arbitration.question import Moves, question
from portfolio.charts.envelope_bar import envelope_bar
from portfolio.charts.frontier import Reached, frontier_chart
from portfolio.charts.value_for_money import Priced, pareto, value_for_money


def candidate(key, value=10.0, ap=2.0, **fields):
    told = {
        "id": key, "code": key, "name_fr": key, "name_en": "", "role": "FREE", "reason": "",
        "value": value, "ap": ap, "cp": {"2027": ap / 2, "2028": ap / 2}, "is_estimated": False,
        "subsidy": None, "waits": None, "delay": 0, "people": 1.0, "co2": 1.0, "department": "d",
        "policy": "p", "communes": {"C1": 1.0}, "variants": [],
    }  # fmt: skip
    return told | fields


def frozen(*candidates, **fields):
    told = {
        "format": 1, "years": [2027, 2028], "tail": 0, "ap_total": 4.0, "cp": {}, "delay": 0,
        "discount": 0.0, "candidates": list(candidates), "unweighed": [], "conditions": [],
        "communes": [{"code": "C1", "name": "Une", "population": 100},
                     {"code": "C2", "name": "Deux", "population": 100}],
    }  # fmt: skip
    return told | fields


def taken(inputs, moves=None) -> set[str]:
    return {one["id"] for one in answer(inputs, moves)["chosen"]}


THREE = (candidate("A"), candidate("B", 9.0), candidate("C", 3.0))


def test_the_best_that_fits_is_chosen_and_its_money_is_counted():
    found = answer(frozen(*THREE))

    assert {one["id"] for one in found["chosen"]} == {"A", "B"}
    assert found["spent"] == {"ap": 4.0, "2027": 2.0, "2028": 2.0}
    assert found["territories"] == {"C1": 4.0}
    json.dumps(found, allow_nan=False)


def test_the_digest_does_not_depend_on_the_order_of_keys():
    one = frozen(*THREE)

    assert digest(one) == digest(dict(reversed(list(one.items()))))
    assert digest(one) != digest(one | {"ap_total": 5.0})


def test_what_is_tried_forces_a_project_in_out_or_later():
    inputs = frozen(*(one | {"delay": 1} for one in THREE), delay=1, tail=1)

    assert "C" in taken(inputs, Moves(put_in=frozenset("C")))
    assert "A" not in taken(inputs, Moves(left_out=frozenset("A")))
    later = answer(inputs, Moves(put_off={"A": 1}))
    assert {one["id"]: one["delay"] for one in later["chosen"]}["A"] == 1
    assert later["after"] == pytest.approx(1.0)


def test_a_try_stands_above_the_role_of_the_scenario():
    inputs = frozen(candidate("A", role="EXCLUDED"), candidate("B", role="MANDATORY"))

    assert taken(inputs, Moves(put_in=frozenset("A"), left_out=frozenset("B"))) == {"A"}


def test_a_project_waits_no_longer_than_it_may():
    options = question(frozen(candidate("A", delay=1), candidate("B"), delay=2, tail=2)).options

    assert [name for name, _option in options.index] == ["A", "A", "B"]


def test_a_delay_beyond_what_grants_wait_for_costs_them():
    one = candidate("A", subsidy=0.5, waits=0, delay=1, cp={"2027": 2.0})
    found = answer(frozen(one, delay=1, tail=1, cp={"2027": 0.0}))

    assert found["chosen"][0]["lost"] == 0.5
    assert found["spent"]["ap"] == 2.5
    assert found["spent"]["2028"] == 2.5


def test_a_split_into_phases_keeps_the_sum_and_takes_longer():
    variant = {"name_fr": "x", "name_en": "", "cost_share": 1.0, "value_share": 1.0,
               "extra_years": 2}  # fmt: skip
    options = question(frozen(candidate("A", variants=[variant]), tail=2)).options

    split = options.loc[("A", "1+0"), ["2027", "2028", "2029", "2030"]].tolist()
    assert split == pytest.approx([0.5, 0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ({"kind": "PREREQUISITE", "project": "A", "other": "C"}, "B"),
        ({"kind": "EXCLUSIVE", "project": "A", "other": "B"}, "B"),
        ({"kind": "CAPACITY", "department": "d", "year": 2027, "amount": 1}, "B"),
        ({"kind": "MINIMUM", "figure": "COUNT", "amount": 1, "members": {"C": 1.0}}, "B"),
        ({"kind": "ZONE_MINIMUM", "figure": "AP", "amount": 2, "members": {"C": 1.0}}, "B"),
        ({"kind": "CLIMATE", "amount": 1.0}, "B"),
    ],
)
def test_each_condition_binds(condition, left):
    assert left not in taken(frozen(*THREE, conditions=[condition | {"id": 1}]))


def test_each_commune_gets_its_share():
    inputs = frozen(*THREE[:2], candidate("C", 3.0, communes={"C2": 1.0}),
                    conditions=[{"id": 1, "kind": "EQUITY", "amount": 0.5}])  # fmt: skip

    assert taken(inputs) == {"A", "C"}


def test_conditions_that_cannot_hold_together_are_named():
    forced = [candidate(name, role="MANDATORY") for name in "ABC"]

    found = answer(frozen(*forced))

    assert found["status"] == "INFEASIBLE"
    assert {one["code"] for one in found["conflict"]} == {"MANDATORY", "ENVELOPE"}


def test_nothing_to_weigh_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="candidates"):
        answer(frozen())


def test_reasons_hold_the_cost_of_the_opposite_and_the_budget_of_entry():
    inputs = frozen(*THREE)

    told = explain(inputs)
    entry = why(solved(inputs), "C", entry=True)["enters"]

    assert told["why"]["C"]["difference"] == pytest.approx(6.0)
    assert told["why"]["C"]["goes"] == ["B"]
    assert entry["share"] == pytest.approx(1.5, rel=1e-2)
    assert "C" in taken(inputs | {"ap_total": entry["limits"]["ap"]})
    json.dumps(told, allow_nan=False)


# ---------------------------------------------------------------- drawings


def test_a_bar_tells_what_passes_its_envelope():
    assert envelope_bar(used=3, limit=2, description="").is_over
    assert envelope_bar(used=1, limit=2, description="").used == pytest.approx(158)
    with pytest.raises(ValueError, match="negative"):
        envelope_bar(used=-1, limit=None, description="")


def test_the_frontier_leaves_out_budgets_where_nothing_fits():
    chart = frontier_chart(
        [Reached(1, None, ""), Reached(2, 5, "x", is_present=True)], [], budget_label=str,
        value_label=str, description="d",
    )  # fmt: skip

    assert [dot.is_present for dot in chart.dots] == [True]
    assert frontier_chart([], [], budget_label=str, value_label=str, description="") is None


def test_no_project_of_the_pareto_line_is_beaten_on_both():
    told = [Priced(name, cost, value, True, "") for name, cost, value in
            (("a", 1, 1), ("b", 2, 5), ("c", 3, 4), ("d", 4, 6))]  # fmt: skip

    assert [one.name for one in pareto(told)] == ["a", "b", "d"]
    assert len(value_for_money(told, cost_label=str, value_label=str, description="").bubbles) == 4
