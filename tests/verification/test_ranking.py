"""Rankings against published figures, within the tolerance of each case.

m01, m02: Saaty (1990, 2008). m03: Brans, Vincke, Mareschal (1986). m04: Tzeng & Huang (2011). m05:
Cebrián & Porcar (2009). m06: the stored draws and output of the R package smaa (van Valkenhoef).
"""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from portfolio.analysis.ranking import (
    Preference,
    ahp,
    electre,
    pairwise_winning,
    preference_indices,
    promethee,
    ranking_entropy,
    smaa_of_draws,
    topsis,
)
from tests.shared import case, needs_case

HYDRO = (
    Preference("U_SHAPE", indifference=10),
    Preference("V_SHAPE", strict=30),
    Preference("LINEAR", indifference=0.5, strict=5),
    Preference("LEVEL", indifference=1, strict=6),
    Preference("USUAL"),
    Preference("GAUSSIAN", spread=5),
)
WAYS = {"min": "DOWN", "max": "UP"}


def comparisons(told) -> np.ndarray:
    return np.array([[float(Fraction(cell)) for cell in row] for row in told["inputs"]["matrix"]])


@needs_case("m01-ahp-house")
def test_the_house_of_saaty_is_weighed_as_published_and_found_inconsistent():
    told, _ = case("m01-ahp-house")
    expected, tolerance = told["expected"], told["tolerance"]
    found = ahp(comparisons(told), told["inputs"]["criteria"])

    assert found.weights == pytest.approx(expected["weights"], abs=tolerance["weights"])
    assert found.lambda_max == pytest.approx(expected["lambda_max"], abs=tolerance["lambda_max"])
    assert found.consistency_index == pytest.approx(expected["CI"], abs=0.001)
    assert found.consistency_ratio == pytest.approx(expected["CR"], abs=tolerance["CR"])
    assert not found.accepted
    worst = found.inconsistent[0]
    assert {worst.first, worst.second, worst.third} >= {"neighbourhood", "condition"}


@needs_case("m02-ahp-drinks")
def test_the_drinks_of_saaty_are_weighed_as_published_with_nothing_to_revisit():
    told, _ = case("m02-ahp-drinks")
    expected, tolerance = told["expected"], told["tolerance"]
    found = ahp(comparisons(told))

    assert found.weights == pytest.approx(expected["weights"], abs=tolerance["weights"])
    assert found.consistency_ratio == pytest.approx(expected["CR"], abs=tolerance["CR"])
    assert found.accepted
    assert found.inconsistent == ()


@needs_case("m03-promethee-hydro")
def test_the_hydroelectric_sites_outrank_each_other_as_published():
    told, _ = case("m03-promethee-hydro")
    inputs, expected, tolerance = told["inputs"], told["expected"], told["tolerance"]
    scores = pd.DataFrame(inputs["X"], index=inputs["alternatives"])
    weights = pd.Series(1.0, index=scores.columns)
    directions = pd.Series([WAYS[way] for way in inputs["direction"]])
    asked = (scores, weights, directions, dict(enumerate(HYDRO)))
    flows, indices = promethee(*asked), preference_indices(*asked)

    assert np.abs(indices.to_numpy() - expected["pi"]).max() <= tolerance["pi"]
    for name in ("plus", "minus"):
        found = getattr(flows, name).to_numpy()
        assert found == pytest.approx(expected[f"phi_{name}"], abs=tolerance["phi"])
    assert flows.net.to_numpy() == pytest.approx(expected["phi"], abs=tolerance["phi"])
    assert list(flows.net.sort_values(ascending=False).index) == expected["ranking"]


@needs_case("m04-topsis-tzeng")
def test_closeness_is_that_of_the_textbook():
    told, _ = case("m04-topsis-tzeng")
    inputs, expected = told["inputs"], told["expected"]
    scores = pd.DataFrame(inputs["X"])
    directions = pd.Series([WAYS[way] for way in inputs["direction"]])
    found = topsis(scores, pd.Series(inputs["weights"]), directions)

    assert found.to_numpy() == pytest.approx(
        expected["closeness"], abs=told["tolerance"]["closeness"]
    )
    assert found.rank(ascending=False).astype(int).tolist() == expected["ranking"]


@needs_case("m06-smaa-thrombo")
def test_stored_draws_give_the_acceptabilities_of_the_r_package():
    told, folder = case("m06-smaa-thrombo")
    expected, within = told["expected"], told["tolerance"]["all"]
    stored = np.load(folder / "thrombo.npz")
    found = smaa_of_draws(stored["meas"], stored["weights"])
    values = np.einsum("dpc,dc->dp", stored["meas"], stored["weights"])

    ranks = found.rank_acceptability.to_numpy()
    assert np.abs(ranks - expected["rank_acceptability"]).max() <= within
    central = found.central_weights.to_numpy()
    assert np.abs(central - expected["central_weights"]).max() <= within
    wins = expected["pairwise_winning"]["Heparin>Enoxaparin"]
    assert pairwise_winning(values)[0, 1] == pytest.approx(wins, abs=within)
    assert ranking_entropy(values) == pytest.approx(expected["ranking_entropy"], abs=within)


@needs_case("m06-smaa-thrombo")
def test_fixed_weights_leave_only_the_doubt_of_the_measures():
    told, folder = case("m06-smaa-thrombo")
    stored = np.load(folder / "thrombo.npz")
    fixed = np.tile([0.5, 0.2, 0.3], (len(stored["meas"]), 1))
    found = smaa_of_draws(stored["meas"], fixed).rank_acceptability.to_numpy()

    expected = told["expected"]["fixed_weights_5_2_3"]["rank_acceptability"]
    assert np.abs(found - expected).max() <= told["tolerance"]["all"]


@needs_case("m05-electre1-aragon")
def test_concordance_and_discordance_are_those_published():
    told, _ = case("m05-electre1-aragon")
    expected, tolerance = told["expected"], told["tolerance"]
    table = pd.DataFrame(told["inputs"]["X"], dtype=float)
    ways = pd.Series([WAYS[way] for way in told["inputs"]["direction"]])
    found = electre(table / table.sum(), pd.Series(told["inputs"]["weights"]), ways)

    for name, within in (("concordance", "c"), ("discordance", "d")):
        published = np.array(expected[name], dtype=float)
        given = getattr(found, name).to_numpy()
        assert np.allclose(given, published, atol=tolerance[within], equal_nan=True)
