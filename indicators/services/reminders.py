"""Who is reminded that an awaited file is late: those to whom its feed is open, else the steward of
its source. Once for a feed and a period: the digest of the register tells it."""

from collections.abc import Iterator
from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from indicators.charts import wording
from indicators.models import Depositor, Feed
from indicators.queries.deposits import Awaited, awaited
from indicators.queries.series import clock_of
from indicators.querysets import DEPOSITED
from portfolio.models import Reminder
from portfolio.services import reminders
from portfolio.services.reminders import Cause
from portfolio.templatetags.figures import day


def remind(*, now: datetime) -> int:
    """Keep the reminders in step with what is late now. How many are new."""
    causes = list(_causes(now))
    return reminders.reconcile(topic=Reminder.Topic.DEPOSITS, causes=causes, at=now)


def _causes(now: datetime) -> Iterator[Cause]:
    today = timezone.localdate(now)
    feeds = Feed.objects.filter(source__protocol=DEPOSITED, is_active=True, source__is_active=True)
    for feed in feeds.select_related("indicator", "source__steward").order_by("code"):
        late = awaited(feed, today=today)
        if late.is_late and not _waits_for_a_decision(feed, late):
            for user_id in _people(feed):
                yield _cause(feed, late, user_id)


def _waits_for_a_decision(feed: Feed, late: Awaited) -> bool:
    """A file over that period was deposited and is held: whoever deposited it can do no more."""
    noon = datetime.combine(late.on, time(12), tzinfo=clock_of(feed))
    held = feed.runs.waiting_for_a_decision()
    return bool(held.filter(window_start__lte=noon, window_end__gt=noon).exists())


def _people(feed: Feed) -> list[int]:
    held = Depositor.objects.open().filter(feed=feed, user__is_active=True)
    people = list(held.values_list("user", flat=True))
    steward = feed.source.steward
    return people or ([steward.pk] if steward is not None and steward.is_active else [])


def _cause(feed: Feed, late: Awaited, user_id: int) -> Cause:
    with translation.override("fr"):
        address = reverse("indicators:feed-deposit", args=[feed.code])
    return Cause(
        user_id=user_id,
        key=f"{feed.code}/{late.on.isoformat()}",
        sentence_fr=_sentence(feed, late, "fr"),
        sentence_en=_sentence(feed, late, "en"),
        address=address,
    )


def _sentence(feed: Feed, late: Awaited, language: str) -> str:
    with translation.override(language):
        period = feed.mapping.get("time", {}).get("period", feed.indicator.frequency)
        told = {
            "name": feed.indicator.name,
            "period": wording.period_name(late.on, period),
            "day": day(late.late_since),
        }
        return _("%(name)s, %(period)s: the file is awaited, late since %(day)s") % told
