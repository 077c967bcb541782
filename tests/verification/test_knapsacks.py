"""Capital budgeting and knapsacks of several dimensions, to their known optimum.

Lorie, Savage (1955); Petersen (1967) in Beasley's OR-Library; Trick's tutorial.
"""

import numpy as np
import pandas as pd
import pytest

from portfolio.analysis.selection import Constraints, frontier, select
from tests.shared import case, needs_case


def lorie_savage():
    known, _ = case("o01-lorie-savage")
    given = known["inputs"]
    table = pd.DataFrame({"npv": given["npv"], 1: given["year1"], 2: given["year2"]}, dtype=float)
    return table, pd.Series(given["budgets"], index=[1, 2], dtype=float), known["expected"]


def petersen():
    """Problems of the OR-Library: n, m, optimum; values; m rows of weights; m limits."""
    _, folder = case("o02-petersen")
    numbers = iter((folder / "mknap1.txt").read_text().split())
    for _ in range(int(next(numbers))):
        n, m, best = int(next(numbers)), int(next(numbers)), float(next(numbers))
        read = [[float(next(numbers)) for _ in range(size)] for size in (n, *[n] * m, m)]
        table = pd.DataFrame(dict(enumerate(read[1:-1]))).assign(value=read[0])
        yield table, pd.Series(read[-1]), best


@needs_case("o01-lorie-savage")
def test_nine_projects_of_lorie_and_savage_and_the_prices_of_their_two_years():
    table, budgets, known = lorie_savage()

    found = select(table, envelopes=budgets, constraints=Constraints(), objective="npv")

    assert found.value == pytest.approx(known["milp"], abs=1e-4)
    assert [int(i in found.chosen) for i in table.index] == known["milp_x"]
    assert found.shadow_prices.to_list() == pytest.approx(known["duals"], abs=1e-4)


@needs_case("o01-lorie-savage")
def test_the_relaxation_of_lorie_and_savage():
    table, budgets, known = lorie_savage()

    curve = frontier(
        table, envelopes=budgets / 0.1, objective="npv", points=2, relaxed=True
    )  # the first point is 10 %

    assert curve["value"].iloc[0] == pytest.approx(known["lp"], abs=1e-4)


@needs_case("o02-petersen")
@pytest.mark.parametrize("number", range(7))
def test_each_problem_of_petersen_to_its_optimum(number):
    table, limits, best = list(petersen())[number]

    found = select(table, envelopes=limits, objective="value")

    assert best == case("o02-petersen")[0]["expected"]["optimum"][number]
    assert found.value == pytest.approx(best, abs=1e-6)
    assert found.gap == pytest.approx(0, abs=1e-9)
    assert np.all(table.loc[list(found.chosen), limits.index].sum() <= limits + 1e-9)


@needs_case("o03-trick")
def test_the_optimum_is_neither_the_greedy_choice_nor_the_relaxation_rounded_down():
    known, _ = case("o03-trick")
    given, expected = known["inputs"], known["expected"]
    table = pd.DataFrame({"value": given["value"], "cost": given["cost"]})

    found = select(table, envelopes=pd.Series({"cost": given["budget"]}), objective="value")

    assert found.value == expected["milp"] > expected["rounded_down"]
    assert [int(i in found.chosen) for i in table.index] == expected["milp_x"]
