"""Files that several people deposit to one feed: none settles, undoes or hides what is of another;
what is computed follows."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError

from indicators.models import Feed
from indicators.services import contracts, deposits, holding, planning
from indicators.services.deposit_preview import preview
from portfolio.models import Zone
from tests.deposits import (
    MAPPING,
    NOW,
    SEPTEMBER,
    carry_out,
    csv_of,
    deposit,
    make_deposit_feed,
)
from tests.factories.formulas import bound, computed, figures
from tests.factories.indicators import make_indicator
from tests.factories.portfolio import make_user, make_zone
from tests.pulling import current_values, means

pytestmark = pytest.mark.django_db


def values(feed: Feed) -> list[tuple]:
    return [(key, value) for key, _start, value, *_ in current_values(feed)]


def agree(feed: Feed, **document) -> None:
    contracts.agree(feed=feed, document=document, by=None, reason="", at=NOW)


def test_a_held_file_waits_while_another_commune_is_deposited_for_the_same_months():
    feed = make_deposit_feed()
    agree(feed, spike=10)
    deposit(feed, csv_of(*[(f"2026-{m:02d}", "A", 100) for m in range(1, 8)]))
    held = deposit(feed, csv_of(("2026-08", "A", 5000)))
    deposit(feed, csv_of(("2026-08", "B", 110)))
    held.run.refresh_from_db()
    assert (held.run.state, held.run.decision) == ("HELD", "")
    again = holding.accept(run=held.run, by=make_user(), reason="Vu", at=NOW)
    assert carry_out(again).accepted == 1
    assert values(feed)[7:] == [("A", 5000), ("B", 110)]


def test_accepting_a_file_settles_no_other_that_is_held():
    feed = make_deposit_feed()
    agree(feed, spike=10)
    known = [(f"2026-{m:02d}", zone, 100) for m in range(1, 8) for zone in "AB"]
    deposit(feed, csv_of(*known))
    first = deposit(feed, csv_of(("2026-08", "A", 5000)))
    second = deposit(feed, csv_of(("2026-08", "B", 6000)))
    carry_out(holding.accept(run=second.run, by=make_user(), reason="Vu", at=NOW))
    first.run.refresh_from_db()
    assert first.run.decision == ""


def test_a_deposit_read_again_writes_over_no_row_of_a_later_one():
    feed = make_deposit_feed()
    first = deposit(feed, SEPTEMBER)
    deposit(feed, csv_of(("2026-09", "A", 125)), at=NOW + timedelta(minutes=1))
    Feed.objects.filter(pk=feed.pk).update(
        mapping=MAPPING | {"value": {"field": "nombre", "scale": 10}}
    )
    again = carry_out(planning.plan_replay(run=first.run, now=NOW + timedelta(hours=1)))
    assert (again.state, again.revised, again.unchanged) == ("SUCCEEDED", 1, 1)
    assert values(feed) == [("A", 125), ("B", 800)]


def test_polygons_may_be_deposited_and_are_not_withdrawn_row_by_row():
    square = "SRID=4326;MULTIPOLYGON(((0 45,1 45,1 46,0 46,0 45)))"
    make_zone(code="A", name="Commune A", kind="COMMUNE", geometry=GEOSGeometry(square))
    by_area = {"field": "forme", "by_area": {"kind": "COMMUNE", "measure": "TOTAL"}}
    feed = make_deposit_feed(mapping=MAPPING | {"zone": by_area})
    shapes = [f"POLYGON(({x} 45,{x + 0.5} 45,{x + 0.5} 46,{x} 46,{x} 45))" for x in (0, 0.5)]
    content = csv_of(*[("2026-09", one, 4) for one in shapes], header=["mois", "forme", "nombre"])
    assert [
        (c.series, c.after) for c in preview(feed=feed, content=content, means=means(NOW)).changes
    ] == [("Commune A", 8)]
    sent = deposit(feed, content)
    assert values(feed) == [("A", 8)]
    with pytest.raises(ValidationError, match="plusieurs lignes"):
        deposits.withdraw(deposit=sent, reason="Erreur", by=make_user(), means=means(NOW))


def test_what_is_computed_follows_a_deposit_and_its_withdrawal():
    feed = make_deposit_feed(indicator=make_indicator(machine_unit="passage", frequency="MONTH"))
    doubled = make_indicator(machine_unit="passage", frequency="MONTH", zone_aggregation="NONE")
    deposit(feed, csv_of(("2026-09", "A", 120)))
    computed(doubled, "2 * n", bound("n", feed), at=NOW)
    late = NOW + timedelta(hours=1)
    wrong = deposit(feed, csv_of(("2026-09", "A", 999)), at=late)
    carry_out(doubled.feeds.get().runs.open().get(), late)
    zone, september = Zone.objects.get(code="A"), date(2026, 9, 1)
    assert figures(doubled, zone) == {september: 1998}
    later = late + timedelta(hours=1)
    back = deposits.withdraw(deposit=wrong, reason="Non", by=make_user(), means=means(later))
    carry_out(back.run, later)
    carry_out(doubled.feeds.get().runs.open().get(), later)
    assert figures(doubled, zone) == {september: 240}
