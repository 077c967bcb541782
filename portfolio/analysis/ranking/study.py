"""One ranking looked at from every side: the additive values, what missing scores leave open, two
methods that reason otherwise, how robust it is, and which criteria say the same twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio.analysis.ranking.acceptability import Acceptability, smaa
from portfolio.analysis.ranking.closeness import topsis
from portfolio.analysis.ranking.double_counting import Correlated, correlated
from portfolio.analysis.ranking.inputs import UP, Floats, ranks_of, shares_of
from portfolio.analysis.ranking.outranking import Preference, promethee
from portfolio.analysis.ranking.scales import BEST, WORST, Values
from portfolio.analysis.ranking.sensitivity import stability
from portfolio.analysis.ranking.values import additive
from portfolio.analysis.ranking.weight_space import WeightSpace
from portfolio.results import Unknown

FEWEST = 2  # projects with every score, for what needs them
APART = 3  # ranks: from then on two methods are said to differ


@dataclass(frozen=True)
class Terms:
    """`retained`: how many projects there is room for, None where nobody said."""

    space: WeightSpace
    preferences: Mapping[object, Preference] = field(default_factory=dict)
    retained: int | None = None
    draws: int = 10_000
    seed: int = 1


@dataclass(frozen=True)
class Checked:
    """Projects with every score, ranked by two other methods. `because`: the
    criterion that most explains why the other method moves it by three places or more."""

    ranks: pd.DataFrame  # additive, topsis, promethee
    closeness: pd.Series
    net: pd.Series
    because: pd.DataFrame  # topsis, promethee: a criterion, or None where they agree


@dataclass(frozen=True)
class Study:
    """`within`: share of the plausible weightings in which each is retained; `standing`: CORE, BORDERLINE
    or OUT by it. `values`: columns central (NaN where a score that counts is missing), low, high, middle, missing;
    best and worst: between which ranks the bounds leave each. Best first. `parts`: what each criterion
    adds to the value, NaN where its score is missing. `stability`: weights between which the same
    projects lead, of the projects with every score."""

    values: pd.DataFrame
    parts: pd.DataFrame
    acceptability: Acceptability
    within: pd.Series | Unknown
    standing: pd.Series | Unknown
    checked: Checked | Unknown
    stability: pd.DataFrame | Unknown
    correlated: tuple[Correlated, ...]


def study(values: Values, weights: pd.Series, terms: Terms) -> Study:
    """ValueError: what the methods say of `values` and `weights`."""
    shares = pd.Series(shares_of(weights, values.central.columns), values.central.columns)
    told = _values(values, shares)
    names = [str(name) for name in values.central.columns]
    acceptability = smaa(
        values.low.set_axis(names, axis=1), values.high.set_axis(names, axis=1),
        weights=terms.space, draws=terms.draws, seed=terms.seed,
    )  # fmt: skip
    whole = values.central.loc[values.whole]
    enough = len(whole) >= FEWEST
    first = min(terms.retained or 1, len(whole) - 1)
    return Study(
        values=told,
        parts=(values.central * shares).loc[told.index],
        acceptability=acceptability,
        within=_unless_all(acceptability, terms.retained, acceptability.within),
        standing=_unless_all(acceptability, terms.retained, acceptability.standing),
        checked=_checked(whole, shares, terms) if enough else Unknown("TOO_FEW_WHOLE"),
        stability=stability(whole, shares, first=first) if enough else Unknown("TOO_FEW_WHOLE"),
        correlated=correlated(values.central),
    )


def _values(values: Values, shares: pd.Series) -> pd.DataFrame:
    low, high = additive(values.low, shares), additive(values.high, shares)
    filled = values.central.fillna((WORST + BEST) / 2)
    told = pd.DataFrame({
        "central": additive(values.central, shares), "low": low, "high": high,
        "middle": additive(filled, shares), "missing": values.central.isna().sum(axis=1),
    })  # fmt: skip
    lows, highs = low.to_numpy(), high.to_numpy()
    told["best"] = [1 + int((lows > own + 1e-9).sum()) for own in highs]
    told["worst"] = [len(told) - int((highs < own - 1e-9).sum()) for own in lows]
    return told.sort_values("middle", ascending=False, kind="stable")


def _unless_all(
    found: Acceptability, retained: int | None, told: Callable[[int], pd.Series]
) -> pd.Series | Unknown:
    if retained is None:
        return Unknown("NOT_SAID_HOW_MANY")
    if retained >= len(found.rank_acceptability):
        return Unknown("ROOM_FOR_ALL")
    return told(retained)


def _checked(whole: pd.DataFrame, shares: pd.Series, terms: Terms) -> Checked:
    ways = pd.Series(UP, index=whole.columns)
    preferences: dict[object, Preference] = {
        name: terms.preferences.get(name, Preference()) for name in whole.columns
    }
    closeness = topsis(whole, shares, ways)
    net = promethee(whole, shares, ways, preferences).net
    told = {"additive": additive(whole, shares), "topsis": closeness.fillna(0.0), "promethee": net}
    ranks = pd.DataFrame(
        {name: ranks_of(series.round(9).to_numpy()) for name, series in told.items()},
        index=whole.index,
    )
    centred = (whole - whole.mean()) * shares
    single = _single_flows(whole, shares, preferences)
    pull = {"topsis": _distances(whole, shares), "promethee": single}
    because = {
        name: _reasons(ranks["additive"] - ranks[name], centred, table)
        for name, table in pull.items()
    }
    return Checked(ranks, closeness, net, pd.DataFrame(because, index=whole.index, dtype=object))


def _single_flows(
    whole: pd.DataFrame, shares: pd.Series, preferences: Mapping[object, Preference]
) -> pd.DataFrame:
    """What each criterion alone adds to the net flow."""
    flows = {}
    for name in whole.columns:
        alone = pd.Series(1.0, index=[name])
        ways = pd.Series(UP, index=[name])
        flows[name] = promethee(whole[[name]], alone, ways, {name: preferences[name]}).net
    return pd.DataFrame(flows) * shares


def _distances(whole: pd.DataFrame, shares: pd.Series) -> pd.DataFrame:
    """Squares of what is above the worst, less those of what is below the best: what closeness feels."""
    table = whole * shares
    return (table - table.min()) ** 2 - (table.max() - table) ** 2


def _reasons(gained: pd.Series, own: pd.DataFrame, other: pd.DataFrame) -> list[object]:
    """For each project that moves enough, the criterion whose pull changes most in that direction."""
    shift = _scaled(other) - _scaled(own)
    found: list[object] = []
    for (_project, row), places in zip(shift.iterrows(), gained, strict=True):
        if abs(int(places)) < APART:
            found.append(None)
        else:
            found.append(row.idxmax() if places > 0 else row.idxmin())
    return found


def _scaled(table: pd.DataFrame) -> pd.DataFrame:
    values: Floats = table.to_numpy(float)
    return table / (np.abs(values).max() or 1.0)
