import json
import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.connectors.base import NotFinite, Window
from indicators.services.mapping import (
    FeedMapping,
    MappingError,
    storable,
)  # fmt: skip
from indicators.services.reading import EPOCH, BatchReader
from indicators.services.zones import ZoneBook

BASE = {
    "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
    "value": {"field": "n"},
}
SQUARES = [(code, shapely.box(x, 45, x + 1, 46).wkb) for x, code in ((0, "A"), (1, "33063"))]
WINDOW = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))


@dataclass
class One:
    """The only reading of a batch, as its parts say it."""

    key: str
    zone: str | None
    label: str
    start: datetime
    value: float | None
    status: str


def reader(**more) -> BatchReader:
    return BatchReader(
        FeedMapping.from_json(BASE | more), WINDOW, ZoneBook({"A", "33063"}, SQUARES)
    )


def one(mapped: BatchReader, row: dict) -> One:
    found = mapped.read((row,), most=10).readings
    (value,), (start,), (place,) = found.value, found.start, found.series
    told = mapped.keys[place]
    return One(
        key=told.key, zone=told.zone, label=told.label,
        start=EPOCH + timedelta(microseconds=int(start)),
        value=None if math.isnan(value) else float(value),
        status="PROVISIONAL" if found.provisional[0] else "FINAL",
    )  # fmt: skip


def read(row: dict, **more) -> One:
    return one(reader(**more), {"jour": "2024-01-05", "n": 1} | row)


def refused(row: dict, **more) -> tuple[str, str]:
    found = reader(**more).read(({"jour": "2024-01-05", "n": 1} | row,), most=10)
    assert len(found.readings.number) == 0
    (told,) = found.refused
    return told.field, told.reason


@pytest.mark.parametrize(
    ("raw", "value"),
    [(3, 3.0), (2.5, 2.5), (0, 0.0), ("12.5", 12.5), ("-3e2", -300.0), (None, None)],
)
def test_a_number_or_null_is_read(raw, value):
    assert read({"n": raw}).value == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("n.d.", "NOT_A_NUMBER"), ("1 234,5", "NOT_A_NUMBER"), ("", "NOT_A_NUMBER"),
        ("nan", "NOT_A_NUMBER"), ("1_000", "NOT_A_NUMBER"), ("٣", "NOT_A_NUMBER"),
        (True, "NOT_A_NUMBER"), ([1], "NOT_A_NUMBER"), (NotFinite("NaN"), "NOT_FINITE"),
        (10**400, "NOT_FINITE"), ("1e400", "NOT_FINITE"), (1e30, "TOO_LARGE"), (-2e15, "TOO_LARGE"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_not_a_number(raw, reason):
    assert refused({"n": raw}) == ("n", reason)


def test_the_scale_turns_the_source_unit_into_the_indicator_unit():
    assert read({"n": 1500}, value={"field": "n", "scale": 0.001}).value == 1.5


def test_a_missing_field_is_named_and_null_is_not_missing():
    assert refused({}, value={"field": "count"}) == ("count", "MISSING_FIELD")
    assert refused({}, series=["id"]) == ("id", "MISSING_FIELD")
    assert read({"id": None}, series=["id"]).key == "[null]"


def test_all_series_fields_make_the_key_and_null_merges_with_nothing():
    keys = {
        read({"id": number, "nom": name}, series=["id", "nom"]).key
        for number, name in [(None, "a"), (None, "b"), ("null", "a"), (1, "a"), ("1", "a")]
    }
    assert keys == {'[null, "a"]', '[null, "b"]', '["null", "a"]', '[1, "a"]', '["1", "a"]'}


def test_a_whole_float_and_an_integer_are_the_same_key():
    mapped = reader(series=["id"])
    rows = [{"jour": "2024-01-05", "n": 1, "id": number} for number in (664.0, 664)]
    assert {one(mapped, row).key for row in rows} == {"[664]"}


@pytest.mark.parametrize("value", ["x" * 300, "a\x00b", [1], {"a": 1}, NotFinite("NaN")])
def test_a_value_that_cannot_name_a_series_is_refused(value):
    assert refused({"id": value}, series=["id"]) == ("id", "BAD_KEY")


def test_without_series_the_zone_is_the_key():
    reading = read({"commune": "A"}, zone={"field": "commune"})
    assert (reading.key, reading.zone) == ("A", "A")
    assert read({}, zone={"code": "MV"}).key == "MV"
    assert read({}).key == "*"


@pytest.mark.parametrize("code", ["Z", None, "", 1])
def test_a_zone_that_the_register_lacks_is_refused(code):
    assert refused({"commune": code}, zone={"field": "commune"}) == ("commune", "UNKNOWN_ZONE")


def test_a_zone_code_sent_as_a_number_is_found():
    assert read({"commune": 33063}, zone={"field": "commune"}).zone == "33063"


def test_a_zone_is_found_by_the_place_of_the_row():
    at = {"field": "lieu", "within": "COMMUNE"}
    assert read({"lieu": [0.5, 45.5]}, zone=at).zone == "A"
    assert read({"lieu": [1.5, 45.5]}, zone=at).key == "33063"
    assert read({"lieu": [1.0, 45.5]}, zone=at).zone == "33063"  # on the border: the first code


@pytest.mark.parametrize(
    ("place", "reason"),
    [([5, 45.5], "NO_ZONE_THERE"), (None, "BAD_POINT"), ("A", "BAD_POINT"), ([1], "BAD_POINT"),
     ([float("nan"), 45.5], "NO_ZONE_THERE")],
)  # fmt: skip
def test_a_place_in_no_zone_is_refused(place, reason):
    at = {"field": "lieu", "within": "COMMUNE"}
    assert refused({"lieu": place}, zone=at) == ("lieu", reason)


def test_the_status_words_of_the_source_are_mapped():
    status = {"field": "s", "provisional": ["provisoire"]}
    assert read({"s": "provisoire"}, status=status).status == "PROVISIONAL"
    assert read({"s": "définitif"}, status=status).status == "FINAL"
    assert read({}).status == "FINAL"


def test_the_window_is_half_open():
    window = Window(datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 6, tzinfo=UTC))
    mapped = BatchReader(FeedMapping.from_json(BASE), window, ZoneBook())
    rows = tuple({"jour": f"2024-01-0{day}T00:00Z", "n": 1} for day in (4, 5, 6))
    found = mapped.read(rows, most=10)
    assert (found.received, found.dropped, found.readings.number.tolist()) == (3, 2, [2])


@pytest.mark.parametrize(
    "mapping",
    [{}, {"time": "jour"}, {"time": {"field": "a"}, "value": {"field": "b"}},
     BASE | {"time": BASE["time"] | {"timezone": "Europe/Valombre"}},
     BASE | {"time": BASE["time"] | {"timezone": "../etc/passwd"}},
     BASE | {"time": BASE["time"] | {"period": "WEEK"}},
     BASE | {"value": {"field": "n", "scale": "large"}}],
)  # fmt: skip
def test_a_broken_mapping_is_said_so(mapping):
    with pytest.raises(MappingError):
        FeedMapping.from_json(mapping)


anything = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@anything
@given(row=st.fixed_dictionaries({}, optional=dict.fromkeys(("jour", "n", "id"), json_values)))
def test_whatever_a_row_holds_it_is_read_refused_or_dropped(row):
    found = reader(series=["id"]).read((row,), most=10)
    assert found.received == 1
    assert len(found.readings.number) + found.refused_count + found.dropped == 1


@anything
@given(value=json_values)
def test_whatever_was_received_can_be_kept(value):
    text = json.dumps(storable(value))
    assert "\\u0000" not in text.replace("\\\\u0000", "")


def test_what_json_cannot_hold_is_kept_as_text():
    row = {"at": datetime(2024, 1, 5, 6, tzinfo=UTC), "day": date(2024, 1, 5), "sum": Decimal("1.50"),
           "nan": float("nan"), "shape": b"\x01\xff", "n": 2, "x": 0.5, "no": None}  # fmt: skip
    assert storable(row) == {
        "at": "2024-01-05 06:00:00+00:00", "day": "2024-01-05", "sum": "1.50", "nan": "nan",
        "shape": "01ff", "n": 2, "x": 0.5, "no": None,
    }  # fmt: skip


BY_SEX = {"field": "sexe", "codes": {"F": "femmes", "H": "hommes"}, "everyone": ["T"]}


def test_a_field_says_of_which_group_of_people_a_row_speaks():
    mapped = reader(zone={"field": "commune"}, group=BY_SEX)
    for sex in ("F", "T"):
        one(mapped, {"jour": "2024-01-05", "n": 1, "commune": "A", "sexe": sex})
    assert [(key.key, key.zone, key.group) for key in mapped.keys] == [
        ("A @femmes", "A", "femmes"), ("A", "A", None),
    ]  # fmt: skip


def test_a_feed_may_be_of_one_group_whole():
    mapped = reader(zone={"code": "A"}, group={"code": "femmes"})
    one(mapped, {"jour": "2024-01-05", "n": 1})
    assert [(key.key, key.group) for key in mapped.keys] == [("A", "femmes")]


@pytest.mark.parametrize("sex", ["X", None, "", ["F"]])
def test_a_text_that_names_no_group_is_refused(sex):
    assert refused({"sexe": sex}, group=BY_SEX) == ("sexe", "UNKNOWN_GROUP")


def test_a_row_that_lacks_the_field_of_the_group_is_refused():
    assert refused({}, group=BY_SEX) == ("sexe", "MISSING_FIELD")


def test_values_by_area_are_of_everyone():
    zone = {"field": "lieu", "by_area": {"kind": "COMMUNE", "measure": "MEAN"}}
    with pytest.raises(MappingError, match="of everyone"):
        reader(zone=zone, group=BY_SEX)
