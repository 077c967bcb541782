"""A source that fails again and again is left alone for a while, longer each time.

Counted by the clock of the database, like the leases.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from indicators.models import DataSource

FAULTS_BORNE = 3
FIRST_REST = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=6)


def failed(*, source: DataSource, wish_s: float | None) -> None:
    """One more fault of the kind that passes. `wish_s`: how long the source asked to be left alone
    (Retry-After); such a wish is respected at once."""
    DataSource.objects.filter(pk=source.pk).update(faults=F("faults") + 1)
    source.refresh_from_db(fields=["faults"])
    rest = timedelta(seconds=min(wish_s or 0, LONGEST_REST.total_seconds()))
    if source.faults >= FAULTS_BORNE:
        grown = FIRST_REST * 2 ** min(source.faults - FAULTS_BORNE, 10)
        apart = timedelta(seconds=source.pk % 60)  # sources that fell together rise one by one
        rest = max(rest, min(grown, LONGEST_REST) + apart)
    if rest:
        DataSource.objects.filter(pk=source.pk).update(resting_until=Now() + rest)


def answered(*, source: DataSource) -> None:
    """The source is well: its faults are forgotten."""
    reset([source.pk])


def reset(sources: Iterable[int]) -> None:
    faulty = DataSource.objects.filter(pk__in=list(sources)).exclude(faults=0, resting_until=None)
    faulty.update(faults=0, resting_until=None)
