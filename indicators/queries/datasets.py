"""What is published of each indicator, as a catalogue of open data describes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import DateTimeField, Max, OuterRef, Q, Subquery
from django.utils import timezone

from indicators.models import Feed, Indicator, ObservationVersion, Run, Series
from portfolio.models import Organisation, User, Zone

A_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Dataset:
    """An indicator with values. `starts_on` and `ends_on`: first and last day measured; `licences`
    and `producers`: of every source behind it, without those that are not known; `is_licensed`:
    every source says its licence; `modified_at`: the last pull that published something, None
    where that is not known."""

    indicator: Indicator
    starts_on: date
    ends_on: date
    modified_at: datetime | None
    licences: tuple[str, ...]
    is_licensed: bool
    producers: tuple[Organisation, ...]
    documentation: tuple[str, ...]
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class _Extent:
    indicator: int
    feed: int
    zone: int | None
    first: datetime
    last: datetime


def datasets(user: User | AnonymousUser) -> list[Dataset]:
    """Of the indicators that `user` may see and that have values, by code; a constant number of
    queries, each period read from the index of its series."""
    by_indicator: dict[int, list[_Extent]] = defaultdict(list)
    for extent in _extents():
        by_indicator[extent.indicator].append(extent)
    indicators = Indicator.objects.visible_to(user).filter(pk__in=by_indicator).order_by("code")
    extents = [one for found in by_indicator.values() for one in found]
    feeds = Feed.objects.select_related("source__producer").in_bulk({one.feed for one in extents})
    zones = Zone.objects.defer("geometry").in_bulk({one.zone for one in extents if one.zone})
    modified = _modified()
    return [_dataset(one, by_indicator[one.pk], feeds, zones, modified) for one in indicators]


def published_values(indicator: Indicator) -> Iterator[ObservationVersion]:
    """What is known now, oldest first, a thousand rows in memory at a time."""
    known = ObservationVersion.objects.current().filter(series__feed__indicator=indicator)
    related = known.select_related("series__zone", "series__group", "series__feed__source")
    yield from related.order_by("period_start", "series_id").iterator(chunk_size=1000)


def _extents() -> Iterator[_Extent]:
    """First and last period that has a value, by series."""
    known = ObservationVersion.objects.current().filter(series=OuterRef("pk"), value__isnull=False)
    first = known.order_by("period_start").values("period_start")[:1]
    last = known.order_by("-period_start").values("period_end")[:1]
    found = Series.objects.annotate(
        first=Subquery(first, output_field=DateTimeField()),
        last=Subquery(last, output_field=DateTimeField()),
    ).filter(first__isnull=False)
    names = ("feed__indicator", "feed", "zone", "first", "last")
    for row in found.values_list(*names):
        yield _Extent(*row)


def _modified() -> dict[int, datetime]:
    """By feed, the end of the last run that published something."""
    wrote = Run.objects.filter(Q(accepted__gt=0) | Q(revised__gt=0), finished_at__isnull=False)
    wrote = wrote.filter(state__in=[Run.State.SUCCEEDED, Run.State.PARTIAL])
    return dict(wrote.values_list("feed").annotate(at=Max("finished_at")))


def _dataset(
    indicator: Indicator,
    extents: list[_Extent],
    feeds: dict[int, Feed],
    zones: dict[int, Zone],
    modified: dict[int, datetime],
) -> Dataset:
    keys = sorted({one.feed for one in extents})
    sources = list({feeds[key].source_id: feeds[key].source for key in keys}.values())
    producers = {s.producer.code: s.producer for s in sources if s.producer}
    places = {one.zone: zones[one.zone] for one in extents if one.zone in zones}
    last = max(one.last for one in extents) - A_MOMENT  # periods end where the next one begins
    return Dataset(
        indicator=indicator,
        starts_on=timezone.localdate(min(one.first for one in extents)),
        ends_on=timezone.localdate(last),
        modified_at=max((modified[key] for key in keys if key in modified), default=None),
        licences=tuple(sorted({s.licence for s in sources if s.licence})),
        is_licensed=all(s.licence for s in sources),
        producers=tuple(producers[code] for code in sorted(producers)),
        documentation=tuple(sorted({s.documentation_url for s in sources if s.documentation_url})),
        zones=tuple(sorted(places.values(), key=lambda zone: zone.code)),
    )
