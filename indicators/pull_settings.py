"""What the pull reads from the settings, for its doors: services take it as arguments."""

from datetime import timedelta

from django.conf import settings

from indicators.connectors.base import HttpPolicy


def outbound_policy() -> HttpPolicy:
    """Limits of a fetch, with the hosts and networks of OUTBOUND_ALLOW."""
    return HttpPolicy(allow=tuple(settings.OUTBOUND_ALLOW))


def lease() -> timedelta:
    """How long a worker holds a run (PULL_LEASE_S): longer than the time limit of a task."""
    return timedelta(seconds=settings.PULL_LEASE_S)
