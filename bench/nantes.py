"""Forecasts of the daily bicycle counts of Nantes, tried on what then happened.

Eighteen counters, 2014 to 2019; 28 days ahead from up to six days, 61 days apart, that no estimate
has seen. Days that the source marks as anomalous, and days without a single bicycle, are taken for
missing: a counter was out of order. Beside them the seasonal naive forecast (the week before).
"""

import os
import sys
import warnings
from multiprocessing import Pool
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"  # two processes, one thread each
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pandas as pd  # noqa: E402 - after the threads

from tests.nantes import DATA, HORIZON, counters, tried  # noqa: E402 - after the threads

APART, ORIGINS = 61, 6


def main() -> None:
    print("## Daily bicycle counts of Nantes, 28 days ahead\n")
    if not DATA.exists():
        print("Not run: the public counts are absent.")
        return
    warnings.simplefilter("ignore")
    jobs = [(key, series, len(series) - HORIZON - APART * step)
            for key, series in counters().items() for step in range(ORIGINS)]  # fmt: skip
    with Pool(2) as pool:
        found = pd.DataFrame([one for one in pool.starmap(tried, jobs, chunksize=1) if one])
    sums = found.groupby("counter")[["error", "naive", "held", "days"]].sum()
    print("| counter | error beside the naive one | 80 % band held |\n|---|---|---|")
    for name, one in sums.iterrows():
        print(f"| {name} | {one.error / one.naive:.2f} | {one.held / one.days:.0%} |")
    print(f"\nBetter than the seasonal naive forecast on {(sums.error < sums.naive).mean():.0%} of "
          f"{len(sums)} counters (70 % wanted); the 80 % band held {sums.held.sum() / sums.days.sum():.1%} "
          f"of {int(sums.days.sum()):,} days (75 to 85 % wanted).")  # fmt: skip


if __name__ == "__main__":
    main()
