"""Reminders: kept as long as their cause, told once by a digest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portfolio.models import Reminder


@dataclass(frozen=True)
class Cause:
    """What somebody is reminded of; one `key` is told once. `address`: below that of the site."""

    user_id: int
    key: str
    sentence_fr: str
    sentence_en: str
    address: str


@transaction.atomic
def reconcile(*, topic: str, causes: Collection[Cause], at: datetime) -> int:
    """Open what is new and close what is gone; what was told stays told. How many are new."""
    known = Reminder.objects.filter(topic=topic)
    wanted = {(one.user_id, one.key) for one in causes}
    gone = [one.pk for one in known.filter(closed_at=None) if (one.user_id, one.key) not in wanted]
    known.filter(pk__in=gone).update(closed_at=at)
    held = {(one.user_id, one.key): one for one in known}
    back = [held[pair].pk for pair in wanted & held.keys() if held[pair].closed_at is not None]
    known.filter(pk__in=back).update(closed_at=None)
    new = [cause for cause in causes if (cause.user_id, cause.key) not in held]
    Reminder.objects.bulk_create(
        [
            Reminder(
                topic=topic, user_id=one.user_id, key=one.key, sentence_fr=one.sentence_fr,
                sentence_en=one.sentence_en, address=one.address, opened_at=at,
            )
            for one in new
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return len(new)


def tell(*, reminders: Iterable[int], at: datetime) -> None:
    """A digest that named them has left."""
    Reminder.objects.filter(pk__in=list(reminders), told_at=None).update(told_at=at)
