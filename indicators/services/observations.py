"""Publishing what is staged as versions: what is new, what was revised, what stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from indicators import storage
from indicators.models import Feed, PeopleGroup, Run, Series
from indicators.services import following
from indicators.services.reading import Readings, SeriesKey
from portfolio.models import Zone


@dataclass(frozen=True)
class Published:
    """Rows; of rows that feed the values of several zones see `spreading`. `following`: the runs,
    planned in the same transaction, that compute anew what is made of these values; ring for them
    once it is committed."""

    accepted: int
    revised: int
    unchanged: int
    following: tuple[int, ...] = ()


def stage(readings: Readings) -> None:
    """Add readings to what is to be published."""
    if len(readings.number):
        storage.stage(vars(readings))


def publish(
    *, feed: Feed, run: Run, keys: Sequence[SeriesKey], staged: int, known_from: datetime
) -> Published:
    """Add versions for what is new or revised among the `staged` readings, at most one a series
    and period. Call it inside the run's transaction."""
    there = storage.staged_places()
    told = {place: keys[place] for place in sorted(there)}
    series = _series(feed, told, follow=run.replay_of_id is None)
    merged = storage.merge(
        series,
        run_id=run.pk,
        feed_id=feed.pk,
        known_from=known_from,
        until=run.replay_of_id,
        by_row=feed.is_deposited,
    )
    planned = following.plan(run=run, feed=feed, at=known_from) if merged.inserted else ()
    if merged.rows is not None:
        return Published(*merged.rows, following=planned)
    return Published(
        accepted=merged.inserted - merged.revised,
        revised=merged.revised,
        unchanged=staged - merged.inserted,
        following=planned,
    )


def known_series(feed: Feed, keys: Sequence[SeriesKey]) -> dict[int, int]:
    """Staged place → id, of the series that exist already."""
    ids = dict(Series.objects.filter(feed=feed).values_list("key", "pk"))
    return {place: ids[told.key] for place, told in enumerate(keys) if told.key in ids}


def _series(feed: Feed, keys: Mapping[int, SeriesKey], *, follow: bool) -> dict[int, int]:
    """Staged place → id: missing series are created; labels and zones `follow` the source, not its
    old answers."""
    codes = {one.zone for one in keys.values()}
    zones = dict(Zone.objects.filter(code__in=codes - {None}).values_list("code", "pk"))
    wanted = {one.group for one in keys.values()} - {None}
    groups = (
        dict(PeopleGroup.objects.filter(code__in=wanted).values_list("code", "pk"))
        if wanted
        else {}
    )
    known = {one.key: one for one in Series.objects.filter(feed=feed)}
    new, changed = [], []
    for told in keys.values():
        zone_id = None if told.zone is None else zones[told.zone]
        group_id = None if told.group is None else groups[told.group]
        one = known.get(told.key)
        if one is None:
            new.append(
                Series(feed=feed, key=told.key, label=told.label, zone_id=zone_id,
                       group_id=group_id)
            )  # fmt: skip
        elif follow and (one.label, one.zone_id) != (told.label, zone_id):
            one.label, one.zone_id = told.label, zone_id
            changed.append(one)
    Series.objects.bulk_create(new, batch_size=5000)
    Series.objects.bulk_update(changed, ["label", "zone"], batch_size=500)
    ids = {one.key: one.pk for one in [*known.values(), *new]}
    return {place: ids[told.key] for place, told in keys.items()}
