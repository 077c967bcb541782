"""The feeds that count, or counted at an instant: those that were switched on then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from indicators.models import Feed


def active_feeds(indicators: Iterable[int], *, as_of: datetime | None = None) -> list[Feed]:
    """Of these indicators, in the order they are tried; one query. Of the history, which grows
    with each change, only what says whether a feed was on is read: not its settings."""
    feeds = Feed.objects.filter(indicator__in=set(indicators)).order_by("pk")
    if as_of is None:
        return list(feeds.filter(is_active=True))
    events: Any = Feed.pgh_event_model.objects  # type: ignore[attr-defined]  # by pghistory
    kept = events.filter(pgh_obj=OuterRef("pk"))
    last, first = (
        kept.filter(pgh_created_at__lte=as_of).order_by("-pgh_id"),
        kept.order_by("pgh_id"),
    )
    told = feeds.annotate(
        was_on=Subquery(last.values("is_active")[:1]),
        first_on=Subquery(first.values("is_active")[:1]),
        first_label=Subquery(first.values("pgh_label")[:1]),
    )
    return [feed for feed in told if _was_active(feed)]


def _was_active(feed: Any) -> bool:
    """Before the first event that was kept: as it was created, or the contrary of that change."""
    if feed.was_on is not None:
        return bool(feed.was_on)
    if feed.first_on is None:
        return bool(feed.is_active)
    return bool(feed.first_on == (feed.first_label == "insert"))
