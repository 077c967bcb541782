"""SMAA-2: seconds and memory, beside the bare numpy product (draws × projects) of the same run.

10,000 projects × 10 criteria × 10,000 draws, with known scores, with a tenth of the scores uncertain
and with all of them uncertain: at most 8 s and 300 MB (peak of the process). 500 projects with exact
ranks: at most 0.5 s. Each in a process of its own, one thread of BLAS each.

BENCH_RANKING_DRAWS (default 10000).
"""

import os
import resource
import sys
import time
from multiprocessing import get_context
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402 - after the threads
import pandas as pd  # noqa: E402 - after the threads

from portfolio.analysis.ranking import WeightSpace, smaa  # noqa: E402 - after the threads

DRAWS = int(os.environ.get("BENCH_RANKING_DRAWS", "10000"))
CRITERIA = 10
CASES = ((10_000, 0.0), (10_000, 0.1), (10_000, 1.0), (500, 0.0), (500, 1.0))
TARGETS = {10_000: (8.0, 300), 500: (0.5, 300)}


def one(case: tuple[int, float]) -> tuple[float, float, float, float]:
    """Seconds of smaa, of both threads together (what a busy machine does not stretch), of the bare
    product, and the peak of the process in MB."""
    projects, unsure = case
    rng = np.random.default_rng(7)
    low = rng.random((projects, CRITERIA))
    width = np.where(rng.random(low.shape) < unsure, 0.2 * rng.random(low.shape), 0)
    names = [f"c{place}" for place in range(CRITERIA)]
    lows, highs = (pd.DataFrame(table, columns=names) for table in (low, low + width))
    started, used = time.perf_counter(), time.process_time()
    smaa(lows, highs, weights=WeightSpace(tuple(names)), draws=DRAWS, seed=1)
    taken, used = time.perf_counter() - started, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return taken, used, _bare(low), peak


def _bare(scores: np.ndarray) -> float:
    """The values alone, a chunk at a time: what no way of counting ranks can avoid."""
    weights = np.random.default_rng(1).dirichlet(np.ones(CRITERIA), DRAWS)
    started = time.process_time()
    for start in range(0, DRAWS, 40):
        weights[start : start + 40] @ scores.T
    return time.process_time() - started


def main() -> None:
    print(
        "| projects | uncertain scores | smaa | of processor | bare product | ratio | peak | target |"
    )
    print("|" + "---|" * 8)
    missed = 0
    for case in CASES:
        with get_context("spawn").Pool(1) as pool:
            taken, used, bare, peak = pool.apply(one, (case,))
        seconds, megabytes = TARGETS[case[0]]
        missed += taken > seconds or peak > megabytes
        print(f"| {case[0]} | {case[1]:.0%} | {taken:.2f} s | {used:.2f} s | {bare:.2f} s | {used / bare:.1f} "
              f"| {peak:.0f} MB | {seconds} s, {megabytes} MB |", flush=True)  # fmt: skip
    print(f"\n{DRAWS} draws × {CRITERIA} criteria; targets missed: {missed}.")


if __name__ == "__main__":
    main()
