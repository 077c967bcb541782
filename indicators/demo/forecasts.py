"""The forecasts of the demonstration, as many as a visitor would wait for; the worker
does the rest."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from indicators.models import Target
from indicators.services import forecasts
from indicators.services.forecasts import Done

FOLLOWED = ("velo-rocade-ouest", "chaleur-rive-gauche", "bus-express-nord")  # months ago too
ENOUGH_S = 14.0


def of_followed(*, now: datetime) -> list[Done]:
    """From what is known at the moment, as if it were that instant."""
    followed = Target.objects.filter(project__code__in=FOLLOWED).order_by("pk")
    return _within(followed.values_list("pk", flat=True), now)


def of_all(*, now: datetime) -> list[Done]:
    """Those followed come first."""
    first = list(Target.objects.filter(project__code__in=FOLLOWED).values_list("pk", flat=True))
    others = Target.objects.exclude(pk__in=first).order_by("pk").values_list("pk", flat=True)
    return _within([*first, *others], now)


def _within(target_ids: Iterable[int], now: datetime) -> list[Done]:
    done, until = [], time.monotonic() + ENOUGH_S
    for pk in target_ids:
        if time.monotonic() > until:
            break
        told = {"now": now, "code_version": settings.CODE_VERSION}
        done += forecasts.refresh(target_ids=[pk], **told)
    return done
