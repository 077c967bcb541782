"""The measured values of indicators in zones, from the versions known now or at an instant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
from django.utils import timezone

from indicators.models import Feed, Indicator, ObservationVersion, PeopleGroup, Series
from indicators.queries.feed_history import active_feeds
from indicators.results import Coverage, Measured, Observation
from portfolio.models import Zone

Row = TypeVar("Row")
Key = tuple[int, int]  # indicator, zone
OwnKey = tuple[int, int, int | None]  # indicator, zone, group


@dataclass(frozen=True)
class _Holdings:
    """Everything that was read, before it is put together for each pair."""

    feeds: Mapping[int, list[Feed]]  # of an indicator, in the order they are tried
    series: Mapping[OwnKey, list[int]]  # of a feed in a zone, by group
    observations: Mapping[int, list[Observation]]  # of a series
    communes: Mapping[int, list[Zone]]  # of a metropolis

    def of(self, feed: Feed, zone: Zone, group: PeopleGroup | None) -> list[list[Observation]]:
        """The series of a feed in a zone that hold anything: those of the group alone, or those of
        everyone."""
        key = feed.pk, zone.pk, group.pk if group else None
        found = (self.observations.get(pk) for pk in self.series.get(key, []))
        return [observations for observations in found if observations]


def series_of(indicator: Indicator, zone: Zone, as_of: datetime | None = None) -> pd.Series[float]:
    """Values by the first day of their period, NaN where missing; empty where nothing is known."""
    return measured([(indicator, zone)], as_of=as_of)[indicator.pk, zone.pk].values


def measured(
    pairs: Iterable[tuple[Indicator, Zone]], *, as_of: datetime | None = None
) -> dict[Key, Measured]:
    """What is known of each indicator in each zone, of everyone: see `measured_of`."""
    found = measured_of([(indicator, zone, None) for indicator, zone in pairs], as_of=as_of)
    return {(indicator, zone): held for (indicator, zone, _group), held in found.items()}


def measured_of(
    wanted: Iterable[tuple[Indicator, Zone, PeopleGroup | None]], *, as_of: datetime | None = None
) -> dict[OwnKey, Measured]:
    """What is known of each indicator in each zone, of everyone or of a group, in four queries
    whatever their number (five as of an instant).

    A zone's own series come first. A metropolis without any is aggregated from its communes by
    the indicator's rule, and a period counts only where **every** commune has a value (and, for
    a mean, inhabitants): a total with a hole in it is not a smaller total. Of several active
    feeds, the first that has any row is used alone: sources are not mixed. Groups overlap, so that
    no value of everyone is made of theirs, nor one group of others.
    """
    wanted = list(wanted)
    held = _read([(indicator, zone) for indicator, zone, _group in wanted], as_of)
    return {
        (indicator.pk, zone.pk, group.pk if group else None):
        _first_with_data(indicator, zone, group, held)
        for indicator, zone, group in wanted
    }  # fmt: skip


def _read(pairs: list[tuple[Indicator, Zone]], as_of: datetime | None) -> _Holdings:
    communes = _by(
        Zone.objects.filter(
            kind=Zone.Kind.COMMUNE,
            parent__in={z.pk for _, z in pairs if z.kind == Zone.Kind.METROPOLIS},
        ).order_by("code"),
        lambda zone: zone.parent_id,
    )
    zones = {zone.pk for _, zone in pairs} | {c.pk for group in communes.values() for c in group}
    feeds = active_feeds({indicator.pk for indicator, _ in pairs}, as_of=as_of)
    series = list(
        Series.objects.filter(feed__in=feeds, zone__in=zones).order_by("key").values_list(
            "pk", "feed_id", "zone_id", "group_id"
        )
    )  # fmt: skip
    read = {feed.pk: _Reading(clock_of(feed), feed.is_by_area) for feed in feeds}
    of_zone: dict[OwnKey, list[int]] = defaultdict(list)
    for pk, feed_id, zone_id, group_id in series:
        of_zone[feed_id, zone_id, group_id].append(pk)
    return _Holdings(
        feeds=_by(feeds, lambda feed: feed.indicator_id),
        series=of_zone,
        observations=_observations({pk: read[feed_id] for pk, feed_id, *_ in series}, as_of),
        communes=communes,
    )


def clock_of(feed: Feed) -> tzinfo:
    """The zone in which the feed's periods are whole days: they would straddle two elsewhere."""
    try:
        return ZoneInfo(feed.mapping["time"]["timezone"])
    except (KeyError, TypeError, ValueError):  # no run accepts such a mapping any more
        return timezone.get_default_timezone()


@dataclass(frozen=True)
class _Reading:
    """How the values of a feed are read: the clock of its days, and what its shares are of."""

    clock: tzinfo
    by_area: bool


def _observations(
    read: Mapping[int, _Reading], as_of: datetime | None
) -> dict[int, list[Observation]]:
    """By series, dated by the days of its own clock."""
    versions = ObservationVersion.objects.filter(series__in=read)
    versions = versions.current() if as_of is None else versions.as_of(as_of)
    rows = versions.order_by("series_id", "period_start").values_list(
        "series_id", "period_start", "period_end", "value", "absence", "status", "coverage"
    )
    found = defaultdict(list)
    for series_id, start, end, value, absence, status, share in rows:
        how = read[series_id]
        on, after = (moment.astimezone(how.clock) for moment in (start, end))
        until = (after - timedelta(microseconds=1)).date()
        told = Observation(on.date(), until, value, absence, status, share, how.by_area)
        found[series_id].append(told)
    return found


def _first_with_data(
    indicator: Indicator, zone: Zone, group: PeopleGroup | None, held: _Holdings
) -> Measured:
    for feed in held.feeds.get(indicator.pk, []):
        own = held.of(feed, zone, group)
        if own:
            return Measured(_together(own, indicator.zone_aggregation), None, feed.pk)
        whole = _from_communes(indicator, held.communes.get(zone.pk, []), feed, group, held)
        if whole.observations:
            return whole
    return Measured()


def _together(several: list[list[Observation]], rule: str) -> tuple[Observation, ...]:
    """One series as it is; several of the same zone add up or average, as the indicator says."""
    if len(several) == 1:
        return tuple(several[0])
    if not several or rule == Indicator.ZoneAggregation.NONE:
        return ()
    return tuple(_combine(several, [1] * len(several), rule)[0])


def _from_communes(
    indicator: Indicator, communes: list[Zone], feed: Feed, group: PeopleGroup | None,
    held: _Holdings,
) -> Measured:  # fmt: skip
    """Of a group, how many live in each commune is not known: a mean of it cannot be weighted."""
    rule = indicator.zone_aggregation
    parts = [list(_together(held.of(feed, commune, group), rule)) for commune in communes]
    if rule == Indicator.ZoneAggregation.NONE or not any(parts):
        return Measured()
    people = [None if group else commune.population for commune in communes]
    observations, counts = _combine(parts, people, rule)
    return Measured(tuple(observations), Coverage(counts[-1], len(communes)), feed.pk)


def _combine(
    parts: list[list[Observation]], weights: Sequence[int | None], rule: str
) -> tuple[list[Observation], list[int]]:
    """Each period over all parts, and how many parts had a value for it."""
    periods: dict[tuple[date, date], list[tuple[Observation, int | None]]] = defaultdict(list)
    for part, weight in zip(parts, weights, strict=True):
        for observation in part:
            known = [(observation, weight)] if observation.value is not None else []
            periods[observation.on, observation.until] += known
    ordered = sorted(periods.items())
    combined = [
        Observation(
            on,
            until,
            *_value(rows, len(parts), rule),
            _state(rows),
            _least(rows),
            by_area=any(o.by_area for o, _ in rows),
        )
        for (on, until), rows in ordered
    ]
    return combined, [len(rows) for _, rows in ordered]


def _value(
    rows: list[tuple[Observation, int | None]], expected: int, rule: str
) -> tuple[float | None, str]:
    """The value of a period, or None and why."""
    values = [observation.value or 0.0 for observation, _ in rows]
    if len(rows) < expected:
        return None, "INCOMPLETE"
    if rule == Indicator.ZoneAggregation.SUM:
        return sum(values), ""
    weights = [weight for _, weight in rows if weight]
    if len(weights) < expected:
        return None, "NO_POPULATION"
    weighted = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return weighted / sum(weights), ""


def _state(rows: list[tuple[Observation, int | None]]) -> str:
    """A total is final when all its parts are."""
    provisional = any(observation.provisional for observation, _ in rows)
    return "PROVISIONAL" if provisional else "FINAL"


def _least(rows: list[tuple[Observation, int | None]]) -> float | None:
    """A total is no better measured than the least measured of its parts."""
    return min((o.coverage for o, _ in rows if o.coverage is not None), default=None)


def _by(rows: Iterable[Row], key: Callable[[Row], int | None]) -> dict[int, list[Row]]:
    grouped = defaultdict(list)
    for row in rows:
        value = key(row)
        if value is not None:
            grouped[value].append(row)
    return grouped
