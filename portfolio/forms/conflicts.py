"""Two people on one form: what the other one wrote meanwhile, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from pghistory.models import Context

from portfolio import machine_reasons
from portfolio.forms.seen import Plain, Shows, plain, to_value
from portfolio.models import User
from portfolio.queries import events
from portfolio.queries.events import Event
from portfolio.queries.values import Names, said


@dataclass(frozen=True)
class Conflict:
    """One field: what its reader saw when the form opened, what somebody wrote since (`author`
    empty: a machine; `at` None: the history does not say), what the reader typed. A text of None
    is a value that words cannot say: a place."""

    name: str
    label: str
    saw: str | None
    theirs: str | None
    typed: str | None
    author: str
    at: datetime | None
    reason: str


def found(
    shown: Sequence[Shows], seen: Plain, typed: Mapping[str, Any], labels: Mapping[str, str]
) -> list[Conflict]:
    """Fields that were changed since they were seen, unless both wrote the same."""
    return [
        _conflict(one, name, seen[name], typed.get(name), labels[name])
        for one in shown
        for name in _changed(one, seen, typed)
    ]


def _changed(one: Shows, seen: Plain, typed: Mapping[str, Any]) -> Iterator[str]:
    for name in one.names:
        stored = plain(one.stored(name))
        if stored != seen[name] and (name not in typed or stored != plain(typed[name])):
            yield name


def _conflict(one: Shows, name: str, seen: str | None, typed: Any, label: str) -> Conflict:
    field = one.field(name)
    saw, theirs = to_value(field, seen), one.stored(name)
    mine = typed.pk if isinstance(typed, models.Model) else typed
    names = Names((field, value) for value in (saw, theirs, mine))
    event = _last_writing(one.record, field.attname)
    metadata = _metadata(event)
    author = User.objects.filter(pk=metadata.get("user") or 0).first()
    return Conflict(
        name=name,
        label=label,
        saw=said(field, saw, names),
        theirs=said(field, theirs, names),
        typed=said(field, mine, names),
        author=str(author) if author else "",
        at=event.at if event else None,
        reason=machine_reasons.in_words(metadata.get("reason", "")),
    )


def _last_writing(record: models.Model, column: str) -> Event | None:
    """The last event that gave the column what it holds."""
    if record.pk is None:
        return None
    past = events.of_record(record)
    writings = (e for e in reversed(past) if e.action != "update" or column in e.changed)
    return next(writings, None)


def _metadata(event: Event | None) -> dict[str, Any]:
    context = Context.objects.filter(pk=event.context).first() if event and event.context else None
    return dict(context.metadata) if context else {}


def in_words(conflicts: Sequence[Conflict]) -> str:
    """One sentence for the summary of errors."""
    who = sorted({conflict.author for conflict in conflicts if conflict.author})
    names = ", ".join(who) or _("Somebody else")
    return _("%(names)s changed the same facts while you were writing. Nothing you typed is lost: choose below what is kept.") % {"names": names}  # fmt: skip
