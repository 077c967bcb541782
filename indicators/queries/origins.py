"""Where figures come from: the source of a feed, and how its last pull went."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from indicators.models import Feed, Run
from indicators.queries.formulas import in_words, latest
from indicators.results import Origin


def origins_of(feed_ids: set[int], as_of: datetime | None) -> dict[int, Origin]:
    """By feed, with its last run that had ended by then; a constant number of queries."""
    ended = Run.objects.closed().filter(feed=OuterRef("pk"))
    if as_of is not None:
        ended = ended.filter(finished_at__lte=as_of)
    last = Subquery(ended.order_by("-finished_at", "-pk").values("pk")[:1])  # from its index
    found = Feed.objects.filter(pk__in=feed_ids).select_related("source__producer")
    feeds = list(found.annotate(last_run=last))
    told = {feed.pk: feed.last_run for feed in feeds}  # type: ignore[attr-defined]  # annotated
    runs = Run.objects.in_bulk([pk for pk in told.values() if pk])
    words = _formulas(feeds)
    return {
        feed.pk: _origin(feed, runs.get(told[feed.pk]), words.get(feed.pk, "")) for feed in feeds
    }


def _formulas(feeds: list[Feed]) -> dict[int, str]:
    """The formula in words of the feeds that are computed; nothing is asked where none is."""
    computed = {feed.indicator_id: feed.pk for feed in feeds if feed.is_computed}
    found = latest(computed) if computed else {}
    return {computed[pk]: in_words(formula) for pk, formula in found.items()}


def _origin(feed: Feed, run: Run | None, formula: str) -> Origin:
    source = feed.source
    return Origin(
        feed_code=feed.code,
        source_code=source.code,
        source_name=source.name,
        producer=source.producer.name if source.producer else "",
        licence=source.licence,
        run_id=run.pk if run else None,
        run_state=run.state if run else "",
        run_reason=run.error_code if run else "",
        run_finished_at=run.finished_at if run else None,
        formula=formula,
    )
