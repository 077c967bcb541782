"""What changed in the settings of a feed: what it reads, and when."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.models import Feed, Indicator
from portfolio.queries import changes, events
from portfolio.queries.changes import Change, FieldChange, RecordChange
from portfolio.queries.events import Event
from portfolio.queries.values import Reader

SHOWN = 20
STRUCTURES = ("mapping", "options")
# As the assistant calls them; what is not named here says its place in the file of sources.
WORDS: Mapping[str, str | Promise] = {
    "mapping.time.field": _("Field of the time"),
    "mapping.time.period": pgettext_lazy("of a feed", "Period"),
    "mapping.time.timezone": _("Time zone"),
    "mapping.value.field": _("Field of the value"),
    "mapping.value.scale": _("Multiplied by"),
    "mapping.zone.field": _("Field of the zone"),
    "mapping.zone.code": pgettext_lazy("of a feed", "Zone"),
    "mapping.series": _("Series"),
    "mapping.group": _("Group of people"),
    "mapping.group.code": _("Group of people"),
    "mapping.group.field": _("Field of the group of people"),
}


def history_of(feed: Feed, *, reader: Reader) -> list[Change]:
    """The latest first: who, when, why, and each setting before and after."""
    kept = events.of_record(feed)
    by_change = {_key(event): event for event in kept}
    told = changes.of_record(feed, reader=reader, limit=SHOWN)
    return [
        replace(one, records=tuple(_record(record, event) for record in one.records))
        for one in told
        if (event := by_change.get(one.key or one.at)) and _is_known(event)
    ]


def _key(event: Event) -> object:
    return event.context or event.at


def _is_known(event: Event) -> bool:
    """A change before which nothing was kept cannot say what it changed."""
    return event.action != "update" or bool(event.before)


def _record(record: RecordChange, event: Event) -> RecordChange:
    """The structures, which say nothing to a reader as they are stored, by what differs in them."""
    plain = [one for one in record.fields if one.name not in STRUCTURES]
    return replace(record, fields=(*plain, *_parts(event)))


def _parts(event: Event) -> Iterator[FieldChange]:
    for name in STRUCTURES:
        before, after = _leaves(name, event.before.get(name)), _leaves(name, event.after.get(name))
        for place in sorted(before.keys() | after.keys()):
            was, now = before.get(place, ""), after.get(place, "")
            if was != now:
                yield FieldChange(place, str(WORDS.get(place, place)), was, now)


def _leaves(place: str, value: Any) -> dict[str, str]:
    """{"mapping.time.field": "date"}: what stands at each end of a structure."""
    if isinstance(value, Mapping):
        return {
            k: v for name, one in value.items() for k, v in _leaves(f"{place}.{name}", one).items()
        }
    if value in (None, "", []):
        return {}
    return {place: _said(place, value)}


def _said(place: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if place == "mapping.time.period":
        return str(dict(Indicator.Frequency.choices).get(value, value))
    return str(value)
