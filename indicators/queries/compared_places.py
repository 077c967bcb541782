"""The places to compare with, and what uses each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.models import ComparedPlace, Feed, FeedDraft, Indicator, Series
from portfolio.models import ProjectZone, Zone


@dataclass(frozen=True)
class PlaceRow:
    """`feeds` name it or have values of it; `indicators` are theirs, by their names."""

    place: ComparedPlace
    feeds: tuple[Feed, ...]

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        found = {feed.indicator_id: feed.indicator for feed in self.feeds}
        return tuple(sorted(found.values(), key=lambda one: one.name))


def rows(places: Iterable[ComparedPlace]) -> list[PlaceRow]:
    """In their order; a constant number of queries."""
    listed = list(places)
    feeds = _feeds_of([place.zone for place in listed])
    return [PlaceRow(place, tuple(feeds[place.zone.code])) for place in listed]


def uses_of(zone: Zone) -> list[str]:
    """What would be lost or left without its place, in words; empty where nothing is."""
    feeds = _feeds_of([zone])[zone.code]
    found = [_("the feed %(code)s") % {"code": feed.code} for feed in feeds]
    drafts = FeedDraft.objects.filter(said__mapping__zone__code=zone.code).count()
    found += [_("a draft of a feed")] if drafts else []
    projects = ProjectZone.objects.filter(zone=zone).select_related("project").order_by("pk")
    found += [_("the project %(code)s") % {"code": one.project.code} for one in projects]
    return found


def _feeds_of(zones: list[Zone]) -> dict[str, list[Feed]]:
    """By the code of a zone: the feeds whose mapping names it, and those that have values of it."""
    codes = {zone.pk: zone.code for zone in zones}
    series = Series.objects.filter(zone__in=codes).values_list("zone", "feed").distinct()
    measured: dict[int, set[str]] = defaultdict(set)
    for zone_id, feed_id in series:
        measured[feed_id].add(codes[zone_id])
    named = Q(mapping__zone__code__in=list(codes.values())) | Q(pk__in=list(measured))
    found: dict[str, list[Feed]] = defaultdict(list)
    for feed in Feed.objects.filter(named).select_related("indicator").order_by("code"):
        fixed = (feed.mapping.get("zone") or {}).get("code")
        for code in codes.values():
            if code == fixed or code in measured[feed.pk]:
                found[code].append(feed)
    return found
