"""How often an effect is found where there is none, and how often where there is one.

One series: noise AR(1), random walk, seasonal, with a trend; 24 + 12 and 60 + 24 points. One
treated zone among 10 and 40. For each cell: rate of the verdict SHOWN with a step of 0, 1, 2 and
3 standard deviations, bias of the estimate, share of ranges that hold the truth; beside it what a
before/after t-test and least squares with HAC errors say. A target: at most 7 % of false alarms.

With `--draw series.md zones.md`, what two such runs printed becomes docs/simulation.md and its curves.

BENCH_PLACEBOS (default 24) placebo series a cell; as many with an effect, or BENCH_EFFECTS.
The published run: BENCH_PLACEBOS=1000, with BENCH_EFFECTS=200 for series and 40 for zones, an hour
and a half of one core.
"""

import os
import sys
import time
import warnings
from dataclasses import dataclass
from itertools import product
from multiprocessing import Pool
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"  # two processes, one thread each
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402 - after the threads
import pandas as pd  # noqa: E402 - after the threads

from indicators.analysis.impact import (  # noqa: E402 - after the threads
    Effect,
    difference_in_differences,
    interrupted_series,
    synthetic_control,
    synthetic_difference_in_differences,
)
from indicators.analysis.impact.comparators import (  # noqa: E402 - after the threads
    before_after_t_test,
    ols_hac,
)

PLACEBOS = int(os.environ.get("BENCH_PLACEBOS", "24"))
WITH_EFFECT = int(os.environ.get("BENCH_EFFECTS", str(PLACEBOS)))
ONLY = os.environ.get("BENCH_ONLY", "")  # "series" or "zones"
TARGET = 0.07
LENGTHS = ((24, 12), (60, 24))
KINDS = ("AR 0", "AR 0.4", "AR 0.8", "AR 0.9", "random walk", "seasonal", "trend")
ZONES = (40, 10)
ZONE_KINDS = ("AR 0", "AR 0.4", "AR 0.8", "AR 0.9", "random walk", "seasonal")
METHODS = {
    "difference in differences": difference_in_differences,
    "synthetic control": synthetic_control,
    "synthetic DiD": synthetic_difference_in_differences,
}
SIZES = (0, 1, 2, 3)
BURNT = 200


@dataclass(frozen=True)
class Job:
    kind: str
    before: int
    after: int
    size: float
    seed: int
    zones: int = 1


@dataclass(frozen=True)
class Seen:
    """One evaluation: its verdict, error in standard deviations, whether its range holds."""

    t_test: bool
    hac: bool
    verdict: str = "CANNOT_BE_JUDGED"
    error: float = np.nan
    holds: bool = True


def noise(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    """N points of standard deviation 1 (of its steps, for a random walk)."""
    if kind == "random walk":
        return rng.standard_normal(n).cumsum()
    when = np.arange(n)
    if kind == "seasonal":
        return noise("AR 0.4", n, rng) + 2 * np.sin(2 * np.pi * when / 12)
    if kind == "trend":
        return noise("AR 0.4", n, rng) + 0.1 * when
    coefficient = float(kind.split()[1])
    steps = rng.standard_normal(n + BURNT)
    values = np.zeros(n + BURNT)
    for place in range(1, n + BURNT):
        values[place] = coefficient * values[place - 1] + steps[place]
    return values[BURNT:] * np.sqrt(1 - coefficient**2)


def one_series(job: Job) -> Seen:
    rng = np.random.default_rng([job.seed, job.before, KINDS.index(job.kind)])
    n = job.before + job.after
    step = (np.arange(n) >= job.before).astype(float)
    y = 50 + noise(job.kind, n, rng) + job.size * step
    season = 12 if job.kind == "seasonal" else None
    x = np.column_stack([np.ones(n), step])
    found = interrupted_series(pd.Series(y), start=job.before, season=season, seed=job.seed)
    return _seen(found, job.size, before_after_t_test(y[: job.before], y[job.before :]),
                 ols_hac(y, x))  # fmt: skip


def among_zones(job: Job) -> dict[str, Seen]:
    """A common walk, a level of each zone, and noise of its own."""
    rng = np.random.default_rng([job.seed, job.before, job.zones])
    n = job.before + job.after
    shared = noise("random walk", n, rng)
    level = 50 + 3 * rng.standard_normal(job.zones)
    weight = 1 + 0.3 * rng.standard_normal(job.zones)
    y = np.column_stack([noise(job.kind, n, rng) for _ in range(job.zones)])
    y += level + np.outer(shared, weight)
    treated = int(np.argsort(level)[job.zones // 2])
    y[job.before :, treated] += job.size
    times, zones = np.meshgrid(np.arange(n), np.arange(job.zones), indexing="ij")
    panel = pd.DataFrame({"zone": zones.ravel(), "t": times.ravel(), "value": y.ravel()})
    others = np.delete(y, treated, axis=1).mean(axis=1)
    gap = y[:, treated] - others
    step = (np.arange(n) >= job.before).astype(float)
    usual = (before_after_t_test(gap[: job.before], gap[job.before :]),
             ols_hac(gap, np.column_stack([np.ones(n), step])))  # fmt: skip
    return {name: _seen(_compare(name, panel, treated, job), job.size, *usual) for name in METHODS}


def _compare(name: str, panel: pd.DataFrame, treated: int, job: Job) -> object:
    columns = {"unit": "zone", "time": "t", "value": "value"}
    if name == "difference in differences":
        return difference_in_differences(panel, **columns, treated_from={treated: job.before})
    return METHODS[name](panel, **columns, treated=treated, start=job.before)


def _seen(found: object, size: float, t_test: float, hac: float) -> Seen:
    if not isinstance(found, Effect):
        return Seen(t_test <= 0.05, hac <= 0.05)
    return Seen(t_test <= 0.05, hac <= 0.05, found.verdict, found.point - size,
                found.low <= size <= found.high)  # fmt: skip


def main() -> None:
    warnings.simplefilter("ignore")
    started = time.perf_counter()
    with Pool(2) as pool:
        worst = [0.0]
        if ONLY != "zones":
            print(f"## One series, {PLACEBOS} placebos and {WITH_EFFECT} with an effect a cell\n")
            _head()
            for before, after in LENGTHS:
                for kind in KINDS:
                    jobs = _jobs(kind, before, after)
                    worst.append(_row(f"{kind} | {before} + {after}", jobs,
                                      pool.map(one_series, jobs, chunksize=4)))  # fmt: skip
        if ONLY != "series":
            print(f"\n## One treated zone, {PLACEBOS} and {WITH_EFFECT} a cell\n")
            _head()
            for zones, (before, after), kind in product(ZONES, LENGTHS, ZONE_KINDS):
                jobs = _jobs(kind, before, after, zones)
                told = pool.map(among_zones, jobs, chunksize=2)
                for name in METHODS:
                    label = f"{kind}, {name} | {zones} zones, {before} + {after}"
                    worst.append(_row(label, jobs, [one[name] for one in told]))
    print(f"\nWorst rate of false alarms: {max(worst):.1%} (target {TARGET:.0%}); "
          f"{time.perf_counter() - started:.0f} s.")  # fmt: skip


def _jobs(kind: str, before: int, after: int, zones: int = 1) -> list[Job]:
    return [Job(kind, before, after, size, seed, zones) for size in SIZES
            for seed in range(PLACEBOS if size == 0 else WITH_EFFECT)]  # fmt: skip


def _head() -> None:
    print("| cell | | false alarms SHOWN | SHOWN or LIKELY | power 1 sd | 2 sd | 3 sd | bias (sd) "
          "| range holds | refused | t-test false | HAC false |")  # fmt: skip
    print("|" + "---|" * 12)


def _row(label: str, jobs: list[Job], told: list[Seen]) -> float:
    by_size = {size: [seen for job, seen in zip(jobs, told, strict=True) if job.size == size]
               for size in SIZES}  # fmt: skip
    none = by_size[0]
    power = [np.mean([seen.verdict == "SHOWN" for seen in by_size[size]]) for size in SIZES[1:]]
    false = float(np.mean([seen.verdict == "SHOWN" for seen in none]))
    either = np.mean([seen.verdict in ("SHOWN", "LIKELY") for seen in none])
    errors = [seen.error for seen in told if np.isfinite(seen.error)]
    bias = np.mean(errors) if errors else np.nan
    figures = [false, either, *power]
    print(f"| {label} | " + " | ".join(f"{100 * figure:.1f} %" for figure in figures)
          + f" | {bias:+.2f} | {100 * np.mean([seen.holds for seen in told]):.0f} %"
          f" | {100 * np.mean([not np.isfinite(seen.error) for seen in told]):.0f} %"
          f" | {100 * np.mean([seen.t_test for seen in none]):.1f} %"
          f" | {100 * np.mean([seen.hac for seen in none]):.1f} % |", flush=True)  # fmt: skip
    return false


# ---------------------------------------------------------------- what docs/simulation.md shows

PANEL, ROOM, GAP = (150, 110), (42, 26), (44, 46)
WAYS = {"solid": "", "dashed": ' stroke-dasharray="5 4"', "dotted": ' stroke-dasharray="1.5 3"'}
TEXT = """# How often an effect is found

Written by `bench/placebo.py` (`--draw`): {placebos}. Made-up series without any effect (“placebos”), and
with one of 1, 2 and 3 standard deviations of their noise. An evaluation says SHOWN where two methods
agree and the rank among placebos is below 5 %; a target: at most 7 % of false alarms in every cell.

**Worst rate of false alarms: {worst:.1f} %.** Beside it, what usual tests say of the same placebos: a
before/after t-test up to {t_test:.0f} %, least squares with HAC errors up to {hac:.0f} % (and nearly always
where there is a trend). That is why neither is offered. The price of honesty is the power: on a wandering series a step of 3 deviations is
often not shown, and “no effect shown” prints the smallest effect that could have been.

![Share of evaluations that say SHOWN, by size of the effect: one series](images/simulation-series.svg)

Solid: 60 points before and 24 after; dashed: 24 and 12. Crosses: false alarms of the t-test, circles:
of least squares with HAC errors (60 + 24).

![Share of evaluations that say SHOWN: one treated zone among forty](images/simulation-zones.svg)

One treated zone among 40, 60 + 24 points. Solid: synthetic control; dashed: synthetic DiD; dotted:
difference-in-differences. Among 10 zones chance alone cannot be ruled out at 5 %: nothing is SHOWN.

Power and bias are those of steps; the noise has a standard deviation of 1. “Range holds”: how often
the interval holds the true effect; “refused”: how often nothing could be judged.

{tables}
"""
Row = dict[str, object]


def draw(series: Path, zones: Path) -> None:
    """docs/simulation.md and its two drawings, from what two runs printed."""
    docs = Path(__file__).resolve().parent.parent / "docs"
    texts = [path.read_text() for path in (series, zones)]
    told = [_rows_of(text) for text in texts]
    found = [row for rows in told for row in rows]
    level = [row for row in found if row["kind"] != "trend"]
    tables = "\n\n".join(_tables(text) for text in texts)
    (docs / "simulation.md").write_text(TEXT.format(
        placebos=_placebos(texts[0]), worst=max(row["power"][0] for row in found),
        t_test=max(row["t"] for row in level), hac=max(row["hac"] for row in level),
        tables=tables,
    ))  # fmt: skip
    (docs / "images" / "simulation-series.svg").write_text(_series_svg(told[0]))
    (docs / "images" / "simulation-zones.svg").write_text(_zones_svg(told[1]))


def _placebos(text: str) -> str:
    head = next(line for line in text.splitlines() if line.startswith("## "))
    return head.split(", ", 1)[1]


def _tables(text: str) -> str:
    kept = [
        line for line in text.splitlines() if line.startswith(("|", "## ", "Worst")) or not line
    ]
    return "\n".join(kept).strip()


def _rows_of(text: str) -> list[Row]:
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or cells[0] == "cell":
            continue
        share = [float(cell.split()[0]) for cell in cells[2:]]
        rows.append({"kind": cells[0], "where": cells[1], "t": share[8], "hac": share[9],
                     "power": (share[0], *share[2:5])})  # fmt: skip
    return rows


def _series_svg(rows: list[Row]) -> str:
    panels = []
    for kind in KINDS:
        mine = {row["where"]: row for row in rows if row["kind"] == kind}
        long, short = mine["60 + 24"], mine["24 + 12"]
        panels.append((kind, [("solid", long["power"]), ("dashed", short["power"])],
                       (long["t"], long["hac"])))  # fmt: skip
    return _svg(panels)


def _zones_svg(rows: list[Row]) -> str:
    ways = {"synthetic control": "solid", "synthetic DiD": "dashed",
            "difference in differences": "dotted"}  # fmt: skip
    panels = []
    for kind in ZONE_KINDS:
        mine = [row for row in rows if str(row["kind"]).startswith(f"{kind},")
                and row["where"] == "40 zones, 60 + 24"]  # fmt: skip
        lines = [(ways[str(row["kind"]).split(", ")[1]], row["power"]) for row in mine]
        if not mine:
            continue  # that cell was not run
        panels.append((kind, lines, (mine[0]["t"], mine[0]["hac"])))
    return _svg(panels)


def _svg(panels: list[tuple[str, list[tuple[str, object]], tuple[float, float]]]) -> str:
    across = 4
    down = -(-len(panels) // across)
    width = ROOM[0] + across * (PANEL[0] + GAP[0])
    height = down * (PANEL[1] + GAP[1]) + ROOM[1]
    parts = [_panel(panel, ROOM[0] + place % across * (PANEL[0] + GAP[0]),
                    ROOM[1] + place // across * (PANEL[1] + GAP[1]))
             for place, panel in enumerate(panels)]  # fmt: skip
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'font-family="DejaVu Sans, sans-serif" font-size="11"><rect width="{width}" '
            f'height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n')  # fmt: skip


def _panel(panel: tuple, left: float, top: float) -> str:
    kind, lines, usual = panel
    wide, high = PANEL

    def at(size: float, share: float) -> str:
        return f"{left + wide * size / 3:.1f} {top + high * (1 - share / 100):.1f}"

    told = [f'<text x="{left}" y="{top - 8}" font-weight="bold">{kind}</text>',
            f'<path d="M{left} {top}v{high}h{wide}" fill="none" stroke="#8A938F"/>',
            f'<path d="M{at(0, 5)}L{at(3, 5)}" stroke="#B3541E" stroke-width="0.8"/>']  # fmt: skip
    for share in (0, 50, 100):
        x, y = at(0, share).split()
        told.append(
            f'<text x="{float(x) - 5}" y="{float(y) + 4}" text-anchor="end">{share} %</text>'
        )
    for size in SIZES:
        x, y = at(size, 0).split()
        told.append(f'<text x="{x}" y="{float(y) + 14}" text-anchor="middle">{size}</text>')
    for way, power in lines:
        path = "L".join(at(size, share) for size, share in zip(SIZES, power, strict=True))
        told.append(f'<path d="M{path}" fill="none" stroke="#0F4C5C" stroke-width="2"{WAYS[way]}/>')
    x, y = at(0, usual[0]).split()
    told.append(f'<path d="M{x} {y}m-4 -4l8 8m0 -8l-8 8" stroke="#17212B" stroke-width="1.5"/>')
    x, y = at(0, usual[1]).split()
    told.append(
        f'<circle cx="{x}" cy="{y}" r="4" fill="none" stroke="#17212B" stroke-width="1.5"/>'
    )
    return "".join(told)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--draw"]:
        draw(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
