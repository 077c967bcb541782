from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.analysis.progress import status
from indicators.demo import observations, platform, sources, targets
from portfolio.demo import projects, territory

UNTIL = date(2026, 11, 1)
TODAY = date(2026, 11, 22)
DEPOSITED = {"signalements"}  # a file of a department, not of the platform: no target yet
LENGTHS = {"MONTH": 30, "QUARTER": 91, "YEAR": 364}
PEOPLE = {c["code"]: c["people"] for c in territory.description()["communes"]}


def series(indicator, zone):
    """What the platform holds for a zone: the metropolis' own row, or its communes together."""
    if indicator not in observations.tables():
        return pd.Series(dtype=float, index=pd.DatetimeIndex([]))
    table = observations.tables()[indicator]
    frame = observations.frame(table, until=UNTIL)
    frame.loc[observations.listed(frame, table.not_available), "value"] = np.nan
    wide = frame.pivot(index="start", columns="zone", values="value")
    wide.index = pd.DatetimeIndex(wide.index)
    if zone in wide:
        return wide[zone]
    if sources.indicators()[indicator]["zone_aggregation"] == "SUM":
        return wide.sum(axis=1, skipna=False)
    return sum(wide[code] * people for code, people in PEOPLE.items()) / sum(PEOPLE.values())


def judged(plan):
    indicator = sources.indicators()[plan.indicator]
    value, on = plan.baseline or (None, None)
    goals = [(point.due_on, point.value) for point in plan.points]
    return status(
        baseline=value,
        baseline_on=on,
        points=goals,
        path=plan.path,
        observations=series(plan.indicator, plan.zone),
        as_of=TODAY,
        direction=indicator["direction"],
        stale_after_days=indicator["stale_after_days"] + LENGTHS[indicator["frequency"]],
    )


@pytest.fixture(scope="module")
def verdicts():
    return [(plan, judged(plan)) for plan in targets.plans()]


def test_every_status_and_several_reasons_of_the_unknown_are_shown(verdicts):
    found = Counter(verdict.code for _, verdict in verdicts)
    assert set(found) == {
        "ON_TRACK", "AT_RISK", "OFF_TRACK", "ACHIEVED", "TOO_EARLY", "UNKNOWN",
    }  # fmt: skip
    assert min(found.values()) >= 4
    reasons = {verdict.reason for _, verdict in verdicts}
    assert reasons >= {"NO_BASELINE", "NO_OBSERVATION", "STALE"}


def test_one_indicator_goes_the_wrong_way(verdicts):
    nights = next(
        v for plan, v in verdicts if (plan.project, plan.indicator) == (None, "nuits-chaudes")
    )
    assert nights.code == "OFF_TRACK"
    assert nights.progress < 0


def test_targets_name_zones_indicators_and_projects_that_exist(verdicts):
    zones = {zone.code for zone in territory.plan()}
    for plan, _ in verdicts:
        assert plan.project is None or plan.project in projects.codes()
        assert plan.zone in zones
        assert plan.indicator in sources.indicators()
        assert plan.note
    assert sum(1 for plan, _ in verdicts if plan.project) >= 45
    promised = {plan.indicator for plan, _ in verdicts if not plan.project}
    assert promised == set(sources.indicators()) - DEPOSITED - {"population"}  # counted, no promise


def test_the_same_rows_are_written_twice():
    for table in observations.tables().values():
        once = list(platform.rows(table, until=UNTIL))
        assert once == list(platform.rows(table, until=UNTIL))
        assert len({row[0] for row in once}) == len(once)


def values(table, *, until):
    """What a table holds, whatever is provisional: that passes with time."""
    return [row[:6] for row in platform.rows(table, until=until)]


def test_a_later_month_adds_rows_and_changes_none():
    for table in observations.tables().values():
        before = values(table, until=UNTIL)
        after = values(table, until=date(2027, 2, 1))
        assert after[: len(before)] == before
        assert len(after) > len(before) or table.last_month


def test_five_years_of_complete_periods_are_served():
    starts = observations.frame(observations.tables()["passages-velo"], until=UNTIL)["start"]
    assert (starts.min(), starts.max(), starts.nunique()) == (
        date(2021, 11, 1),
        date(2026, 10, 1),
        60,
    )
    years = observations.frame(observations.tables()["canopee"], until=UNTIL)["start"]
    assert (years.min().year, years.max().year) == (2021, 2025)
    stale = observations.frame(observations.tables()["fuites-eau"], until=UNTIL)["start"]
    assert stale.max() == date(2025, 8, 1)


def test_an_opening_shows_in_the_measures():
    cycling = series("passages-velo", "MV006")
    calm = series("passages-velo", "MV016")

    def rise(values):
        return values["2025"].mean() / values["2023"].mean()

    assert rise(cycling) > rise(calm) * 1.15


def test_some_values_are_missing_and_some_are_not_numbers():
    cycling = observations.frame(observations.tables()["passages-velo"], until=UNTIL)
    assert cycling["value"].isna().sum() == 3
    waste = observations.tables()["dechets"]
    assert sum(row[-1] == "n.d." for row in platform.rows(waste, until=UNTIL)) == 6


def test_every_text_of_the_indicators_exists_in_both_languages():
    found = sources.indicators()
    assert len(found) == 16
    for entry in found.values():
        for field in ("name", "explanation", "unit"):
            assert entry[f"{field}_fr"].strip()
            assert entry[f"{field}_en"].strip()
    assert {entry["direction"] for entry in found.values()} == {"UP", "DOWN", "RANGE"}


def test_one_feed_reads_a_collection_that_is_not_served():
    served = {name for name, *_ in platform.listing()}
    asked = {feed["collection"] for feed in sources.document("http://x")["feeds"]} - DEPOSITED
    assert asked - served == {"energie_batiments_2026"}
    assert served <= asked
