"""The daily bicycle counts of Nantes (open data of Nantes Métropole, 2014 to 2019), and a forecast
of them beside what then happened."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from indicators.analysis.backtest import seasonal_naive
from indicators.analysis.forecast import forecast
from indicators.analysis.series import regular
from ops.paths import ROOT

DATA = ROOT.parent / "shared" / "data" / "nantes_velo"
HORIZON = 28
LONGEST = 1461  # days that an estimate reads
ENOUGH = 14  # days of the horizon that are known


def counters() -> dict[str, pd.Series]:
    """By counter, a value a day; NaN on days that the source marks as anomalous, and on those
    without a single bicycle: it was out of order."""
    table = pd.read_csv(DATA / "nantes_daily_2014_2019.csv.gz", parse_dates=["date"])
    found = {}
    for key, rows in table.dropna(subset=["id"]).drop_duplicates(["id", "date"]).groupby("id"):
        days = rows.sort_values("date").set_index("date")
        counts = days["count"].where((days["anom"] != 1) & (days["count"] > 0))
        found[str(int(key))] = regular(counts, "DAY")
    return found


def holidays() -> list[date]:
    table = pd.read_csv(DATA / "jours_feries.csv", parse_dates=["date"])
    return [day.date() for day in table.loc[table["zone"] == "Métropole", "date"]]


def tried(counter: str, series: pd.Series, end: int) -> dict[str, object] | None:
    """Sums over the horizon of absolute errors, ours and the naive one's, and how many days the
    80 % band held of those known. None where too little is known."""
    known, happened = series.iloc[max(0, end - LONGEST) : end], series.iloc[end : end + HORIZON]
    if end < LONGEST // 3 or happened.notna().sum() < ENOUGH or known.tail(7).isna().all():
        return None
    until = (series.index[end] + timedelta(days=HORIZON - 1)).date()
    told = forecast(known.dropna(), until=until, target=None, frequency="DAY", seed=1,
                    holidays=holidays())  # fmt: skip
    naive = seasonal_naive(7)(known.to_numpy(float), HORIZON).mean()
    low, high, mean = (
        part.reindex(happened.index) for part in (told.lower80, told.upper80, told.mean)
    )
    held = ((happened >= low) & (happened <= high))[happened.notna()]
    return {
        "counter": counter, "error": float(np.nansum(np.abs(mean - happened))),
        "naive": float(np.nansum(np.abs(naive - happened.to_numpy(float)))),
        "held": int(held.sum()), "days": int(held.size),
    }  # fmt: skip
