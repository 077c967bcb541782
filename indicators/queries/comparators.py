"""The same measure outside the territory: France, a region, other cities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from indicators.models import Indicator, Series
from indicators.queries.origins import origins_of
from indicators.queries.series import OwnKey, measured_of
from indicators.results import Comparator, Measured, Origin
from portfolio.models import Zone


def compared_to(indicators: Iterable[Indicator]) -> dict[int, list[Zone]]:
    """The comparators that have series of each indicator, by its id, in the order of their codes.
    A measure that adds up over zones has none: the total of a country says nothing of a city's."""
    wanted = {one.pk for one in indicators if one.zone_aggregation != "SUM"}
    if not wanted:
        return {}
    found: dict[int, dict[int, Zone]] = defaultdict(dict)
    series = Series.objects.filter(
        feed__indicator__in=wanted, zone__kind=Zone.Kind.COMPARATOR
    ).select_related("feed", "zone__compared_place")
    for one in series.order_by("zone__code", "pk"):
        assert one.zone is not None
        found[one.feed.indicator_id][one.zone.pk] = one.zone
    return {pk: list(zones.values()) for pk, zones in found.items()}


def comparators(
    indicator: Indicator,
    zones: Iterable[Zone],
    held: Mapping[OwnKey, Measured],
    origins: Mapping[int, Origin],
    *,
    group_id: int | None = None,
) -> tuple[Comparator, ...]:
    """Those of `zones` that have a value, out of what was read: of everyone, or of the group."""
    found = [(zone, held[indicator.pk, zone.pk, group_id]) for zone in zones]
    return tuple(
        Comparator(zone, told, origins.get(told.feed_id) if told.feed_id else None)
        for zone, told in found
        if told.last_known is not None
    )


def beside(indicator: Indicator) -> tuple[Comparator, ...]:
    """The territory itself, then what it is compared to, as known now; empty where it is compared
    to nothing."""
    elsewhere = compared_to([indicator]).get(indicator.pk, [])
    if not elsewhere:
        return ()
    whole = Zone.objects.filter(kind=Zone.Kind.METROPOLIS).select_related("compared_place")
    zones = [*whole.order_by("code"), *elsewhere]
    held = measured_of([(indicator, zone, None) for zone in zones])
    origins = origins_of({told.feed_id for told in held.values() if told.feed_id}, None)
    return comparators(indicator, zones, held, origins)
