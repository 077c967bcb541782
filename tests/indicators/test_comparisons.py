"""Zones proposed for a comparison, and what could be detected: from the past alone."""

from datetime import UTC, date, datetime

import pytest

from indicators.models import ObservationVersion, Series
from indicators.queries.comparisons import candidates
from indicators.services.power import detectable
from portfolio.models import ProjectZone
from tests.factories.evaluations import City

pytestmark = pytest.mark.django_db
OPENED = datetime(2023, 2, 28, 23, tzinfo=UTC)


def against(plan):
    return {one.zone.name: one.against for one in candidates(plan)}


def multiply(zone, factor, **period):
    found = ObservationVersion.objects.filter(series__zone=zone, **period)
    for one in found:
        ObservationVersion.objects.filter(pk=one.pk).update(value=one.value * factor)


def test_zones_that_moved_alike_are_proposed_and_each_other_says_why_not():
    city = City(donors=6)
    touched, neighbour, holes, unlike, empty, alike = city.donors
    ProjectZone.objects.create(project=city.project, zone=touched, origin="MANUAL")
    neighbour.geometry = city.treated.geometry
    neighbour.save()
    months = ObservationVersion.objects.filter(series__zone=holes)
    months.order_by("period_start").first().delete()
    multiply(unlike, 3)
    Series.objects.filter(zone=empty).delete()
    assert against(city.plan()) == {
        touched.name: "TOUCHED", neighbour.name: "NEIGHBOUR", holes.name: "MISSING",
        unlike.name: "UNLIKE", empty.name: "MISSING", alike.name: "",
    }  # fmt: skip
    assert candidates(city.plan())[0].zone == alike


def test_neither_the_proposal_nor_the_power_knows_what_came_after():
    city = City(donors=4)
    plans = [city.plan(), city.plan(design="INTERRUPTED")]
    before = [candidates(plans[0]), *(detectable(plan) for plan in plans)]
    for zone in [city.treated, *city.donors]:
        multiply(zone, 5, period_start__gte=OPENED)
    assert [candidates(plans[0]), *(detectable(plan) for plan in plans)] == before


@pytest.mark.parametrize("design", [
    "INTERRUPTED", "DIFFERENCE_IN_DIFFERENCES", "SYNTHETIC_CONTROL", "SYNTHETIC_DID",
])  # fmt: skip
def test_every_design_says_what_it_could_detect(design):
    told = detectable(City(donors=20).plan(design=design))
    assert 0 < told["smallest"] < 10
    assert told["after"] == 34
    assert told["relative"] == pytest.approx(told["smallest"] / 40, rel=0.1)


def test_a_past_that_is_too_short_says_so():
    plan = City(donors=4).plan(before_from=date(2022, 10, 1))
    assert detectable(plan)["reasons"] == ["TOO_FEW_BEFORE"]
