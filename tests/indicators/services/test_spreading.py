"""Polygons of a file on a real server, shared among the zones of the territory."""

import os
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from indicators.models import ObservationVersion, Series
from indicators.services import holding
from indicators.services.shapes import projected
from portfolio.models import Zone
from tests.factories.formulas import bound, compute, computed, figures
from tests.factories.indicators import make_contract, make_feed, make_indicator, make_source
from tests.factories.portfolio import make_user, make_zone
from tests.peers.static_files import served
from tests.pulling import assert_adds_up, current_values, pull
from tests.services.published import replayed

NOW = datetime(2024, 2, 1, 8, tzinfo=UTC)
X, Y = 420_000, 6_460_000  # Lambert-93: the corner of two communes, 1 km square, side by side
HEAD = "jour,forme,n"


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Geometry:
    """In metres from the corner, as degrees."""
    shape = np.array([shapely.box(X + x0, Y + y0, X + x1, Y + y1)], dtype=object)
    return projected(shape, crs=2154, metres=4326)[0]


def zone(code: str, *edges: float, **fields) -> Zone:
    geometry = GEOSGeometry(shapely.MultiPolygon([box(*edges)]).wkt, srid=4326)
    return make_zone(code=code, geometry=geometry, **fields)


@pytest.fixture
def communes(db):
    return [
        zone("A", 0, 0, 1000, 1000, population=1000),
        zone("B", 1000, 0, 2000, 1000, population=500),
    ]


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "cells"
    folder.mkdir()
    with served(folder) as server:
        yield folder / "cells.csv", f"{server.url}/"


def write(path, *rows: tuple[str, object, object]) -> None:
    lines = [f'{day},"{getattr(shape, "wkt", shape)}",{n}' for day, shape, n in rows]
    path.write_text("\n".join([HEAD, *lines]) + "\n")


def feed_of(url: str, series: list[str] | None = None, **by_area):
    mapping = {
        "time": {"field": "jour", "timezone": "Europe/Paris", "period": "DAY"},
        "value": {"field": "n"},
        "zone": {"field": "forme", "by_area": {"kind": "COMMUNE", "measure": "TOTAL"} | by_area},
    }
    if series:
        mapping["series"] = series
    return make_feed(
        source=make_source(protocol="files", base_url=url), collection="cells.csv",
        mapping=mapping, starts_on=date(2024, 1, 1), lookback_days=60,
    )  # fmt: skip


def values(feed) -> dict[tuple[str, int], float | None]:
    found = ObservationVersion.objects.current().filter(series__feed=feed).select_related("series")
    return {
        (one.series.key, one.period_end.day): None if one.value is None else round(one.value, 3)
        for one in found
    }


def whole(*, day: str = "2024-01-05", n: object = 100):
    """One cell that lies a quarter in A, a quarter in B, and half to the north of both."""
    return day, box(500, 0, 1500, 2000), n


def test_a_total_is_shared_by_area_and_its_coverage_told(file, communes):
    path, url = file
    write(
        path,
        ("2024-01-05", box(0, 0, 1500, 1000), 300),
        ("2024-01-05", box(1500, 0, 2000, 1000), 50),
    )
    feed = feed_of(url)
    run = pull(feed, NOW)
    assert (run.state, run.error_message) == ("SUCCEEDED", "")
    assert values(feed) == {("A", 5): 200, ("B", 5): 150}
    assert set(ObservationVersion.objects.values_list("coverage", flat=True)) == {1.0}
    assert [one.zone.code for one in Series.objects.order_by("key")] == ["A", "B"]
    assert_adds_up(run)


def test_a_zone_that_is_covered_too_little_has_no_value_and_says_so(file, communes):
    path, url = file
    write(path, whole())
    feed = feed_of(url)
    run = pull(feed, NOW)
    assert values(feed) == {("A", 5): None, ("B", 5): None}
    told = ObservationVersion.objects.filter(series__feed=feed)
    assert {(one.absence, one.coverage) for one in told} == {("PARTLY_MEASURED", 0.5)}
    assert run.remarks == {"partly_outside": 1}
    less = feed_of(url, minimum=0.5)
    pull(less, NOW)
    assert values(less) == {("A", 5): 25, ("B", 5): 25}


def test_a_mean_is_weighted_by_land(file, communes):
    path, url = file
    write(
        path, ("2024-01-05", box(0, 0, 250, 1000), 10), ("2024-01-05", box(250, 0, 2000, 1000), 20)
    )
    feed = feed_of(url, measure="MEAN")
    pull(feed, NOW)
    assert values(feed) == {("A", 5): 17.5, ("B", 5): 20}


def test_a_null_is_not_zero(file, communes):
    path, url = file
    write(
        path, ("2024-01-05", box(0, 0, 900, 1000), 9), ("2024-01-05", box(900, 0, 1500, 1000), "")
    )
    feed = feed_of(url)
    pull(feed, NOW)
    assert values(feed) == {("A", 5): 9, ("B", 5): None}
    told = {one.series.key: (one.coverage, one.absence) for one in ObservationVersion.objects.all()}
    assert told == {"A": (0.9, ""), "B": (0.0, "NO_VALUE")}


def test_inhabitants_weigh_where_finer_zones_know_them(file, communes):
    path, url = file
    a = communes[0]
    zone("A1", 0, 0, 500, 1000, population=100, kind="DISTRICT", parent=a)
    zone("A2", 500, 0, 1000, 1000, population=900, kind="DISTRICT", parent=a)
    write(
        path, ("2024-01-05", box(500, 0, 2000, 1000), 1400), ("2024-01-05", box(0, 0, 500, 1000), 7)
    )
    feed = feed_of(url, weight="INHABITANTS")
    pull(feed, NOW)
    assert values(feed) == {("A", 5): 907, ("B", 5): 500}
    mean = feed_of(url, weight="INHABITANTS", measure="MEAN")
    pull(mean, NOW)
    assert values(mean) == {("A", 5): 0.9 * 1400 + 0.1 * 7, ("B", 5): 1400}


def test_people_within_are_counted_and_nobody_is_zero(file, communes):
    path, url = file
    write(path, ("2024-01-05", box(0, 0, 250, 1000), 1), ("2024-01-06", "MULTIPOLYGON EMPTY", 1))
    people, share = feed_of(url, measure="PEOPLE"), feed_of(url, measure="SHARE")
    run = pull(people, NOW)
    pull(share, NOW)
    assert values(people) == {("A", 5): 250, ("B", 5): 0, ("A", 6): 0, ("B", 6): 0}
    assert values(share) == {("A", 5): 0.25, ("B", 5): 0, ("A", 6): 0, ("B", 6): 0}
    assert (run.received, run.accepted) == (2, 2)
    assert_adds_up(run)


def test_inhabitants_that_are_not_known_are_not_zero(file, communes):
    path, url = file
    communes[1].population = None
    communes[1].save()
    write(path, ("2024-01-05", box(0, 0, 2000, 1000), 1))
    feed = feed_of(url, measure="PEOPLE")
    pull(feed, NOW)
    assert values(feed) == {("A", 5): 1000}


def test_each_row_is_counted_once_by_what_became_of_its_values(file, communes):
    path, url = file
    cells = [box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000), box(0, 0, 2000, 1000)]
    days = ["2024-01-05", "2024-01-06"]
    write(path, *((day, cell, n) for day in days for n, cell in enumerate(cells, 1)))
    feed = feed_of(url)
    run = pull(feed, NOW)
    assert (run.received, run.accepted, run.revised, run.unchanged) == (6, 6, 0, 0)
    assert_adds_up(run)
    before = current_values(feed)
    again = pull(feed, NOW + timedelta(hours=1))
    assert (again.accepted, again.revised, again.unchanged) == (0, 0, 6)
    assert current_values(feed) == before
    revised = {(days[1], 1): 7}
    rows = [(d, c, revised.get((d, n), n)) for d in days for n, c in enumerate(cells, 1)]
    write(path, *rows, ("2024-01-07", cells[2], 4))
    os.utime(path, (path.stat().st_mtime + 60,) * 2)
    later = pull(feed, NOW + timedelta(hours=2))
    # A of the 6th is revised: the cell of A and the cell of both fed it, the cell of B did not
    assert (later.accepted, later.revised, later.unchanged) == (1, 2, 4)
    assert_adds_up(later)


def test_the_order_of_the_rows_changes_no_digit(file, communes):
    path, url = file
    rows = [("2024-01-05", box(20 * k, 0, 20 * k + 20, 1000), 0.1 * k) for k in range(100)]
    write(path, *rows)
    feed = feed_of(url)
    pull(feed, NOW)
    write(path, *rows[::-1])
    os.utime(path, (path.stat().st_mtime + 60,) * 2)
    run = pull(feed, NOW + timedelta(hours=1))
    assert (run.revised, run.unchanged) == (0, 100)


def test_rows_that_repeat_or_contradict_each_other_are_set_aside_before_they_are_shared(
    file, communes
):
    path, url = file
    a, b = box(0, 0, 1000, 1000), box(1000, 0, 2000, 1000)
    write(
        path, ("2024-01-05", a, 1), ("2024-01-05", a, 1), ("2024-01-05", b, 1), ("2024-01-05", b, 2)
    )
    feed = feed_of(url)
    run = pull(feed, NOW)
    assert values(feed) == {("A", 5): 1}
    assert sorted(run.quarantine.values_list("reason", flat=True)) == [
        "CONFLICT",
        "CONFLICT",
        "DUPLICATE",
    ]
    assert_adds_up(run)


def test_polygons_that_cannot_be_used_are_set_aside_with_the_reason(file, communes):
    path, url = file
    turned = shapely.transform(box(0, 0, 500, 500), lambda xy: xy[:, ::-1])
    far = box(50_000, 0, 51_000, 1000)
    write(
        path, ("2024-01-05", box(0, 0, 1000, 1000), 1), ("2024-01-05", far, 1),
        ("2024-01-05", turned, 1), ("2024-01-05", "POINT(0 45)", 1), ("2024-01-05", "", 1),
    )  # fmt: skip
    feed = feed_of(url)
    run = pull(feed, NOW)
    assert run.state == "PARTIAL"
    assert list(run.quarantine.order_by("row_number").values_list("field", "reason")) == [
        ("forme", "NO_ZONE_THERE"), ("forme", "LOOKS_SWAPPED"), ("forme", "NOT_A_POLYGON"),
        ("forme", "BAD_SHAPE"),
    ]  # fmt: skip
    assert values(feed) == {("A", 5): 1}
    assert_adds_up(run)


def test_a_repaired_polygon_is_used_and_said(file, communes):
    path, url = file
    ring = shapely.get_coordinates(box(0, 0, 1000, 1000))
    bow = shapely.Polygon(ring[[0, 2, 1, 3, 0]])
    assert not bow.is_valid
    write(path, ("2024-01-05", bow, 8))
    feed = feed_of(url, minimum=0)
    run = pull(feed, NOW)
    assert run.remarks == {"repaired": 1}
    assert values(feed) == {("A", 5): 8}


def test_other_fields_name_several_measures_of_a_zone(file, communes):
    path, url = file
    path.write_text(
        "jour,forme,n,polluant\n"
        + "".join(
            f'2024-01-05,"{box(0, 0, 2000, 1000).wkt}",{n},{name}\n'
            for n, name in ((4, "NO2"), (6, "PM10"))
        )
    )
    feed = feed_of(url, ["polluant"], measure="MEAN")
    pull(feed, NOW)
    assert values(feed) == {
        ('["A", "NO2"]', 5): 4, ('["B", "NO2"]', 5): 4, ('["A", "PM10"]', 5): 6, ('["B", "PM10"]', 5): 6,
    }  # fmt: skip


def test_a_replay_gives_the_same(file, communes):
    path, url = file
    write(path, whole(), whole(day="2024-01-06"))
    feed = feed_of(url, minimum=0)
    run = pull(feed, NOW)
    again = replayed(run)
    assert (again.state, again.unchanged) == ("SUCCEEDED", 2)


def test_without_zones_of_the_kind_the_mapping_is_wrong(file, db):
    path, url = file
    write(path, whole())
    run = pull(feed_of(url, kind="DISTRICT"), NOW)
    assert (run.state, run.error_code) == ("FAILED", "BAD_MAPPING")
    assert "DISTRICT" in run.error_message


def test_without_inhabitants_people_cannot_be_counted(file, communes):
    Zone.objects.update(population=None)
    path, url = file
    write(path, whole())
    run = pull(feed_of(url, measure="PEOPLE"), NOW)
    assert (run.state, run.error_code) == ("FAILED", "BAD_MAPPING")


def test_what_is_computed_follows_a_pull_of_polygons(file, communes):
    path, url = file
    write(path, whole())
    feed = feed_of(url, minimum=0)
    for name, value in {"machine_unit": "passage", "frequency": "DAY"}.items():
        setattr(feed.indicator, name, value)
    feed.indicator.save()
    doubled = make_indicator(machine_unit="passage", frequency="DAY", zone_aggregation="NONE")
    pull(feed, NOW)
    computed(doubled, "2 * n", bound("n", feed), at=NOW)
    write(path, whole(n=200))
    later = NOW + timedelta(days=1)
    assert pull(feed, later).revised == 1
    compute(doubled.feeds.get().runs.open().get().pk, later)
    assert figures(doubled, communes[0]) == pytest.approx({date(2024, 1, 5): 100})


def test_polygons_that_were_rejected_are_known_again_in_another_order(file, communes):
    path, url = file
    rows = [("2024-01-05", box(0, 0, 500, 1000), 3), ("2024-01-05", box(500, 0, 1000, 1000), 5)]
    write(path, *[(f"2024-01-0{day}", box(0, 0, 1000, 1000), 1) for day in (1, 2, 3, 4, 6)])
    feed = feed_of(url, minimum=0)
    make_contract(feed, fields={}, maximum=None, spike=2)
    pull(feed, NOW)
    write(path, *rows)
    held = pull(feed, NOW + timedelta(days=1))
    assert held.state == "HELD"
    holding.reject(run=held, by=make_user(), reason="Non", at=NOW)
    write(path, *reversed(rows))
    again = pull(feed, NOW + timedelta(days=2))
    assert (again.state, again.decision, again.same_as_id) == ("HELD", "REJECTED", held.pk)
    write(path, rows[0], ("2024-01-05", box(500, 0, 1000, 1000), 6))
    assert pull(feed, NOW + timedelta(days=3)).decision == ""
