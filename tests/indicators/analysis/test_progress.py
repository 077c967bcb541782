"""Rule 1 of the domain, branch by branch."""

import math
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indicators.analysis.progress import progress, status
from portfolio.results import Unknown

START, HALF, DUE = date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)
QUARTERS = [START + timedelta(days=days) for days in (91, 183, 274)]


def series(values: dict[date, float]) -> pd.Series:
    index = pd.DatetimeIndex(list(values)) if values else pd.DatetimeIndex([])
    return pd.Series(list(values.values()), index=index, dtype=float)


def judge(values: dict[date, float] | None = None, **changes):
    """From 100 at the start of 2024 to 200 at the start of 2026, halfway on 2025-01-01."""
    facts = {
        "baseline": 100.0, "baseline_on": START, "points": [(DUE, 200.0)], "path": "LINEAR",
        "observations": series({HALF: 150.0} if values is None else values),
        "as_of": HALF + timedelta(days=30), "direction": "UP",
    }  # fmt: skip
    return status(**(facts | changes))


# ---------------------------------------------------------------- progress


@pytest.mark.parametrize(
    ("baseline", "target", "actual", "direction", "expected"),
    [
        (100, 200, 150, "UP", 0.5),
        (100, 200, 230, "UP", 1.3),
        (100, 200, 80, "UP", -0.2),
        (50, 20, 35, "DOWN", 0.5),
        (50, 20, 65, "DOWN", -0.5),
        (-10, 10, 0, "UP", 0.5),
        (40, (20, 30), 35, "RANGE", 0.5),
        (40, (20, 30), 25, "RANGE", 1),
        (40, (20, 30), 15, "RANGE", 0.5),
        (40, (20, 30), 50, "RANGE", -1),
        (25, (20, 30), 22, "RANGE", 1),
        (25, (20, 30), 35, "RANGE", 0),
        (25, (20, 30), 40, "RANGE", -1),
        (200, 100, 105, "RANGE", 1),  # 100 ± 10
        (200, 100, 155, "RANGE", 0.5),
    ],
)
def test_progress_is_the_share_of_the_way_and_is_never_clamped(
    baseline, target, actual, direction, expected
):
    found = progress(baseline=baseline, target=target, actual=actual, direction=direction)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"baseline": None}, "NO_BASELINE"),
        ({"target": None}, "NO_TARGET"),
        ({"actual": None}, "NO_OBSERVATION"),
        ({"actual": math.nan}, "NO_OBSERVATION"),
        ({"target": 100}, "TARGET_EQUALS_BASELINE"),
        ({"direction": "RANGE", "target": (100, 100)}, "TARGET_EQUALS_BASELINE"),
    ],
)
def test_progress_that_cannot_be_said_is_unknown(changes, reason):
    facts = {"baseline": 100, "target": 200, "actual": 150, "direction": "UP"} | changes
    assert progress(**facts) == Unknown(reason)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"direction": "SIDEWAYS"}, "direction"),
        ({"baseline": math.nan}, "baseline"),
        ({"baseline": "much"}, "baseline"),
        ({"target": math.nan}, "target"),
        ({"target": math.inf}, "target"),
        ({"target": 50}, "target"),
        ({"target": 150, "direction": "DOWN"}, "target"),
        ({"target": (1, 2)}, "target"),
        ({"target": (2, 1), "direction": "RANGE"}, "target"),
        ({"actual": math.inf}, "actual"),
    ],
)
def test_progress_names_the_field_that_is_wrong(changes, field):
    facts = {"baseline": 100, "target": 200, "actual": 150, "direction": "UP"} | changes
    with pytest.raises(ValueError, match=f"^{field}"):
        progress(**facts)


# ---------------------------------------------------------------- status


@pytest.mark.parametrize(
    ("actual", "code"),
    [(150, "ON_TRACK"), (140.1, "ON_TRACK"), (139.9, "AT_RISK"), (130.2, "AT_RISK"),
     (129.9, "OFF_TRACK"), (90, "OFF_TRACK"), (199.9, "ON_TRACK"), (200, "ACHIEVED"),
     (260, "ACHIEVED")],
)  # fmt: skip
def test_the_gap_to_the_path_decides(actual, code):
    # 366 of 731 days: the path expects 150.07 on the day of the observation.
    found = judge({HALF: actual})
    assert found.code == code
    assert found.expected_value == pytest.approx(150.07, abs=0.01)
    assert found.progress == pytest.approx((actual - 100) / 100)


def test_the_gap_is_measured_on_the_day_of_the_observation_not_on_the_day_of_reading():
    found = judge({HALF: 150.0}, as_of=DUE - timedelta(days=1))
    assert (found.code, found.actual_on) == ("ON_TRACK", HALF)


def test_the_tolerance_is_an_argument():
    assert judge({HALF: 120.0}, tolerance=0.31).code == "ON_TRACK"
    assert judge({HALF: 149.0}, tolerance=0).code == "OFF_TRACK"


def test_a_status_says_what_it_rests_on():
    found = judge({HALF: 150.0})
    assert (found.actual, found.actual_on, found.reason) == (150.0, HALF, "")
    assert (found.target_value, found.target_on) == (200.0, DUE)


def test_the_last_known_value_counts_and_the_future_does_not():
    found = judge({QUARTERS[0]: 110, HALF: 150, HALF + timedelta(days=10): math.nan,
                   HALF + timedelta(days=40): 0})  # fmt: skip
    assert (found.actual, found.code) == (150, "ON_TRACK")


def test_the_baseline_is_the_stated_one_not_the_first_value():
    assert judge({START - timedelta(days=400): 0, HALF: 150}).progress == pytest.approx(0.5)


def test_a_step_expects_nothing_before_its_date():
    points = [(HALF, 150.0), (DUE, 200.0)]
    day = HALF - timedelta(days=1)
    assert judge({day: 101}, points=points, path="STEP").code == "TOO_EARLY"
    assert judge({HALF: 101}, points=points, path="STEP").code == "OFF_TRACK"
    assert judge({HALF: 101}, points=points, path="STEP").expected_value == 150
    later = {"as_of": DUE - timedelta(days=1), "points": points, "path": "STEP"}
    assert judge({DUE - timedelta(days=9): 145}, **later).code == "ON_TRACK"


def test_a_line_passes_through_each_point():
    points = [(HALF, 110.0), (DUE, 200.0)]
    assert judge({HALF: 112}, points=points).code == "ON_TRACK"
    assert judge({HALF: 112}, points=points).expected_value == pytest.approx(110)


@pytest.mark.parametrize(
    ("actual", "code"),
    [(106, "TOO_EARLY"), (100, "TOO_EARLY"), (91, "TOO_EARLY"), (89, "AT_RISK"),
     (80, "OFF_TRACK"), (201, "ACHIEVED")],
)  # fmt: skip
def test_it_is_too_early_while_little_is_expected_unless_it_moves_away(actual, code):
    day = START + timedelta(days=36)
    assert judge({day: actual}, as_of=day).code == code


def test_it_is_too_early_before_the_first_date_without_any_measure_since_the_baseline():
    found = judge({START: 100.0}, as_of=HALF)
    assert (found.code, found.reason) == ("TOO_EARLY", "NO_OBSERVATION_SINCE_BASELINE")
    assert found.progress == Unknown("NO_OBSERVATION_SINCE_BASELINE")


@pytest.mark.parametrize(
    ("actual", "code"), [(195, "AT_RISK"), (190, "AT_RISK"), (189, "OFF_TRACK"), (200, "ACHIEVED")]
)
def test_after_the_last_date_a_missed_target_is_never_on_track(actual, code):
    day = DUE + timedelta(days=40)
    assert judge({day: actual}, as_of=day).code == code


def test_an_old_value_on_its_path_is_no_longer_on_track_after_the_last_date():
    assert judge({HALF: 160}, as_of=DUE + timedelta(days=1)).code == "AT_RISK"


@pytest.mark.parametrize(
    ("values", "changes", "reason"),
    [
        ({HALF: 150}, {"baseline": None}, "NO_BASELINE"),
        ({HALF: 150}, {"baseline_on": None}, "NO_BASELINE"),
        ({HALF: 150}, {"points": []}, "NO_TARGET"),
        ({HALF: 150}, {"points": [(DUE, 100.0)]}, "TARGET_EQUALS_BASELINE"),
        ({}, {}, "NO_OBSERVATION"),
        ({DUE: 150}, {}, "NO_OBSERVATION"),
        ({START: 100}, {"as_of": DUE}, "NO_OBSERVATION_SINCE_BASELINE"),
        ({START: 100, HALF: math.nan}, {}, "LAST_VALUE_MISSING"),
        ({HALF: 150}, {"stale_after_days": 29}, "STALE"),
        ({HALF: 250}, {"stale_after_days": 29}, "STALE"),
    ],
)
def test_what_cannot_be_said_is_unknown_with_its_reason(values, changes, reason):
    found = judge(values, **changes)
    assert (found.code, found.reason) == ("UNKNOWN", reason)
    assert found.progress == found.expected_progress == Unknown(reason)


def test_a_stale_value_is_still_shown_with_its_date():
    found = judge({HALF: 150}, stale_after_days=29)
    assert (found.actual, found.actual_on) == (150, HALF)
    assert judge({HALF: 150}, stale_after_days=30).code == "ON_TRACK"


def test_an_empty_series_of_any_shape_is_no_observation():
    assert judge(observations=pd.Series(dtype=float)).reason == "NO_OBSERVATION"


# ---------------------------------------------------------------- ranges


def band(values, **changes):
    return judge(values, **({"baseline": 40.0, "points": [(DUE, (20.0, 30.0))],
                             "direction": "RANGE"} | changes))  # fmt: skip


@pytest.mark.parametrize(
    ("actual", "code", "share"),
    [(35, "ON_TRACK", 0.5), (36.4, "AT_RISK", 0.36), (38, "OFF_TRACK", 0.2), (30, "ON_TRACK", 1),
     (21, "ON_TRACK", 1), (18, "ON_TRACK", 0.8), (0, "OFF_TRACK", -1)],
)  # fmt: skip
def test_a_range_is_reached_from_where_one_comes(actual, code, share):
    found = band({HALF: actual})
    assert (found.code, found.progress) == (code, pytest.approx(share))
    assert found.expected_value == pytest.approx(35, abs=0.01)


@pytest.mark.parametrize(("as_of", "code"), [(DUE - timedelta(days=1), "ON_TRACK"),
                                             (DUE, "ACHIEVED")])  # fmt: skip
def test_a_range_is_achieved_from_its_date_on(as_of, code):
    assert band({HALF: 25}, as_of=as_of).code == code


def test_a_range_left_after_its_date_is_not_on_track():
    day = DUE + timedelta(days=9)
    assert band({day: 30.9}, as_of=day).code == "AT_RISK"
    assert band({day: 32}, as_of=day).code == "OFF_TRACK"


@pytest.mark.parametrize(
    ("actual", "code"),
    [(28, "ON_TRACK"), (30.4, "ON_TRACK"), (30.9, "AT_RISK"), (35, "OFF_TRACK")],
)
def test_staying_within_a_range_is_expected_from_the_first_day(actual, code):
    found = band({START + timedelta(days=9): actual}, baseline=25.0)
    assert (found.code, found.expected_progress) == (code, 1)


def test_a_range_given_as_one_number_is_that_number_give_or_take_the_tolerance():
    found = band({HALF: 52}, baseline=80.0, points=[(DUE, 50.0)])
    assert found.target_value == (45, 55)
    assert found.progress == 1


def test_leaving_a_range_of_no_width_cannot_be_measured():
    found = band({HALF: 26}, baseline=25.0, points=[(DUE, (25.0, 25.0))])
    assert (found.code, found.reason) == ("UNKNOWN", "TARGET_EQUALS_BASELINE")


# ---------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"direction": "up"}, "direction"),
        ({"path": "CURVE"}, "path"),
        ({"points": [(DUE, math.nan)]}, "points"),
        ({"points": [(DUE, None)]}, "points"),
        ({"points": [(DUE, 50.0)]}, "points"),
        ({"points": [(DUE, (1.0, 2.0))]}, "points"),
        ({"points": [(DUE, 200.0), (HALF, 150.0)]}, "points"),
        ({"points": [(DUE, 200.0), (DUE, 210.0)]}, "points"),
        ({"points": [(START, 200.0)]}, "points"),
        ({"points": [("2026-01-01", 200.0)]}, "points"),
        ({"baseline": math.nan}, "baseline"),
        ({"baseline_on": "2024-01-01"}, "baseline_on"),
        ({"as_of": "today"}, "as_of"),
        ({"tolerance": -1}, "tolerance"),
        ({"tolerance": math.nan}, "tolerance"),
        ({"stale_after_days": -1}, "stale_after_days"),
        ({"observations": [1, 2]}, "observations"),
        ({"observations": pd.Series([1.0], index=[0])}, "observations"),
        ({"observations": pd.Series(["x"], index=pd.DatetimeIndex([HALF]))}, "observations"),
        ({"observations": pd.Series([np.inf], index=pd.DatetimeIndex([HALF]))}, "observations"),
        ({"observations": pd.Series([1.0, 2.0], index=pd.DatetimeIndex([HALF, START]))},
         "observations"),
        ({"observations": pd.Series([1.0, 2.0], index=pd.DatetimeIndex([HALF, HALF]))},
         "observations"),
        ({"observations": pd.Series([1.0], index=pd.DatetimeIndex([pd.NaT]))}, "observations"),
    ],
)  # fmt: skip
def test_a_status_names_the_field_that_is_wrong(changes, field):
    with pytest.raises(ValueError, match=f"^{field}"):
        judge(**changes)


def test_dates_may_be_dates_instants_or_in_a_time_zone():
    plain = judge({HALF: 150.0})
    assert judge(observations=pd.Series([150.0], index=[HALF])) == plain
    zoned = pd.DatetimeIndex([HALF], tz="Europe/Paris")
    assert judge(observations=pd.Series([150.0], index=zoned)) == plain
    assert judge(as_of=datetime(2025, 1, 31, 12)) == plain  # noqa: DTZ001


# ---------------------------------------------------------------- properties

numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(baseline=numbers, target=numbers)
def test_the_baseline_is_no_progress_and_the_target_is_all_of_it(baseline, target):
    assume(abs(target - baseline) > 1e-3)
    direction = "UP" if target > baseline else "DOWN"
    facts = {"baseline": baseline, "target": target, "direction": direction}
    assert progress(actual=baseline, **facts) == 0
    assert progress(actual=target, **facts) == 1


@given(actual=numbers, rise=st.floats(0.01, 1e6), path=st.sampled_from(["LINEAR", "STEP"]),
       days=st.integers(1, 1200))  # fmt: skip
def test_down_is_up_in_a_mirror(actual, rise, path, days):
    day = START + timedelta(days=days)
    common = {"baseline_on": START, "path": path, "as_of": day}
    up = status(baseline=10.0, points=[(HALF, 10 + rise / 3), (DUE, 10 + rise)], direction="UP",
                observations=series({day: actual}), **common)  # fmt: skip
    down = status(baseline=-10.0, points=[(HALF, -10 - rise / 3), (DUE, -10 - rise)],
                  direction="DOWN", observations=series({day: -actual}), **common)  # fmt: skip
    assert (up.code, up.progress, up.expected_progress) == (
        down.code, down.progress, down.expected_progress
    )  # fmt: skip


@given(actual=st.integers(-300, 300), shift=st.integers(-1000, 1000), power=st.integers(-6, 6),
       days=st.integers(1, 1200))  # fmt: skip
def test_the_unit_of_measure_changes_nothing(actual, shift, power, days):
    day, scale = START + timedelta(days=days), 2.0**power

    def judged(change):
        return status(
            baseline=change(100.0), baseline_on=START, points=[(DUE, change(200.0))],
            path="LINEAR", observations=series({day: change(actual)}), as_of=day, direction="UP",
        )  # fmt: skip

    plain, changed = judged(float), judged(lambda value: scale * value + shift)
    assert changed.progress == pytest.approx(plain.progress, abs=1e-6)
    assert changed.expected_progress == pytest.approx(plain.expected_progress, abs=1e-6)
    margins = [abs(plain.expected_progress - plain.progress - edge) for edge in (0.1, 0.2)]
    assume(min([*margins, abs(plain.progress + 0.1), abs(plain.expected_progress - 0.1)]) > 1e-6)
    assert changed.code == plain.code


@given(value=numbers)
def test_progress_within_a_range_is_one_inside_and_less_outside(value):
    share = progress(baseline=40, target=(20, 30), actual=value, direction="RANGE")
    assert (share == 1) is (20 <= value <= 30)
    assert share <= 1
