"""What a source lacks: a fact that nobody stated is never a pass."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from indicators.analysis.swamp import Agreement, FeedFacts, SourceFacts, flags, lacks, points

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
AGREED = Agreement("DSP", date(2020, 1, 1), date(2030, 1, 1), due_on=TODAY)
FEED = FeedFacts("flux", has_contract=True, published_on=date(2026, 5, 1))
WHOLE = SourceFacts(
    producer="OUTSIDE", has_owner=True, has_steward=True, licence="ODbL", personal_data="NONE",
    legal_basis="", processing_reference="", hosting_country="FR", last_used_on=TODAY,
    agreements=(AGREED,), feeds=(FEED,),
)  # fmt: skip


def codes(source: SourceFacts) -> list[str]:
    return [lack.code for lack in lacks(source, TODAY)]


def test_a_source_that_is_answered_for_lacks_nothing():
    assert codes(WHOLE) == []


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"has_owner": False}, "NO_OWNER"),
        ({"has_steward": False}, "NO_STEWARD"),
        ({"producer": ""}, "NO_PRODUCER"),
        ({"licence": ""}, "NO_LICENCE"),
        ({"hosting_country": ""}, "NO_COUNTRY"),
        ({"personal_data": ""}, "NO_PERSONAL_CLASS"),
        ({"feeds": ()}, "NO_FEED"),
        ({"last_used_on": None}, "NEVER_USED"),
        ({"agreements": ()}, "NO_AGREEMENT"),
    ],
)
def test_each_fact_that_is_not_known_is_told(fact, code):
    assert codes(replace(WHOLE, **fact)) == [code]


def test_what_is_computed_here_wants_no_producer_licence_or_country():
    source = replace(WHOLE, producer="", licence="", hosting_country="", agreements=())
    assert codes(source) == ["NO_PRODUCER", "NO_LICENCE", "NO_COUNTRY"]
    assert codes(replace(source, is_computed=True)) == []
    unanswered = replace(source, is_computed=True, has_owner=False, personal_data="")
    assert codes(unanswered) == ["NO_OWNER", "NO_PERSONAL_CLASS"]


def test_a_rule_is_one_point_whatever_feeds_it_names():
    bare = replace(FEED, has_contract=False)
    source = replace(WHOLE, licence="", feeds=(bare, replace(bare, code="autre")))
    assert codes(source) == ["NO_LICENCE", "NO_CONTRACT", "NO_CONTRACT"]
    assert points(lacks(source, TODAY)) == 2


def test_personal_data_want_a_legal_basis_and_a_reference():
    source = replace(WHOLE, personal_data="SENSITIVE")
    assert codes(source) == ["NO_LEGAL_BASIS", "NO_PROCESSING_REFERENCE"]
    known = replace(source, legal_basis="PUBLIC_TASK", processing_reference="RT-1")
    assert codes(known) == []


def test_no_agreement_is_due_of_a_department_of_the_house():
    assert codes(replace(WHOLE, producer="INSIDE", agreements=())) == []


def test_an_agreement_that_has_not_started_is_none():
    coming = replace(AGREED, starts_on=TODAY + DAY)
    assert codes(replace(WHOLE, agreements=(coming,))) == ["NO_AGREEMENT"]


def test_the_last_agreement_that_ended_is_named():
    old, older = (
        replace(AGREED, reference=name, ends_on=day)
        for name, day in (("B", date(2026, 5, 31)), ("A", date(2022, 1, 1)))
    )
    (lack,) = lacks(replace(WHOLE, agreements=(older, old)), TODAY)
    assert (lack.code, lack.about, lack.on) == ("AGREEMENT_ENDED", "B", date(2026, 5, 31))


def test_an_agreement_followed_by_another_is_no_matter():
    ended = replace(AGREED, ends_on=TODAY - DAY)
    assert codes(replace(WHOLE, agreements=(ended, AGREED))) == []


@pytest.mark.parametrize(
    ("days", "expected"), [(0, ["AGREEMENT_ENDS_SOON"]), (90, ["AGREEMENT_ENDS_SOON"]), (91, [])]
)
def test_an_agreement_that_ends_within_90_days_is_told(days, expected):
    ending = replace(AGREED, ends_on=TODAY + days * DAY)
    assert [flag.code for flag in flags(ending, TODAY)] == expected


def test_a_delivery_is_late_from_the_day_after_it_is_due():
    assert flags(replace(AGREED, due_on=TODAY), TODAY) == ()
    (late,) = flags(replace(AGREED, due_on=TODAY - DAY), TODAY)
    assert (late.code, late.on) == ("DELIVERY_LATE", TODAY - DAY)


def test_an_agreement_that_says_no_deadline_is_told_rather_than_on_time():
    silent = replace(AGREED, has_deadline=False, due_on=None)
    assert [flag.code for flag in flags(silent, TODAY)] == ["NO_DEADLINE"]


def test_a_dispensation_is_never_late_and_has_to_be_published():
    dispensed = replace(AGREED, is_dispensed=True, due_on=TODAY - DAY)
    assert [one.code for one in flags(dispensed, TODAY)] == ["DISPENSATION_NOT_PUBLISHED"]
    assert flags(replace(dispensed, is_published=True), TODAY) == ()


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ({"has_contract": False}, "NO_CONTRACT"),
        ({"published_on": None}, "FEED_EMPTY"),
        ({"overdue_since": TODAY - 30 * DAY}, "FEED_STALE"),
        ({"failing_since": TODAY - 30 * DAY}, "FEED_FAILING"),
    ],
)
def test_each_fault_of_a_feed_is_told_with_its_code(fact, code):
    (lack,) = lacks(replace(WHOLE, feeds=(replace(FEED, **fact),)), TODAY)
    assert (lack.code, lack.about) == (code, "flux")


@pytest.mark.parametrize("name", ["overdue_since", "failing_since"])
def test_a_fault_of_a_few_days_is_left_to_the_page_of_pulls(name):
    recent = replace(FEED, **{name: TODAY - 29 * DAY})
    assert codes(replace(WHOLE, feeds=(recent,))) == []


def test_a_year_without_use_is_told():
    assert codes(replace(WHOLE, last_used_on=TODAY - 365 * DAY)) == []
    assert codes(replace(WHOLE, last_used_on=TODAY - 366 * DAY)) == ["NOT_USED_FOR_A_YEAR"]
