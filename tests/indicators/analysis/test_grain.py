import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.grain import A_DAY, A_MINUTE, Steps, size_of

HOUR = 60 * A_MINUTE


def seen(grain: str, *batches) -> Steps:
    steps = Steps(grain)
    for batch in batches:
        pairs = np.array(batch, dtype=np.int64).reshape(-1, 2)
        steps.see(pairs[:, 0].astype(np.int32), pairs[:, 1])
    return steps


def told(steps: Steps) -> str:
    drift = steps.drift("jour")
    return drift.code if drift else ""


@pytest.mark.parametrize(
    ("grain", "size"),
    [("PT15M", 15 * A_MINUTE), ("PT1H", HOUR), ("P1D", A_DAY), ("P1W", 7 * A_DAY),
     ("P1Y", 365.25 * A_DAY), ("P1DT12H", 1.5 * A_DAY), ("", None), ("P", None), ("1 jour", None),
     ("PT0M", None)],
)  # fmt: skip
def test_a_duration_is_read_or_refused(grain, size):
    assert size_of(grain) == size


@pytest.mark.parametrize(
    ("grain", "step", "code"),
    [("P1D", A_DAY, ""), ("P1M", A_DAY, "GRAIN_FINER"), ("PT1H", 15 * A_MINUTE, "GRAIN_FINER"),
     ("PT1H", A_DAY, "GRAIN_COARSER"), ("P1M", 31 * A_DAY, ""), ("P1M", 28 * A_DAY, ""),
     ("P1D", 25 * HOUR, ""), ("", 1, "")],
)  # fmt: skip
def test_another_step_than_agreed_on_is_named(grain, step, code):
    assert told(seen(grain, [(0, n * step) for n in range(10)])) == code


def test_days_without_a_value_are_no_coarser_grain():
    working_days = [n for n in range(30) if n % 7 < 5]
    assert told(seen("P1D", [(0, n * A_DAY) for n in working_days])) == ""


def test_the_steps_are_those_of_a_series_and_go_on_from_batch_to_batch():
    """A page that holds one instant of many series says nothing alone."""
    pages = [[(series, day * A_DAY) for series in range(5)] for day in range(4)]
    assert told(seen("P1D", *pages)) == ""
    assert told(seen("P1M", *pages)) == "GRAIN_FINER"


def test_too_few_rows_say_nothing():
    assert told(seen("P1M", [(0, 0), (0, A_DAY), (0, 2 * A_DAY)])) == ""


def test_a_row_between_two_instants_of_the_grain_is_off_it_and_a_little_late_is_not():
    minutes = np.array([30, 90, 150, 187, 213], dtype=np.int64) * A_MINUTE
    assert Steps("PT1H").off(minutes).tolist() == [False, False, False, True, False]
    assert not Steps("P1D").off(minutes).any()


@given(st.permutations(range(24)))
def test_the_order_of_the_rows_is_of_no_matter(order):
    assert told(seen("PT1H", [(0, n * HOUR) for n in order])) == ""
