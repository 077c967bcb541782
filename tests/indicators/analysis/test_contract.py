from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.analysis.contract import (
    Contract,
    Field,
    drift_of,
    implausible,
    misplaced,
    same_unit,
)

ABSENT = object()
VALOMBRE = (-0.85, 45.0, -0.25, 45.45)


@pytest.mark.parametrize(
    ("one", "other"),
    [("µg/m3", "ug.m-3"), ("%", "percent"), ("km/h", "km.h-1"),
     ("passages", "passages"), ("m²", "m2"), ("°C", "degC")],
)  # fmt: skip
def test_two_ways_to_write_a_unit_are_one_unit(one, other):
    assert same_unit(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("µg/m3", "mg/m3"), ("km", "m"), ("passages", "véhicules"), ("kWh", "kW"), ("", "m"),
     ("µg/m3", "__import__('os')"), ("m", "9**9**9**9"), ("m", "(" * 3000), ("m", "-" * 50 + "m")],
)  # fmt: skip
def test_another_unit_is_another_unit(one, other):
    assert not same_unit(one, other)


@given(st.text(max_size=12), st.sampled_from(["µg/m3", "m", "%", "passages"]))
def test_whatever_the_source_writes_is_a_unit_or_another_one(text, agreed):
    assert same_unit(text, agreed) in {True, False}


@pytest.mark.parametrize(
    ("agreed", "values", "code"),
    [
        (Field("number"), [1, 2.5, None, "3.5", Decimal("1.5")], None),
        (Field("number"), [ABSENT], "FIELD_MISSING"),
        (Field("number", required=False), [ABSENT], None),
        (Field("number"), [ABSENT, 4], None),  # some rows lack it: they are set aside one by one
        (Field("number"), ["n.d.", "élevé"], "FIELD_RETYPED"),
        (Field("number"), ["n.d.", 4, 5], None),
        (Field("number"), [True], "FIELD_RETYPED"),
        (Field("text"), [[1]], "FIELD_RETYPED"),
        (Field("boolean"), ["oui"], "FIELD_RETYPED"),
        (Field("time"), [1.5], "FIELD_RETYPED"),
        (Field("time"), ["2024-01-01", 2024], None),
        (Field("point"), [[-0.5, 45.2]], None),
        (Field("point"), ["POINT(0 0)"], "FIELD_RETYPED"),
        (Field("text", constant="µg/m3"), ["ug.m-3"], None),
        (Field("text", constant="µg/m3"), ["ug.m-3", "mg/m3"], "FIELD_CHANGED"),
        (Field("text", constant="heure"), ["année"], "FIELD_CHANGED"),
        (Field("number"), [None], None),
    ],
)
def test_what_has_drifted_is_named(agreed, values, code):
    drift = drift_of("no2", agreed, values, ABSENT)
    assert (drift and drift.code) == code
    if drift:
        assert str(drift).startswith("no2: ")


def test_values_outside_the_range_are_implausible_and_unknown_ones_are_not():
    values = np.array([-1.0, 0.0, 500.0, 501.0, np.nan])
    found = implausible(Contract(minimum=0, maximum=500), values)
    assert found.tolist() == [True, False, False, True, False]
    assert not implausible(Contract(), values).any()


@pytest.mark.parametrize(
    ("point", "reason"),
    [([-0.5, 45.2], ""), ([45.2, -0.5], "LOOKS_SWAPPED"), ([2.35, 48.85], "OUTSIDE_TERRITORY"),
     ([417_000.0, 6_421_000.0], "LOOKS_PROJECTED"), ([], "BAD_POINT"), (["a", "b"], "BAD_POINT"),
     ("12", "BAD_POINT"), (12, "BAD_POINT"), ([10**400, 1], "BAD_POINT"),
     ([-0.5, 45.2, 12.0], ""), ([float("nan"), 45.2], "OUTSIDE_TERRITORY")],
)  # fmt: skip
def test_a_place_outside_comes_with_its_likely_cause(point, reason):
    assert misplaced(point, VALOMBRE) == reason


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_point_of_the_world_is_within_or_has_a_reason(x, y):
    within = VALOMBRE[0] <= x <= VALOMBRE[2] and VALOMBRE[1] <= y <= VALOMBRE[3]
    assert (misplaced([x, y], VALOMBRE) == "") == within


def test_a_contract_is_read_from_its_document():
    document = {
        "fields": {"n": {"type": "number", "unit": "µg/m3", "required": False}},
        "minimum": 0, "spike": 10, "envelope": list(VALOMBRE), "personal_data": "NONE",
    }  # fmt: skip
    contract = Contract.from_json(document)
    assert contract.fields["n"] == Field("number", required=False, unit="µg/m3")
    assert (contract.minimum, contract.maximum, contract.spike) == (0, None, 10)
    assert contract.envelope == VALOMBRE
