"""The same measure in France, in the region, in other cities: beside a figure, and part of nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from indicators import queries
from indicators.charts.path import csv_rows, path_chart
from indicators.charts.path_table import CSV_HEAD
from indicators.queries.comparators import beside
from indicators.services import sources, targets
from indicators.services.targets import Terms
from portfolio.forms.place import ZoneAddForm
from portfolio.models import Zone
from tests.factories.indicators import (
    make_feed,
    make_indicator,
    make_observations,
    make_source,
    make_target,
)
from tests.factories.portfolio import NOW, make_organisation, make_project, make_user, make_zone

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 2)
HERE = {date(2026, month, 1): 20.0 - month for month in (1, 2, 3)}


def month(number: int, year: int = 2026) -> date:
    return date(year, number, 1)


@pytest.fixture
def agent(client):
    agent = make_user(organisation=make_organisation())
    client.force_login(agent)
    return agent


@pytest.fixture
def france():
    return make_zone(code="FR", name="France", kind="COMPARATOR", geometry=None)


@pytest.fixture
def target():
    """Of the metropolis, measured by a source of its own."""
    indicator = make_indicator(zone_aggregation="POPULATION_MEAN", direction="DOWN", decimals=1)
    whole = make_zone(kind="METROPOLIS", name="Métropole")
    make_observations(make_feed(indicator=indicator), whole, HERE)
    return make_target(
        indicator=indicator, zone=whole, baseline_on=date(2025, 12, 31), baseline_value=20.0,
        points={date(2027, 1, 1): 15.0},
    )  # fmt: skip


def compare(target, zone, values, **source):
    """Values of another place, from another source."""
    source = make_source(
        name="Eurostat",
        licence="CC BY 4.0",
        producer=make_organisation(name_fr="Eurostat"),
        **source,
    )
    feed = make_feed(indicator=target.indicator, source=source)
    make_observations(feed, zone, values)
    return feed


def view_of(target):
    return queries.target_view(target, today=TODAY)


def test_a_figure_is_compared_and_its_status_and_value_stay_what_they_are(target, france):
    alone = view_of(target)
    compare(target, france, {month(1): 11.0, month(2): 10.0})
    view = view_of(target)
    (one,) = view.comparators
    assert (one.zone, one.measured.last_known.value) == (france, 10.0)
    assert (one.origin.source_name, one.origin.licence) == ("Eurostat", "CC BY 4.0")
    assert replace(view, comparators=()) == alone


def test_a_comparator_enters_no_total_of_the_metropolis(france):
    indicator, whole = make_indicator(zone_aggregation="POPULATION_MEAN"), None
    whole = make_zone(kind="METROPOLIS")
    communes = [make_zone(parent=whole, population=100) for _ in range(2)]
    feed = make_feed(indicator=indicator)
    for zone, value in zip((*communes, france), (10, 20, 900), strict=True):
        make_observations(feed, zone, {month(1): value})
    found = queries.measured([(indicator, whole)])[indicator.pk, whole.pk]
    assert found.values.tolist() == [15]
    assert (found.coverage.measured, found.coverage.expected) == (2, 2)


def test_a_measure_that_adds_up_is_not_compared(target, france):
    compare(target, france, {month(1): 11.0})
    target.indicator.zone_aggregation = "SUM"
    target.indicator.save()
    assert view_of(target).comparators == ()
    assert beside(target.indicator) == ()


def test_many_targets_ask_no_more_than_one(target, france, django_assert_num_queries):
    compare(target, france, {month(1): 11.0})
    found = queries.targets_of(Q())
    with django_assert_num_queries(8):
        queries.target_views(found, today=TODAY)
    commune = make_zone()
    found.append(make_target(indicator=target.indicator, zone=commune))
    with django_assert_num_queries(8):
        assert len(queries.target_views(found, today=TODAY)) == 2


def test_the_chart_names_each_line_where_it_ends_and_who_says_so(target, france):
    compare(target, france, {month(1): 11.0, month(2): 10.0, month(3): 10.5})
    chart = path_chart(view_of(target))
    for drawing in chart.drawings:
        assert len(drawing.elsewhere) == 1
        (note,) = [one for one in drawing.notes if one.quiet]
        assert note.text == "France 10,5"
        assert note.left + note.width <= drawing.frame.size.width
    assert chart.compared == "À comparer\N{NO-BREAK SPACE}: France (Eurostat, CC BY 4.0)"
    rows = [row for row in chart.rows if row.kind == "France"]
    assert [(row.when, row.value) for row in rows][-1] == ("mars 2026", "10,5")
    assert rows[0].remark == "à comparer"


def test_what_was_before_the_figure_does_not_stretch_its_chart(target, france):
    alone = path_chart(view_of(target)).drawings[0].frame
    compare(target, france, {month(1, year): 10.0 for year in range(1990, 2027)})
    frame = path_chart(view_of(target)).drawings[0].frame
    assert (frame.x.low, frame.x.high) == (alone.x.low, alone.x.high)


def test_at_most_four_other_places_are_drawn_and_all_are_in_the_table(target):
    for number in range(6):
        zone = make_zone(
            code=f"V{number}", name=f"Ville {number}", kind="COMPARATOR", geometry=None
        )
        compare(target, zone, {month(1): 9.0 + number, month(2): 9.5 + number})
    chart = path_chart(view_of(target))
    assert len(chart.drawings[0].elsewhere) == 4
    assert len({row.kind for row in chart.rows if row.kind.startswith("Ville")}) == 6


def test_older_rows_of_other_places_are_told_to_be_in_the_csv(target, france):
    target.baseline_on = date(2020, 12, 31)
    target.save()
    months = [month(number, year) for year in range(2021, 2026) for number in range(1, 13)]
    compare(target, france, dict.fromkeys(months, 10.0))
    chart = path_chart(view_of(target))
    shown = [row for row in chart.rows if row.kind == "France"]
    assert (len(shown), chart.omitted) == (40, 20)


def test_a_place_that_is_measured_less_often_names_its_own_periods(target, france):
    feed = compare(target, france, {})
    start, end = (NOW.replace(year=year, month=1, day=1, hour=0) for year in (2026, 2027))
    make_observations(feed, france, {month(1): 10.0}, period_start=start, period_end=end)
    rows = [row for row in path_chart(view_of(target)).rows if row.kind == "France"]
    assert [row.when for row in rows] == ["2026"]


def test_the_csv_names_place_source_and_licence_of_each_value(target, france):
    compare(target, france, {month(1): 11.0})
    rows = [dict(zip(CSV_HEAD, row, strict=True)) for row in csv_rows(view_of(target))[1:]]
    (row,) = [row for row in rows if row["kind"] == "COMPARATOR"]
    told = [row[name] for name in ("from", "value", "zone", "source", "licence")]
    assert told == ["2026-01-01", "11.0", "FR", "Eurostat", "CC BY 4.0"]
    assert {row["zone"] for row in rows if row["kind"] == "OBSERVATION"} == {target.zone.code}


def test_the_api_gives_the_places_and_their_values(client, target, france):
    compare(target, france, {month(1): 11.0})
    (told,) = client.get("/api/v1/targets/").json()["results"]
    (one,) = told["comparators"]
    assert (one["zone"], one["name"], one["last"]["value"]) == ("FR", "France", 11.0)
    assert one["origin"]["licence"] == "CC BY 4.0"
    values = client.get("/api/v1/observations/", {"zone": "FR"}).json()["results"]
    assert [row["value"] for row in values] == [11.0]


def test_the_page_of_the_indicator_shows_here_and_elsewhere(client, agent, target, france):
    address = reverse("indicators:indicator", args=[target.indicator.code])
    assert "Ici et ailleurs" not in client.get(address, headers={"accept-language": "fr"}).text
    compare(target, france, {month(3): 10.5})
    text = client.get(address, headers={"accept-language": "fr"}).text
    assert "Ici et ailleurs" in text
    assert text.index("Métropole") < text.index("10,5")


def test_nothing_is_promised_for_another_place(target, france):
    with pytest.raises(ValidationError) as refused:
        targets.set_target(
            indicator=target.indicator, zone=france, terms=Terms(), by=None, reason="Plan", at=NOW
        )
    assert set(refused.value.message_dict) == {"zone"}


def test_another_place_is_part_of_nothing_and_has_no_shape(france):
    with pytest.raises(IntegrityError), transaction.atomic():
        Zone.objects.filter(pk=france.pk).update(parent=make_zone())
    offered = ZoneAddForm(project=make_project()).fields["zone"].queryset
    assert france not in offered


def test_places_are_written_in_the_file_of_sources_and_named_by_feeds():
    document = {"comparators": [{"code": "FR", "name": "France"}]}
    (change,) = sources.apply(document=document)
    assert (change.kind, change.code, change.created) == ("zone", "FR", True)
    assert sources.apply(document=document) == []
    assert Zone.objects.get(code="FR").kind == "COMPARATOR"


def test_a_zone_of_the_territory_is_no_place_to_compare_with():
    zone = make_zone()
    document = {"comparators": [{"code": zone.code, "name": "Nous"}]}
    (problem,) = sources.check(document)
    assert problem.path == "comparators/0/code"
    assert problem.message == f"{zone.code} est une zone du territoire"
