"""Publishing readings as versions: what is new, what was revised, what stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

import pandas as pd

from indicators import storage
from indicators.models import Feed, Run, Series
from indicators.services.mapping import Reading
from portfolio.models import Zone

NO_VALUE = "NO_VALUE"  # the source itself says null


@dataclass(frozen=True)
class Published:
    accepted: int
    revised: int
    unchanged: int


@dataclass(frozen=True)
class Sifted:
    """Readings to publish, one a series and period, and those that stand in each other's way."""

    kept: list[Reading]
    duplicates: list[Reading]
    conflicts: list[Reading]


def sift(readings: list[Reading]) -> Sifted:
    """Count the same row once; publish neither of two rows that contradict each other."""
    place, whole = ["key", "start"], ["key", "start", "end", "value", "status"]
    frame = pd.DataFrame.from_records(readings, columns=list(Reading._fields))
    repeated = frame.duplicated(whole).to_numpy(dtype=bool)
    once = frame[~repeated]
    torn = once[once.duplicated(place, keep=False)]
    conflict = frame.set_index(place).index.isin(torn.set_index(place).index)
    return Sifted(
        kept=list(compress(readings, ~repeated & ~conflict)),
        duplicates=list(compress(readings, repeated & ~conflict)),
        conflicts=list(compress(readings, conflict)),
    )


def publish(*, feed: Feed, run: Run, readings: list[Reading], known_from: datetime) -> Published:
    """Add versions for what is new or revised. Call it inside the run's transaction.

    `readings` holds at most one row a series and period: see `sift`.
    """
    series = _series(feed, readings)
    merged = storage.merge(_rows(readings, series), run_id=run.pk, known_from=known_from)
    return Published(
        accepted=merged.inserted - merged.revised,
        revised=merged.revised,
        unchanged=len(readings) - merged.inserted,
    )


def _rows(readings: list[Reading], series: dict[str, int]) -> Iterator[storage.StagedRow]:
    for one in readings:
        absence = NO_VALUE if one.value is None else ""
        yield series[one.key], one.start, one.end, one.value, absence, one.status


def _series(feed: Feed, readings: list[Reading]) -> dict[str, int]:
    """Series ids by key: missing ones are created, labels and zones follow the source."""
    latest = {one.key: (one.label, one.zone) for one in readings}
    codes = {zone for _, zone in latest.values()}
    zones = dict(Zone.objects.filter(code__in=codes - {None}).values_list("code", "pk"))
    known = {one.key: one for one in Series.objects.filter(feed=feed)}
    new, changed = [], []
    for key, (label, code) in latest.items():
        zone_id = None if code is None else zones[code]
        one = known.get(key)
        if one is None:
            new.append(Series(feed=feed, key=key, label=label, zone_id=zone_id))
        elif (one.label, one.zone_id) != (label, zone_id):
            one.label, one.zone_id = label, zone_id
            changed.append(one)
    Series.objects.bulk_create(new)
    Series.objects.bulk_update(changed, ["label", "zone"], batch_size=500)
    return {one.key: one.pk for one in [*known.values(), *new]}
