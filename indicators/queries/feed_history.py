"""The feeds that count, or counted at an instant: those that were switched on then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from indicators.models import Feed


def active_feeds(indicators: Iterable[int], *, as_of: datetime | None = None) -> list[Feed]:
    """Of these indicators, in the order they are tried; one query, two as of an instant."""
    feeds = Feed.objects.filter(indicator__in=set(indicators)).order_by("pk")
    if as_of is None:
        return list(feeds.filter(is_active=True))
    found = list(feeds)
    history = activity(found)
    return [feed for feed in found if was_active(feed, history.get(feed.pk, []), as_of)]


def activity(feeds: Iterable[Feed]) -> dict[int, list[Any]]:
    """What the history kept of each feed, oldest first."""
    events: Any = Feed.pgh_event_model.objects  # type: ignore[attr-defined]  # by pghistory
    kept: dict[int, list[Any]] = {}
    for event in events.filter(pgh_obj__in=[feed.pk for feed in feeds]).order_by("pgh_id"):
        kept.setdefault(event.pgh_obj_id, []).append(event)
    return kept


def was_active(feed: Feed, history: list[Any], at: datetime) -> bool:
    """Before the first event that was kept: as it was created, or the contrary of that change."""
    known = [event for event in history if event.pgh_created_at <= at]
    if known:
        return bool(known[-1].is_active)
    if not history:
        return feed.is_active
    first = history[0]
    return bool(first.is_active == (first.pgh_label == "insert"))
