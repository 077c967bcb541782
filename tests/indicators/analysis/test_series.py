from datetime import date

import numpy as np
import pandas as pd
import pytest

from indicators.analysis.series import after, regular, steps_from


def monthly(*values, start="2025-01-01"):
    return pd.Series(values, index=pd.date_range(start, periods=len(values), freq="MS"))


def test_a_missing_month_becomes_a_row_without_value():
    found = regular(monthly(1.0, 2.0, 3.0).drop(pd.Timestamp("2025-02-01")), "MONTH")
    assert list(found.index) == list(pd.date_range("2025-01-01", periods=3, freq="MS"))
    assert found.isna().tolist() == [False, True, False]


def test_unknown_values_at_both_ends_are_left_out():
    found = regular(monthly(np.nan, 2.0, np.nan, 4.0, np.nan), "MONTH")
    assert found.index[0] == pd.Timestamp("2025-02-01")
    assert found.index[-1] == pd.Timestamp("2025-04-01")


def test_a_series_without_any_value_stays_empty():
    assert regular(monthly(np.nan, np.nan), "MONTH").empty


def test_a_date_within_a_quarter_names_that_quarter():
    found = regular(pd.Series([1.0, 2.0], index=[date(2025, 1, 1), date(2025, 5, 12)]), "QUARTER")
    assert list(found.index) == [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")]


def test_two_values_in_one_month_are_refused():
    twice = pd.Series([1.0, 2.0], index=[date(2025, 1, 1), date(2025, 1, 20)])
    with pytest.raises(ValueError, match="two values in one period"):
        regular(twice, "MONTH")


@pytest.mark.parametrize(
    ("series", "told"),
    [
        ([1.0, 2.0], "a pandas Series"),
        (pd.Series([1.0, 2.0]), "must hold dates"),
        (pd.Series([1.0, 2.0], index=[date(2025, 2, 1), date(2025, 1, 1)]), "must ascend"),
        (pd.Series([1.0, np.inf], index=[date(2025, 1, 1), date(2025, 2, 1)]), "must be finite"),
        (pd.Series(["a", "b"], index=[date(2025, 1, 1), date(2025, 2, 1)]), "must be numbers"),
    ],
)
def test_what_is_no_series_of_numbers_is_refused_with_its_reason(series, told):
    with pytest.raises(ValueError, match=told):
        regular(series, "MONTH")


def test_an_unknown_frequency_names_those_that_are_known():
    with pytest.raises(ValueError, match="frequency: 'HOUR' is not one of DAY, WEEK, MONTH"):
        regular(monthly(1.0, 2.0), "HOUR")


def test_the_periods_ahead_end_with_the_one_that_holds_the_date():
    known = monthly(1.0, 2.0)
    assert list(after(known, date(2025, 4, 17), "MONTH")) == [
        pd.Timestamp("2025-03-01"),
        pd.Timestamp("2025-04-01"),
    ]
    assert after(known, date(2025, 2, 28), "MONTH").empty


def test_a_break_counts_from_its_day_on():
    index = pd.date_range("2025-01-01", periods=3, freq="MS")
    assert steps_from(index, [date(2025, 2, 1)])[:, 0].tolist() == [0.0, 1.0, 1.0]
    assert steps_from(index, []).shape == (3, 0)
