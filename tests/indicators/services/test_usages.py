"""Uses of figures: declared by hand, recorded by documents."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from indicators.models import Usage
from indicators.queries.usages import pages_of, uses_of
from indicators.services import usages
from indicators.services.usages import UsageFields
from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_observations,
    make_target,
    make_usage,
)
from tests.factories.portfolio import NOW, make_project, make_user, make_zone

HOUR = timedelta(hours=1)


@pytest.fixture
def indicator(db):
    return make_indicator()


def fields(**given) -> UsageFields:
    told = {"kind": "DELIBERATION", "role": "JUSTIFIED", "label": "Délibération 2026-114"}
    return UsageFields(**(told | {"as_of": NOW} | given))


def test_a_use_is_declared_with_who_and_when(indicator):
    agent = make_user()
    usages.declare(indicator=indicator, given=fields(), by=agent, at=NOW)
    usage = Usage.objects.get()
    assert (usage.author, usage.recorded_at, usage.is_automatic) == (agent, NOW, False)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": ""}, "label"),
        ({"role": "LIKED"}, "role"),
        ({"kind": "RUMOUR"}, "kind"),
        ({"as_of": NOW + HOUR}, "as_of"),
    ],
)
def test_a_use_that_says_nothing_is_refused(indicator, given, field):
    with pytest.raises(ValidationError) as refused:
        usages.declare(indicator=indicator, given=fields(**given), by=None, at=NOW)
    assert field in refused.value.message_dict
    assert not Usage.objects.exists()


def test_the_database_wants_a_title_and_an_automatic_use_once(indicator):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_usage(indicator, label="")
    make_usage(indicator, address="/a/", is_automatic=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_usage(indicator, address="/a/", is_automatic=True)


def test_a_document_uses_the_figures_that_are_measured_once(db):
    project, feed, zone = make_project(), make_feed(), make_zone()
    make_observations(feed, zone, {date(2026, 1, 1): 12.0})
    make_target(project=project, indicator=feed.indicator, zone=zone)
    make_target(project=project)  # not measured: it shows no figure
    given = {"project": project, "label": "Fiche", "address": "/d/1/", "by": None, "at": NOW}
    assert usages.record_document(**given) == 1
    usages.record_document(**given)
    usage = Usage.objects.get()
    assert (usage.indicator, usage.zone, usage.kind) == (feed.indicator, zone, "DOCUMENT")


def test_uses_of_a_draft_are_for_those_who_read_it(indicator):
    draft = make_project(visibility="DRAFT")
    make_usage(indicator, project=draft, label="Secret")
    make_usage(indicator, label="Connu")
    found = uses_of(indicator, reader=make_user())
    assert [item.usage.label for item in found.uses] == ["Connu"]
    assert found.count == 1
    assert uses_of(indicator, reader=make_user(is_superuser=True)).count == 2


def test_public_pages_are_read_from_the_targets_as_they_are(indicator):
    shown = make_project(visibility="PUBLIC")
    make_target(project=shown, indicator=indicator)
    make_target(project=make_project(visibility="INTERNAL"), indicator=indicator)
    assert [page.project for page in pages_of(indicator)] == [shown]
    make_target(indicator=indicator)
    assert pages_of(indicator)[0].address == "/"


def test_what_was_revised_since_is_counted_in_the_zone_of_the_use(db):
    feed, here, there = make_feed(), make_zone(), make_zone()
    day = date(2026, 1, 1)
    for zone, value in ((here, 10.0), (there, 20.0)):
        make_observations(feed, zone, {day: value}, superseded_at=NOW + HOUR)
        make_observations(feed, zone, {day: value + 1}, known_from=NOW + HOUR)
    before = make_usage(feed.indicator, zone=here, as_of=NOW + HOUR / 2)
    anywhere = make_usage(feed.indicator, as_of=NOW + HOUR / 2)
    after = make_usage(feed.indicator, zone=here, as_of=NOW + 2 * HOUR)
    found = uses_of(feed.indicator, reader=make_user())
    revised = {item.usage.pk: item.revised for item in found.uses}
    assert revised == {before.pk: 1, anywhere.pk: 2, after.pk: 0}
    told = [(one.zone, one.before, one.after) for one in found.revisions]
    assert set(told) == {(here, 10.0, 11.0), (there, 20.0, 21.0)}


def test_a_value_that_only_became_final_is_no_other_value(db):
    feed, zone, day = make_feed(), make_zone(), date(2026, 1, 1)
    make_observations(feed, zone, {day: 10.0}, superseded_at=NOW + HOUR, status="PROVISIONAL")
    make_observations(feed, zone, {day: 10.0}, known_from=NOW + HOUR, status="FINAL")
    (told,) = uses_of(feed.indicator, reader=make_user()).revisions
    assert (told.is_same_value, told.is_final) == (True, True)


def test_the_number_of_queries_does_not_grow_with_the_uses(
    indicator, django_assert_num_queries, django_assert_max_num_queries
):
    agent = make_user()
    make_usage(indicator)
    with django_assert_max_num_queries(10) as few:
        uses_of(indicator, reader=agent)
    for _ in range(10):
        make_usage(indicator)
    fresh = type(agent).objects.get(pk=agent.pk)
    with django_assert_num_queries(len(few.captured_queries)):
        uses_of(indicator, reader=fresh)
