"""Choosing a programme: time beside the bare HiGHS model of the same size, in the same run.

Projects × six starts × ten years, with envelopes, capacities, minimums, equity, climate,
prerequisites, exclusions, mandatory projects, to a proven gap of 0.1 %. Beside it the same rows and
columns given to `scipy.optimize.milp` as ready arrays: wanted at most 1.3 times, model building
included. Then a what-if of 80 projects, the frontier of the relaxation.
BENCH_PROJECTS (default 300; the published run: 1000, then 10000); BENCH_LONGEST_S (20) bounds one solution.
"""

import os
import sys
import time
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402 - after the threads
import pandas as pd  # noqa: E402 - after the threads
from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: E402 - after the threads

from portfolio.analysis.selection import (  # noqa: E402 - after the threads
    Constraints,
    Equity,
    frontier,
    select,
    with_starts,
)

PROJECTS = int(os.environ.get("BENCH_PROJECTS", "300"))
YEARS = [str(year) for year in range(2027, 2037)]
SHIFTS, GAP = 5, 1e-3
LONGEST_S = float(os.environ.get("BENCH_LONGEST_S", "20"))  # then the gap reached is printed
WHAT_IFS, WHAT_IF_LONGEST_S = 5, 3
WANTED, WHAT_IF_MS, FRONTIER_S = 1.3, 300, 1.0
DEPARTMENTS, POLICIES = 8, 6


def main() -> None:
    question = asked(PROJECTS)
    started = time.perf_counter()
    found = select(**question, time_limit_s=LONGEST_S, gap=GAP)
    ours = time.perf_counter() - started
    bare, value = bare_seconds(found.model)
    print(f"## {PROJECTS:,} projects × {SHIFTS + 1} starts × {len(YEARS)} years\n")
    print(f"{len(found.model.value):,} options, {found.model.matrix.shape[0]:,} rows. {found.status}, "
          f"{len(found.chosen)} chosen, proven gap {found.gap:.2%}; the bare model's value is "
          f"{value / found.value:.4f} of ours.\n")  # fmt: skip
    print("| | s | beside the bare model |\n|---|---|---|")
    print(f"| bare HiGHS | {bare:.2f} | 1 |")
    print(
        f"| select, building included | {ours:.2f} | {ours / bare:.2f} ({WANTED} wanted at most) |\n"
    )
    _what_if()
    _frontier(question)


def _what_if() -> None:
    small = asked(80)
    times = []
    for name in range(WHAT_IFS):
        rules = Constraints(**{**vars(small["constraints"]), "excluded": frozenset([name])})
        started = time.perf_counter()
        select(**{**small, "constraints": rules}, gap=GAP, time_limit_s=WHAT_IF_LONGEST_S)
        times.append(time.perf_counter() - started)
    print(f"A what-if of 80 projects: {1000 * np.median(times):.0f} ms in the middle, "
          f"{1000 * max(times):.0f} at most ({WHAT_IF_MS} wanted at most).\n")  # fmt: skip


def _frontier(question: dict) -> None:
    started = time.perf_counter()
    frontier(**question, points=25, relaxed=True)
    seconds = time.perf_counter() - started
    print(f"The frontier of the relaxation with its prices, 25 budgets: {seconds:.2f} s "
          f"({FRONTIER_S:.0f} s wanted at most for 1,000).")  # fmt: skip


def asked(count: int) -> dict:
    """A question that has an answer: a third of what all would cost."""
    rng = np.random.default_rng(6)
    communes = min(24, count // 20)
    total = np.round(rng.lognormal(14.5, 1, count), -3)
    table = pd.DataFrame(0.0, index=range(count), columns=YEARS)
    table.iloc[:, :4] = total[:, None] * rng.dirichlet(np.ones(4) * 4, count)
    table = table.assign(
        value=total**0.8 * rng.lognormal(0, 0.8, count), ap=total, co2=total * rng.random(count),
        commune=rng.integers(0, communes, count), policy=rng.integers(0, POLICIES, count),
        department=rng.integers(0, DEPARTMENTS, count), people=rng.integers(1, 6, count),
    )  # fmt: skip
    options = with_starts(table, years=YEARS, shifts=SHIFTS, discount=0.03)
    limits = pd.Series({"ap": total.sum() / 3, **dict.fromkeys(YEARS, total.sum() / 24)})
    return {
        "candidates": options, "envelopes": limits, "objective": "value",
        "constraints": _rules(count, total, table),
    }  # fmt: skip


def _rules(count: int, total: np.ndarray, table: pd.DataFrame) -> Constraints:
    people = table.groupby("department")["people"].sum() * 0.6
    inhabitants = table.groupby("commune")["ap"].sum() / 1000
    return Constraints(
        mandatory=frozenset(range(0, count, 97)),
        prerequisites=tuple((name, name + 1) for name in range(10, count - 1, 40)),
        exclusive=tuple(frozenset({name, name + 2}) for name in range(20, count - 2, 40)),
        capacity=pd.DataFrame({"people": people}),
        minimum=pd.DataFrame({"ap": total.sum() / 40}, index=range(POLICIES)),
        climate=pd.Series({"co2": total.sum() / 6}),
        equity=(Equity("ap", inhabitants, least=0.3),),
    )


def bare_seconds(model) -> tuple[float, float]:
    """The same rows and columns as ready arrays, in millions so that HiGHS reads them well."""
    size = np.maximum(abs(model.matrix).max(axis=1).toarray().ravel(), 1e-12)
    rows = model.matrix.multiply(1 / size[:, None]).tocsr()
    low, high, value = model.low / size, model.high / size, model.value / model.value.max()
    started = time.perf_counter()
    answer = milp(
        -value, integrality=np.ones(len(value)), bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, low, high),
        options={"mip_rel_gap": GAP, "time_limit": LONGEST_S},
    )  # fmt: skip
    seconds = time.perf_counter() - started
    reached = -answer.fun * model.value.max() if answer.x is not None else float("nan")
    return seconds, reached


if __name__ == "__main__":
    main()
