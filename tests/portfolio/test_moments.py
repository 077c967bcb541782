"""The instant that an address asks for."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from portfolio import moments

NOW = datetime(2026, 9, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [("2026-09-01", datetime(2026, 9, 1, 21, 59, 59, 999999, UTC)),
     ("01/09/2026", datetime(2026, 9, 1, 21, 59, 59, 999999, UTC)),
     ("2026-09-01T10:30", datetime(2026, 9, 1, 8, 30, tzinfo=UTC)),
     ("2026-09-01T10:30:00Z", datetime(2026, 9, 1, 10, 30, tzinfo=UTC)),
     ("2026-09-01T10:30:00 02:00", datetime(2026, 9, 1, 8, 30, tzinfo=UTC))],
)  # fmt: skip
def test_a_day_is_read_at_its_end_and_an_instant_as_it_is(text, at):
    asked = moments.asked(text, now=NOW)
    assert asked.at == at
    assert asked.day(date(2026, 9, 20)) == date(2026, 9, 1)


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-09-21", "1989-12-31", "0001-01-01T00:00", "9999-12-31", "\x00", "9" * 99],
)
def test_what_cannot_be_read_or_is_to_come_is_now_and_is_said(text):
    asked = moments.asked(text, now=NOW)
    assert (asked.moment, asked.is_wrong) == (None, True)
    assert asked.day(date(2026, 9, 20)) == date(2026, 9, 20)


def test_nothing_asked_is_now():
    assert moments.asked("", now=NOW) == moments.Asked()


def test_just_before_is_read_back_as_the_same_instant():
    at = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
    before = moments.just_before(at)
    text = QueryDict(before.query)[moments.NAME]
    again = moments.asked(text, now=NOW)
    assert again.at == before.at < at


def test_the_way_back_keeps_the_rest_of_the_address():
    assert moments.without(QueryDict("au=2026-09-01&page=2"), "/a/") == "/a/?page=2"
    assert moments.without(QueryDict("au=2026-09-01"), "/a/") == "/a/"
