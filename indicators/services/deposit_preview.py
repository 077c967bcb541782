"""What a deposited file would change, before it is published: read as a pull reads it, by the same
mapping and the same contract, compared with what is known, and left."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from itertools import islice
from typing import Any

from django.db import transaction

from indicators import storage
from indicators.connectors.base import Answer, Window
from indicators.connectors.drop.faults import MissingColumnsError
from indicators.connectors.drop.parse import Table, table
from indicators.models import Feed, Run
from indicators.services import contracts, holding, observations, pulls
from indicators.services.deposit_columns import columns_of
from indicators.services.harvest import Harvest
from indicators.services.mapping import FeedMapping
from indicators.services.periods import BadTimeError, midnight, read_instant
from indicators.services.pulls import Means
from portfolio.models import Zone

MOST_SHOWN = 200
LONGEST_VALUE = 80
OUTSIDE = "OUTSIDE"  # the reason of a row before the first day of the feed, or in the future


@dataclass(frozen=True)
class Change:
    """A value that publishing would add (`is_new`) or revise; `on` is the first day of its period.
    None: no value, `absence` says why."""

    series: str
    on: date
    is_new: bool
    before: float | None
    before_absence: str
    after: float | None
    after_absence: str


@dataclass(frozen=True)
class Aside:
    """A row that cannot be published: where it stands, and why. `value` is the cell as a text."""

    line: int
    letter: str
    column: str
    reason: str
    value: str


@dataclass(frozen=True)
class Preview:
    """received = new + revised + unchanged + gathered + set aside, where rows outside the time of
    the feed are among those set aside; of polygons, `new` to `unchanged` count the values of zones.
    `changes` and `asides` are the first ones; `seen` names what
    is shown: it differs as soon as anything else would change. `span`: the periods of the file."""

    told: Mapping[str, str]
    header_line: int
    received: int
    new: int
    revised: int
    unchanged: int
    gathered: int
    set_aside: int
    without_value: int
    changes: tuple[Change, ...]
    asides: tuple[Aside, ...]
    held_for: Mapping[str, Any]
    seen: str
    span: tuple[datetime, datetime] | None

    @property
    def changes_something(self) -> bool:
        return bool(self.new or self.revised)


def preview(*, feed: Feed, content: bytes, means: Means) -> Preview:
    """Nothing is written. Raises SourceError where the file as a whole cannot be published."""
    mapping = FeedMapping.from_json(feed.mapping)
    answer = Answer("", "", content)
    read = table(answer, feed.options)
    _check_columns(columns_of(mapping, contracts.terms(contracts.current(feed))), read)
    zone = mapping.timezone
    now = means.clock()
    window = Window(midnight(feed.starts_on, zone).astimezone(zone), now.astimezone(zone))
    with transaction.atomic():
        try:
            harvest = pulls.look(feed=feed, answers=[answer], window=window, means=means)
            return _preview(feed, mapping, read, harvest, window)
        finally:
            if not transaction.get_connection().needs_rollback:
                storage.end()


def _check_columns(wanted: Iterable[str], read: Table) -> None:
    """The message names the missing columns, and what may be meant by one that is there."""
    missing = [name for name in wanted if name not in read.letters]
    if not missing:
        return
    told = []
    for name in missing:
        lower = {one.casefold(): one for one in read.letters}
        near = get_close_matches(name.casefold(), lower, n=1, cutoff=0.6)
        told.append(f"{name} (≠ {lower[near[0]]})" if near else name)
    raise MissingColumnsError(", ".join(told), line=read.header_line)


def _preview(
    feed: Feed, mapping: FeedMapping, read: Table, harvest: Harvest, window: Window
) -> Preview:
    keys = harvest.keys
    known = observations.known_series(feed, keys)
    # A series that does not exist yet has no id: a negative one finds nothing published.
    ids = {place: known.get(place, -place - 1) for place in range(len(keys))}
    foreseen = storage.foresee(ids, feed_id=feed.pk)
    names = _names(harvest)
    places = {pk: place for place, pk in ids.items()}
    changes = [
        Change(
            names[places[one.series_id]], one.period_start.astimezone(mapping.timezone).date(),
            one.is_new, one.before, one.before_absence, one.value, one.absence,
        )
        for one in foreseen
    ]  # fmt: skip
    span, new = storage.staged_span(), sum(one.is_new for one in changes)
    return Preview(
        told=read.told, header_line=read.header_line, received=harvest.received, new=new,
        revised=len(changes) - new, unchanged=harvest.staged - len(changes),
        gathered=harvest.gathered, set_aside=harvest.quarantined + harvest.dropped,
        without_value=sum(one.after is None for one in changes),
        changes=tuple(changes[:MOST_SHOWN]), asides=_asides(mapping, read, harvest, window),
        held_for=_held_for(feed, harvest, span), seen=_digest(changes, ids), span=span,
    )  # fmt: skip


def _names(harvest: Harvest) -> list[str]:
    """How each series is shown: its zone, then its label or what names it."""
    codes = {key.zone for key in harvest.keys}
    zones = dict(Zone.objects.filter(code__in=codes - {None}).values_list("code", "name"))
    return [_named(zones.get(key.zone or "", ""), key.label, key.key)
            for key in harvest.keys]  # fmt: skip


def _named(zone: str, label: str, key: str) -> str:
    parts = [zone] if zone else []
    if label and label != zone:
        parts.append(label)
    elif key.startswith("["):
        parts += [str(part) for part in json.loads(key) if part is not None]
    return " · ".join(parts) or key


def _digest(changes: Sequence[Change], ids: Mapping[int, int]) -> str:
    told = [[one.series, str(one.on), one.before, one.before_absence, one.after, one.after_absence]
            for one in changes]  # fmt: skip
    return hashlib.sha256(json.dumps([told, len(ids)]).encode()).hexdigest()


def _held_for(
    feed: Feed, harvest: Harvest, span: tuple[datetime, datetime] | None
) -> Mapping[str, Any]:
    """Why the run would be held for a steward."""
    if span is None:
        return {}
    run = Run(feed=feed, window_start=span[0], window_end=span[1])
    return holding.findings(run, harvest, contracts.terms(contracts.current(feed)))


def _asides(
    mapping: FeedMapping, read: Table, harvest: Harvest, window: Window
) -> tuple[Aside, ...]:
    """The first rows set aside, by line."""
    found = [_aside(read, one.row_number, one.field, one.reason) for one in harvest.rejected]
    found += islice(_outside(mapping, read, window), MOST_SHOWN)
    return tuple(sorted(found, key=lambda one: one.line)[:MOST_SHOWN])


def _outside(mapping: FeedMapping, read: Table, window: Window) -> Iterator[Aside]:
    for number, row in enumerate(read.rows, start=1):
        try:
            instant = read_instant(row.cells.get(mapping.time), mapping.timezone)
        except BadTimeError:
            continue
        if not window.start <= instant < window.end:
            yield _aside(read, number, mapping.time, OUTSIDE)


def _aside(read: Table, number: int, column: str, reason: str) -> Aside:
    row = read.rows[number - 1]
    value = row.cells.get(column)
    text = "" if value is None else str(value)[:LONGEST_VALUE]
    return Aside(row.line, read.letters.get(column, ""), column, reason, text)
