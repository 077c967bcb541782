"""What the pull reads from the settings, for its doors: services take it as arguments."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from indicators.connectors.base import HttpPolicy
from indicators.raw_store import RawStore
from indicators.services.pulls import Means


def means() -> Means:
    """The limits of a fetch, with the hosts and networks of OUTBOUND_ALLOW; the store of answers
    (RAW_STORE); how long a worker holds a run (PULL_LEASE_S), longer than a task may last; how many
    sources are asked at the same time (PULL_AT_ONCE); the territory; the software's version."""
    return Means(
        clock=timezone.now,
        policy=HttpPolicy(allow=tuple(settings.OUTBOUND_ALLOW)),
        store=RawStore(settings.RAW_STORE),
        lease=timedelta(seconds=settings.PULL_LEASE_S),
        at_once=settings.PULL_AT_ONCE,
        envelope=settings.TERRITORY.envelope,
        code_version=settings.CODE_VERSION,
    )
