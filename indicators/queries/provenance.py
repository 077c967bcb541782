"""From a figure on a page back to the answers it was read from, link by link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from indicators.models import (
    Computation,
    Feed,
    Formula,
    Indicator,
    ObservationVersion,
    PeopleGroup,
    RawFile,
    Run,
    Series,
)
from indicators.models.target import placed
from indicators.queries.series import clock_of, measured_of
from indicators.queries.worksheet import GATHERED
from indicators.results import Observation
from portfolio.models import Zone

MOST_PARTS = 60
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """A series that the figure is made of. `version` is what is known of the period, `earlier` what
    was said before it, the latest first; `answers`: how many were kept of the run."""

    series: Series
    version: ObservationVersion
    earlier: tuple[ObservationVersion, ...]
    answers: int

    @property
    def run(self) -> Run:
        return self.version.run

    @property
    def asked(self) -> Run:
        """The run that asked the source: another one, where kept answers were read again."""
        return self.run.replay_of or self.run


@dataclass(frozen=True)
class InputTold:
    """An input of a figure that is computed, as it was known then. `is_gathered`: its value is made
    of several shorter periods."""

    name: str
    indicator: Indicator
    zone: Zone
    on: date | None
    until: date | None
    value: float | None
    absence: str
    is_provisional: bool
    is_gathered: bool


@dataclass(frozen=True)
class Provenance:
    """A figure that is computed has the version of its `formula`, and its `inputs`. `parts` are the first of `count`; where there are several, the figure is made of them by the
    indicator's rule (`is_made`)."""

    indicator: Indicator
    zone: Zone
    observation: Observation
    feed: Feed
    parts: tuple[Part, ...]
    count: int
    formula: Formula | None = None
    inputs: tuple[InputTold, ...] = ()
    group: PeopleGroup | None = None

    @property
    def place(self) -> str:
        return placed(self.zone, self.group)

    @property
    def is_made(self) -> bool:
        return self.count > 1


def provenance(
    indicator: Indicator, zone: Zone, on: date, *, as_of: datetime | None = None,
    group: PeopleGroup | None = None,
) -> Provenance | None:  # fmt: skip
    """Of the figure of the period that begins on that day, of everyone or of a group; None where
    there is none. A constant number of queries."""
    (found,) = measured_of([(indicator, zone, group)], as_of=as_of).values()
    told = next((one for one in found.observations if one.on == on), None)
    if told is None or found.feed_id is None:
        return None
    feed = Feed.objects.select_related("source__producer").get(pk=found.feed_id)
    series = series_behind(feed, zone, group)
    versions = _versions(series, feed, on)
    chosen = [(one, _known(versions[one.pk], as_of)) for one in series]
    known = [(one, version) for one, version in chosen if version is not None]
    answers = _answers(version for _one, version in known[:MOST_PARTS])
    parts = tuple(
        Part(
            one, version,
            tuple(v for v in versions[one.pk] if v.known_from < version.known_from),
            answers.get((version.run.replay_of or version.run).pk, 0),
        )
        for one, version in known[:MOST_PARTS]
    )  # fmt: skip
    formula, inputs = _computed(parts) if feed.is_computed else (None, ())
    return Provenance(indicator, zone, told, feed, parts, len(known), formula, inputs, group)


def _computed(parts: tuple[Part, ...]) -> tuple[Formula | None, tuple[InputTold, ...]]:
    """What the figure was computed from, as it was kept with it."""
    made = Computation.objects.select_related("formula__indicator", "formula__author").filter(
        version__in=[part.version.pk for part in parts[:1]]
    ).first()  # fmt: skip
    if made is None:
        return None, ()
    read = {one.name: one for one in made.formula.inputs.select_related("indicator", "zone")}
    zones = {
        one.code: one for one in Zone.objects.filter(code__in={i["zone"] for i in made.inputs})
    }
    told = tuple(
        InputTold(
            name=one["name"],
            indicator=read[one["name"]].indicator,
            zone=zones[one["zone"]],
            on=date.fromisoformat(one["on"]) if one["on"] else None,
            until=date.fromisoformat(one["until"]) if one["until"] else None,
            value=one["value"],
            absence=one["absence"],
            is_provisional=one["status"] == ObservationVersion.Status.PROVISIONAL,
            is_gathered=read[one["name"]].time in GATHERED,
        )
        for one in made.inputs
    )
    return made.formula, told


def series_behind(feed: Feed, zone: Zone, group: PeopleGroup | None = None) -> list[Series]:
    """The zone's own, else those of its communes: as the figure is put together."""
    every = (
        Series.objects.filter(feed=feed, group=group)
        .select_related("zone")
        .order_by("zone__name", "key")
    )
    own = list(every.filter(zone=zone))
    if own or zone.kind != Zone.Kind.METROPOLIS:
        return own
    return list(every.filter(zone__parent=zone, zone__kind=Zone.Kind.COMMUNE))


def _versions(
    series: Iterable[Series], feed: Feed, on: date
) -> defaultdict[int, list[ObservationVersion]]:
    """Everything ever said of the period, the latest first, by series."""
    start = datetime(on.year, on.month, on.day, tzinfo=clock_of(feed))
    versions: QuerySet[ObservationVersion] = ObservationVersion.objects.filter(
        series__in=[one.pk for one in series],
        period_start__gte=start, period_start__lt=start + A_DAY,
    )  # fmt: skip
    related = versions.select_related("run__contract", "run__replay_of")
    found: defaultdict[int, list[ObservationVersion]] = defaultdict(list)
    for version in related.order_by("-known_from", "-pk"):
        found[version.series_id].append(version)
    return found


def _known(versions: list[ObservationVersion], as_of: datetime | None) -> ObservationVersion | None:
    """What holds, now or as of an instant."""
    if as_of is None:
        return next((one for one in versions if one.superseded_at is None), None)
    then = (one for one in versions if one.known_from <= as_of)
    return next(
        (one for one in then if one.superseded_at is None or one.superseded_at > as_of), None
    )


def _answers(versions: Iterable[ObservationVersion]) -> dict[int, int]:
    """How many answers are kept of each run that asked the source."""
    asked = {(version.run.replay_of or version.run): None for version in versions}
    kept = RawFile.objects.filter(run__in=[run.pk for run in asked]).values_list("run", "attempt")
    counts: defaultdict[int, int] = defaultdict(int)
    attempts = {run.pk: run.fetched_attempt for run in asked}
    for run_id, attempt in kept:
        counts[run_id] += attempt == attempts[run_id]
    return dict(counts)
