"""Daily bicycle counts of Nantes: forecasts of two months that no estimate has seen.

`bench/nantes.py` does it from six days; two, half a year apart, are enough to see a method break.
"""

import warnings

import pandas as pd
import pytest

from tests.nantes import HORIZON, counters, tried
from tests.shared import needs

HALF_A_YEAR = 183


@pytest.mark.timeout(900)  # thirty-six daily forecasts: two minutes of one core
@needs("nantes_velo", "nantes_daily_2014_2019.csv.gz")
def test_forecasts_beat_the_week_before_and_their_band_holds_what_it_says():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [
            tried(counter, series, len(series) - HORIZON - back)
            for counter, series in counters().items()
            for back in (0, HALF_A_YEAR)
        ]
    rows = [one for one in found if one]
    sums = pd.DataFrame(rows).groupby("counter")[["error", "naive", "held", "days"]].sum()
    assert len(sums) >= 15
    assert (sums.error < sums.naive).mean() >= 0.7
    assert 0.75 <= sums.held.sum() / sums.days.sum() <= 0.85
