"""Measured scores of prioritisation, written with what they were read from."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from indicators.services import scoring
from portfolio.models import Score
from portfolio.services import exercises
from tests.factories.indicators import make_feed, make_indicator, make_observations, make_target
from tests.factories.portfolio import NOW, make_project, make_zone
from tests.factories.prioritisation import make_criterion, make_exercise

pytestmark = pytest.mark.django_db
MAPPING = {"time": {"field": "d", "timezone": "Europe/Paris", "period": "MONTH"}}


@pytest.fixture
def feed():
    return make_feed(indicator=make_indicator(code="no2-quais"), mapping=MAPPING)


def opened(*projects, code="no2-quais"):
    exercise = make_exercise(*projects, opened=False)
    make_criterion(exercise, name_fr="NO2", kind="MEASURED", indicator_code=code,
                   points=[[0, 0], [50, 100]])  # fmt: skip
    return exercises.open_scoring(exercise=exercise, by=None, at=NOW)


def test_the_last_value_in_the_zone_of_the_target_is_read_with_its_provenance(feed):
    zone, project, other = make_zone(), make_project(), make_project()
    make_observations(feed, zone, {date(2026, 3, 1): 31.0, date(2026, 4, 1): 28.0})
    target = make_target(project=project, indicator=feed.indicator, zone=zone)
    exercise = opened(project, other)
    assert scoring.measure(exercise=exercise, by=None, at=NOW) == 2
    kept = Score.objects.get(candidate__project=project)
    assert (kept.central, kept.source) == (28.0, "INDICATOR")
    told = kept.provenance
    assert (told["indicator"], told["zone"], told["target"]) == ("no2-quais", zone.code, target.pk)
    assert (told["from"], told["feed"]) == ("2026-04-01", feed.pk)
    assert Score.objects.get(candidate__project=other).central is None


def test_without_a_target_the_one_zone_of_the_project_is_read_and_several_are_not(feed):
    zones = [make_zone(kind="COMMUNE"), make_zone(kind="COMMUNE")]
    alone, both = make_project(), make_project()
    alone.project_zones.create(zone=zones[0], origin="MANUAL")
    for zone in zones:
        both.project_zones.create(zone=zone, origin="MANUAL")
        make_observations(feed, zone, {date(2026, 4, 1): 20.0})
    scoring.measure(exercise=opened(alone, both), by=None, at=NOW)
    assert Score.objects.get(candidate__project=alone).central == 20.0
    assert Score.objects.get(candidate__project=both).provenance["reason"] == "NO_TARGET"


def test_a_zone_where_nothing_is_measured_is_unknown(feed):
    project = make_project()
    make_target(project=project, indicator=feed.indicator, zone=make_zone())
    scoring.measure(exercise=opened(project, make_project()), by=None, at=NOW)
    assert Score.objects.get(candidate__project=project).provenance["reason"] == "NO_VALUE"


def test_an_indicator_that_does_not_exist_is_told_and_nothing_is_written():
    exercise = opened(make_project(), make_project(), code="inconnu")
    with pytest.raises(ValidationError, match="inconnu"):
        scoring.measure(exercise=exercise, by=None, at=NOW)
    assert not Score.objects.exists()
