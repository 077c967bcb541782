"""Nile, local level: Durbin and Koopman (2012), Time Series Analysis by State Space Methods, ch. 2."""

from datetime import date

import pandas as pd
import pytest

from indicators.analysis.forecast import forecast
from tests.shared import case, needs_case

pytestmark = needs_case("f01-nile")


def flows():
    table = pd.read_csv(case("f01-nile")[1] / "nile.csv")
    return pd.Series(
        table["volume"].to_numpy(float), index=pd.to_datetime(table["year"].astype(str) + "-01-01")
    )


@pytest.mark.parametrize("ahead", [1, 5, 10])
def test_the_level_of_the_nile_and_its_chance_to_pass_900(ahead):
    expected, _ = case("f01-nile")
    known, tolerance = expected["expected"], expected["tolerance"]
    found = forecast(
        flows(), until=date(1970 + ahead, 12, 31), target=900, frequency="YEAR", seed=0
    )
    assert found.mean.iloc[-1] == pytest.approx(known["forecast"], abs=tolerance["forecast"])
    spread = (found.upper95 - found.lower95).iloc[-1] / 3.919928
    assert spread**2 == pytest.approx(known["var_h"][f"h{ahead}"], rel=tolerance["ml"])
    chance = known["prob_above_900"][f"h{ahead}"]
    assert found.probability_on_target == pytest.approx(chance, abs=tolerance["prob"])
