"""Who uses a number: decisions and documents as they were recorded, public pages as they are; and
what was revised since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q
from django.utils import timezone

from indicators.models import Indicator, ObservationVersion, Target, Usage
from indicators.queries.series import measured_of
from indicators.querysets import ObservationQuerySet
from indicators.results import Measured
from portfolio.models import Project, User, Zone

SHOWN = 50
REVISIONS_SHOWN = 20


@dataclass(frozen=True)
class Use:
    """`revised`: values that were known at the usage's instant and have been replaced since;
    `revised_at`: the last time, None where none was; `is_readable`: its address leads somewhere
    that the reader may open (a document that was asked for is its owner's alone)."""

    usage: Usage
    revised: int
    revised_at: datetime | None
    is_readable: bool


@dataclass(frozen=True)
class PageUse:
    """A public page that shows the indicator today. `project` is None for the home page, which
    shows the targets of the territory."""

    project: Project | None
    address: str


@dataclass(frozen=True)
class Revision:
    """A value that replaced another; `is_final`: what it became. It may say the same value, where
    only its status changed."""

    zone: Zone | None
    series: str
    period_start: datetime
    before: float | None
    after: float | None
    is_final: bool
    at: datetime

    @property
    def is_same_value(self) -> bool:
        return self.before is not None and self.before == self.after


@dataclass(frozen=True)
class IndicatorUses:
    """`uses`: the latest `SHOWN` of `count` that the reader may see."""

    uses: tuple[Use, ...]
    count: int
    pages: tuple[PageUse, ...]
    revisions: tuple[Revision, ...]


def uses_of(indicator: Indicator, *, reader: User | AnonymousUser) -> IndicatorUses:
    """Everything that used the indicator, the latest first; a constant number of queries."""
    found = Usage.objects.visible_to(reader).filter(indicator=indicator)
    latest = found.select_related("zone", "project", "author").order_by("-recorded_at", "-pk")
    return IndicatorUses(
        uses=with_changes(latest[:SHOWN], reader),
        count=found.count(),
        pages=pages_of(indicator),
        revisions=_revisions(indicator),
    )


def uses_of_indicators(
    indicators: Iterable[int], *, reader: User | AnonymousUser, limit: int
) -> Sequence[Usage]:
    """The latest uses of any of these indicators."""
    found = Usage.objects.visible_to(reader).filter(indicator__in=list(indicators))
    related = found.select_related("indicator", "zone", "project", "author")
    return list(related.order_by("-recorded_at", "-pk")[:limit])


def with_changes(usages: Iterable[Usage], reader: User | AnonymousUser) -> tuple[Use, ...]:
    """Of one indicator, each with what was revised since; one query for all."""
    shown = list(usages)
    if not shown:
        return ()
    asked: dict[str, Count | Max] = {}
    for usage in shown:
        replaced = _replaced_since(usage)
        asked[f"n{usage.pk}"] = Count("pk", filter=replaced)
        asked[f"at{usage.pk}"] = Max("superseded_at", filter=replaced)
    told = _superseded(shown[0].indicator_id).aggregate(**asked)
    return tuple(
        Use(one, told[f"n{one.pk}"], told[f"at{one.pk}"], _is_readable(one, reader))
        for one in shown
    )


def pages_of(indicator: Indicator) -> tuple[PageUse, ...]:
    """Public pages with a target of the indicator, derived from the targets as they are."""
    public = Project.objects.visible_to(AnonymousUser())
    projects = (
        public.filter(targets__indicator=indicator, targets__withdrawn_at=None)
        .distinct()
        .order_by("name_fr", "code")
    )
    # The public site is above: its addresses are known, its code is not.
    pages = [PageUse(project, f"/projets/{project.code}/") for project in projects]
    if Target.objects.standing().filter(indicator=indicator, project=None).exists():
        pages.insert(0, PageUse(None, "/"))
    return tuple(pages)


def shown_to_residents(indicators: Iterable[int]) -> set[int]:
    """Those that a public page shows."""
    targets = (
        Target.objects.standing().visible_to(AnonymousUser()).filter(indicator__in=list(indicators))
    )
    return set(targets.values_list("indicator", flat=True))


def figures_of(project: Project) -> list[Target]:
    """Targets of the project whose indicator is measured there: the figures that its sheet shows."""
    targets = (
        Target.objects.standing()
        .filter(project=project)
        .select_related("indicator", "zone", "group")
    )
    found = list(targets.order_by("indicator__code", "zone__code"))
    known = measured_of([(target.indicator, target.zone, target.group) for target in found])
    nothing = Measured()
    return [
        target
        for target in found
        if known.get((target.indicator_id, target.zone_id, target.group_id), nothing).last_known
        is not None
    ]


def _is_readable(usage: Usage, reader: User | AnonymousUser) -> bool:
    if usage.is_automatic and usage.author_id != reader.pk:
        return False
    within = usage.address.startswith("/") and not usage.address.startswith("//")
    return within or usage.address.startswith(("https://", "http://"))


def _superseded(indicator_id: int) -> ObservationQuerySet:
    return ObservationVersion.objects.filter(
        series__feed__indicator=indicator_id, superseded_at__isnull=False
    )


def _replaced_since(usage: Usage) -> Q:
    """A figure of the metropolis may be made of any zone's."""
    replaced = Q(known_from__lte=usage.as_of, superseded_at__gt=usage.as_of)
    if usage.zone is None or usage.zone.kind == Zone.Kind.METROPOLIS:
        return replaced
    return replaced & Q(series__zone=usage.zone_id)


def _revisions(indicator: Indicator) -> tuple[Revision, ...]:
    """The last values that replaced another."""
    replaced = _superseded(indicator.pk).select_related("series__zone")
    latest = list(replaced.order_by("-superseded_at", "-pk")[:REVISIONS_SHOWN])
    after: dict[tuple[int, datetime, datetime | None], ObservationVersion] = {
        (one.series_id, one.period_start, one.known_from): one
        for one in ObservationVersion.objects.filter(
            series__in={one.series_id for one in latest},
            period_start__in={one.period_start for one in latest},
            known_from__in={one.superseded_at for one in latest},
        )
    }
    pairs = (
        (one, after.get((one.series_id, one.period_start, one.superseded_at))) for one in latest
    )
    return tuple(_revision(before, now) for before, now in pairs)


def _revision(before: ObservationVersion, now: ObservationVersion | None) -> Revision:
    """`now`: None where nothing took its place."""
    return Revision(
        zone=before.series.zone,
        series=str(before.series),
        period_start=before.period_start,
        before=before.value,
        after=now.value if now else None,
        is_final=now is not None and now.status == ObservationVersion.Status.FINAL,
        at=before.superseded_at or timezone.now(),
    )
