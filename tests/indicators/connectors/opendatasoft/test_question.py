from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from indicators.connectors.base import OptionsError, Query, Window
from indicators.connectors.opendatasoft import question
from indicators.connectors.opendatasoft.question import Question, Span

SPAN = Span(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC))


def asked(fields=None, zone="UTC", **options) -> dict[str, str]:
    query = Query("http://source", "mesures", options)
    return Question(query, fields or {}, zone).words(SPAN)


def window(zone: str, *instants: tuple[int, ...]) -> Window:
    return Window(*(datetime(*one, tzinfo=ZoneInfo(zone)) for one in instants))


@pytest.mark.parametrize(
    ("zone", "low", "high"),
    [
        ("UTC", (2024, 1, 2), (2024, 1, 4)),
        # either midnight: that of the place, or that of UTC
        ("Europe/Paris", (2024, 1, 1, 23), (2024, 1, 4)),
        ("America/Martinique", (2024, 1, 2), (2024, 1, 4, 4)),
    ],
)
def test_both_readings_of_a_day_stand_in_what_is_asked(zone, low, high):
    span = question.span_of(window(zone, (2024, 1, 2), (2024, 1, 4)))
    assert span == Span(datetime(*low, tzinfo=UTC), datetime(*high, tzinfo=UTC))


def test_parts_of_a_second_are_not_lost():
    one = window("UTC", (2024, 1, 2, 0, 0, 0, 500), (2024, 1, 2, 0, 0, 1, 500))
    span = question.span_of(one)
    assert (span.low.second, span.high.second) == (0, 2)
    assert (span.low.microsecond, span.high.microsecond) == (0, 0)


def test_halves_meet_and_end_where_a_second_cannot_be_cut():
    first, second = SPAN.halves()
    assert (first.low, first.high, second.high) == (SPAN.low, second.low, SPAN.high)
    assert SPAN.low < first.high < SPAN.high
    short = Span(SPAN.low, SPAN.low.replace(second=1))
    assert short.halves() is None


def test_the_clauses_are_joined_each_in_its_brackets():
    words = asked(time_field="jour", where="a = 1 OR b = 2", area="within(lieu, geom'POINT(0 0)')")
    assert words["where"] == (
        "(`jour` >= date'2024-01-01T00:00:00Z' AND `jour` < date'2024-02-01T00:00:00Z')"
        " AND (a = 1 OR b = 2) AND (within(lieu, geom'POINT(0 0)'))"
    )


def test_what_is_not_asked_is_not_sent():
    assert asked(zone="Europe/Paris") == {"timezone": "Europe/Paris"}


def test_a_name_cannot_leave_its_quotes():
    assert asked(time_field="a` OR 1=1")["where"].startswith("(`a\\` OR 1=1` >= ")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"a": "text", "contour": "geo_shape", "lieu": "geo_point_2d"}, "lieu"),
        ({"contour": "geo_shape"}, "contour"),
    ],
)
def test_a_rectangle_is_asked_of_a_field_that_is_a_place_latitude_first(fields, name):
    words = asked(fields, area=[-0.7, 44.7, -0.4, 44.95])
    assert words["where"] == f"(in_bbox(`{name}`, 44.7, -0.7, 44.95, -0.4))"


@pytest.mark.parametrize(
    ("area", "fields"),
    [
        ([1, 2, 3], {"lieu": "geo_point_2d"}),
        ([1, 2, 3, "east"], {"lieu": "geo_point_2d"}),
        ([1, 2, 3, None], {"lieu": "geo_point_2d"}),
        ({"west": 1}, {"lieu": "geo_point_2d"}),
        ([1, 2, 3, 4], {"a": "text"}),
    ],
)
def test_an_area_that_is_none_is_named(area, fields):
    with pytest.raises(OptionsError, match="area"):
        asked(fields, area=area)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"order_by": "jour, commune"}, ["jour", "commune"]),
        ({"group_by": "date_format(jour, 'yyyy-MM') AS mois, commune"}, ["mois", "commune"]),
        ({"group_by": "year(jour)", "order_by": "jour"}, ["year(jour)"]),
    ],
)
def test_pages_are_ordered_by_what_names_a_row(options, names):
    assert question.order(Query("http://source", "mesures", options)) == names


def test_records_that_nothing_orders_are_not_asked():
    with pytest.raises(OptionsError, match="order_by"):
        question.order(Query("http://source", "mesures", {"records": True}))


def test_groups_are_never_cut():
    def can_be_cut(**options) -> bool:
        return Question(Query("http://source", "mesures", options), {}, "UTC").can_be_cut

    assert can_be_cut(time_field="jour")
    assert not can_be_cut(time_field="jour", group_by="commune")
    assert not can_be_cut(where="a = 1")


def test_the_zone_of_the_window_is_told_by_its_name():
    assert question.zone_of(window("Europe/Paris", (2024, 1, 1), (2024, 1, 2))) == "Europe/Paris"
    plain = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC))
    assert question.zone_of(plain) == "UTC"
