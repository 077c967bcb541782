"""Difference-in-differences: from two zones and two dates to staggered starts."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.analysis.impact import sdid
from indicators.analysis.impact.did_inference import Zones, clustered, permuted, pre_trend_p
from indicators.analysis.impact.grading import grade, verdict, weaker
from indicators.analysis.impact.group_time import (
    NEVER,
    Contrast,
    Panel,
    by_event_time,
    by_group,
    effect,
    later_value,
    overall,
)
from indicators.analysis.impact.own_effects import own_effects
from indicators.analysis.impact.panel import rank, reach, wide, with_and_without
from indicators.analysis.impact.results import (
    LIKELY,
    Effect,
    Method,
    NotIdentified,
    Placebo,
    relative_to,
)
from indicators.analysis.impact.settings import DESIGN, SETTINGS, Design, Settings

CHANCE = 0.8416  # normal quantile of 80 %


def difference_in_differences(  # noqa: PLR0913 - the signature is promised
    panel: pd.DataFrame,
    *,
    unit: str,
    time: str,
    value: str,
    treated_from: Mapping[Hashable, Any],
    cluster: str | None = None,
    design: Design = DESIGN,
    settings: Settings = SETTINGS,
    seed: int = 0,
) -> Effect | NotIdentified:
    """Mean effect on the treated. `treated_from`: unit → first time treated; others never are.

    With one start the base is the mean of all times before; with several, effects by group and
    time (never two-way fixed effects), and those never treated as controls, else those not yet.
    With at least `settings.clusters` clusters on each side errors are clustered (CR2: for means,
    Welch's), with the degrees of freedom of the smaller side; below, and always with one treated
    zone, range and p come from the permutation of the treatment over zones. `cluster`: a column
    constant in each unit. Pre-trends are in `diagnostics["event_study"]`; where they are clear,
    nothing is shown; where most treated zones go the other way, at most likely. NotIdentified: nothing before the start, no control, donors touched.
    """
    case = _case(panel, (unit, time, value), treated_from, cluster)
    if isinstance(case, NotIdentified) or design.reasons:
        more = case.reasons if isinstance(case, NotIdentified) else ()
        return NotIdentified((*design.reasons, *more))
    found = overall(case.panel)
    if not np.isfinite(found.value):
        return NotIdentified(("NO_COMPARISON",))
    false, of = permuted(case, settings, seed)
    return with_and_without(
        _effect(case, found, (false, of), design, settings, seed), panel, time, design,
        lambda kept, bare: difference_in_differences(
            kept, unit=unit, time=time, value=value, treated_from=treated_from, cluster=cluster,
            design=bare, settings=settings, seed=seed))  # fmt: skip


def _case(
    panel: pd.DataFrame, columns: tuple[str, str, str], treated_from: Mapping[Hashable, Any],
    cluster: str | None,
) -> Zones | NotIdentified:  # fmt: skip
    table = wide(panel, *columns)
    unknown = [one for one in treated_from if one not in table.index]
    if unknown or not treated_from:
        raise ValueError(f"treated_from: {unknown or 'nothing'} in the panel")
    begins = np.array([_place(treated_from.get(one), table.columns) for one in table.index])
    reasons = []
    if (begins == 0).any() and not ((begins > 0) & (begins < NEVER)).any():
        reasons.append("NOTHING_BEFORE")
    if not (begins < NEVER).any():
        reasons.append("NOTHING_AFTER")
    if reasons:
        return NotIdentified(tuple(reasons))
    kept = begins > 0  # treated from the first time on: they have no past to be compared with
    groups = _clusters(panel, columns[0], cluster, table.index[kept])
    return Zones(Panel(table.to_numpy()[kept], begins[kept]), table.iloc[np.flatnonzero(kept)], groups,
                 tuple(table.index[~kept]))  # fmt: skip


def _place(begin: Any, times: pd.Index[Any]) -> int:
    """Place of the first treated time, NEVER where there is none."""
    if begin is None or begin is pd.NaT or (isinstance(begin, float) and np.isnan(begin)):
        return NEVER
    try:
        place = int((times < begin).sum())
    except TypeError:
        raise ValueError(f"treated_from: {begin!r} cannot be compared with the times") from None
    return place if place < len(times) else NEVER


def _clusters(
    panel: pd.DataFrame, unit: str, cluster: str | None, units: pd.Index[Any]
) -> NDArray[np.int64]:
    if cluster is None:
        return np.arange(len(units))
    if cluster not in panel.columns:
        raise ValueError(f"cluster: the panel has no column {cluster!r}")
    by_unit = panel.groupby(unit)[cluster]
    if (by_unit.nunique(dropna=False) != 1).any():
        raise ValueError("cluster: must be the same for all rows of a unit")
    return np.asarray(pd.factorize(by_unit.first().loc[units])[0], dtype=np.int64)


def _second(case: Zones, settings: Settings, seed: int, *, by_cluster: bool) -> Method | None:
    """Another estimator: synthetic DiD for one treated zone, those not yet treated as controls for
    staggered starts, complete units alone elsewhere."""
    panel = case.panel
    if panel.staggered and not by_cluster:
        return _later_as_controls(case, settings, seed)
    if not by_cluster:
        whole = np.isfinite(panel.y).all(axis=1)
        treated = np.flatnonzero((panel.begins != NEVER) & whole)
        if len(treated) != 1:
            return None
        order = [treated[0], *np.flatnonzero((panel.begins == NEVER) & whole)]
        return sdid.as_method(panel.y[order], int(panel.begins[treated[0]]), settings.level)
    if panel.staggered:
        return clustered(case, overall(panel, later_as_controls=True), settings.level)
    whole = np.isfinite(panel.y).all(axis=1)
    less = Zones(Panel(panel.y[whole], panel.begins[whole]), case.table.iloc[np.flatnonzero(whole)],
                 case.clusters[whole])  # fmt: skip
    return clustered(less, overall(less.panel), settings.level)


def _later_as_controls(case: Zones, settings: Settings, seed: int) -> Method | None:
    """Zones that have not begun yet as controls too, ranked among the same permutations."""
    point = later_value(case.panel)
    false, of = permuted(case, settings, seed, value=later_value)
    if of < 2 or not np.isfinite(point):
        return None
    sizes = [abs(one) for one in false]
    far, _held = reach(sizes, settings.level)
    return Method(
        "NOT_YET_TREATED", point, point - far, point + far, rank(abs(point), sizes).p_value
    )


def _primary(
    case: Zones, found: Contrast, false: list[float], placebo: Placebo | None, settings: Settings
) -> tuple[Method | None, float]:
    """The answer and the level of its range."""
    treated, never = case.sides
    if min(treated, never or treated // 2) >= settings.clusters:
        return clustered(case, found, settings.level), 1 - settings.level
    if placebo is None:
        return None, 0.0
    far, held = reach([abs(one) for one in false], settings.level)
    return Method("PERMUTATION", found.value, found.value - far, found.value + far,
                  placebo.p_value), held  # fmt: skip


def _effect(
    case: Zones, found: Contrast, permutations: tuple[list[float], int], design: Design,
    settings: Settings, seed: int,
) -> Effect | NotIdentified:  # fmt: skip
    false, of = permutations
    placebo = rank(abs(found.value), [abs(one) for one in false]) if of > 1 else None
    primary, held = _primary(case, found, false, placebo, settings)
    if primary is None:
        return NotIdentified(("TOO_FEW_CLUSTERS",), {"clusters": case.sides})
    by_cluster = primary.name == "CLUSTERED"
    events = by_event_time(case.panel)
    trend = pre_trend_p(case, events, by_cluster=by_cluster)
    second = _second(case, settings, seed, by_cluster=by_cluster)
    p = placebo.p_value if placebo is not None else 1.0
    barred = trend is not None and trend < settings.level
    own = own_effects(case.panel, case.table, found.value)
    said = verdict(primary, second, placebo_p=p, level=settings.level, barred=barred)
    said = weaker(said, LIKELY) if (reverse := own is not None and own.flagged) else said
    graded = grade(comparison=True, pre_registered=design.pre_registered, checks={
        "pre_trends": trend is not None and not barred,
        "second": second is not None and second.point * found.value > 0,
        "zones": not reverse,
    })  # fmt: skip
    actual, expected, cells = _paths(case)
    relative = relative_to(float(actual), float(actual) - found.value, primary.low, primary.high)
    diagnostics = {
        "primary": primary, "second": second, "placebo": placebo, "clusters": case.sides,
        "event_study": _drawn(case, events, settings.level, by_cluster=by_cluster), "pre_trend_p": trend,
        "left_out": case.left_out, "own_effects": own, "by_group": _groups(case),
        "flags": ("PRE_TRENDS",) if barred else (), "grade_rule": graded.rule, **_gaps(case),
    }  # fmt: skip
    by_chance = bool(false) and not by_cluster
    spread = float(np.std(false)) if by_chance else (primary.high - primary.low) / 3.92
    return Effect(
        found.value, primary.low, primary.high, held, relative[0], found.value * cells, expected,
        p, {}, diagnostics, said, graded.letter, "DIFFERENCE_IN_DIFFERENCES", relative[1],
        relative[2], primary.low * cells, primary.high * cells,
        (primary.high - primary.low) / 2 + CHANCE * spread,
    )  # fmt: skip


def _gaps(case: Zones) -> dict[str, Any]:
    """The gap of the mean of the treated with the mean of those never treated, less what it was
    before the first start; and that of each of those never treated, taken as treated in turn."""
    panel, times = case.panel, case.table.columns
    never, start = np.flatnonzero(panel.begins == NEVER), min(panel.groups)
    if len(never) < 2 or start < 1:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a time without any value stays unknown
        gaps = {
            case.table.index[int(place)]: panel.y[place] - np.nanmean(
                panel.y[never[never != place]], axis=0)
            for place in never
        }  # fmt: skip
        own = np.nanmean(panel.y[panel.begins != NEVER], axis=0) - np.nanmean(
            panel.y[never], axis=0
        )
        told = {unit: pd.Series(gap - np.nanmean(gap[:start]), index=times)
                for unit, gap in gaps.items()}  # fmt: skip
        return {
            "placebo_gaps": told,
            "own_gap": pd.Series(own - np.nanmean(own[:start]), index=times),
        }


def _groups(case: Zones) -> dict[Any, float]:
    return {case.table.columns[group]: one.value for group, one in by_group(case.panel).items()}


def _paths(case: Zones) -> tuple[float, pd.Series[float], int]:
    """Mean of the treated since they began, what they would have been by time, and how many
    treated cells (units × times) the sum of the effect covers."""
    panel = case.panel
    begun = panel.begins[:, None] <= np.arange(panel.times)[None, :]
    treated = panel.begins != NEVER
    known = begun & np.isfinite(panel.y)
    seen = np.nanmean(panel.y[treated], axis=0)
    loss = np.zeros(panel.times)
    for time in range(panel.times):
        loss[time] = _loss(panel, time, treated)
    expected = pd.Series(seen - loss, index=case.table.columns)
    return float(panel.y[known].mean()), expected, int(known.sum())


def _loss(panel: Panel, time: int, treated: NDArray[np.bool_]) -> float:
    """Effect at a time, averaged over all treated units, begun or not."""
    total = 0.0
    for group in panel.groups:
        one = effect(panel, group, time).value if time >= group else 0.0
        total += (panel.begins == group).sum() * (one if np.isfinite(one) else 0.0)
    return float(total / treated.sum())


def _drawn(
    case: Zones, events: dict[int, Contrast], level: float, *, by_cluster: bool
) -> pd.DataFrame:
    """The event study: point by time since the beginning, with its range where it has one."""
    rows = {}
    for step, one in events.items():
        told = clustered(case, one, level) if by_cluster else None
        low, high = (told.low, told.high) if told else (np.nan, np.nan)
        rows[step] = {"point": one.value, "low": low, "high": high}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("since")
