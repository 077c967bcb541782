"""The history of a project's record: who changed what, when and why, change by change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from pghistory.models import Context

from portfolio.machine_reasons import in_words
from portfolio.models import Dependency, Project, User
from portfolio.queries import events as event_queries
from portfolio.queries import restoring
from portfolio.queries.events import HIDDEN, Event, State, Tracked
from portfolio.queries.values import NOBODY, Names, Reader, field_of, label_of, said
from portfolio.templatetags import figures

ENTRIES_SHOWN = 10
NAMES = ("name", "title", "person", "label", "scheme")
RELATED = ("zone_id", "axis_id", "kind_id", "other_id", "organisation_id", "phase_id")


@dataclass(frozen=True)
class FieldChange:
    """`before` and `after` are None where a value says nothing to a reader (a geometry)."""

    name: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class RecordChange:
    """What happened to one record. `subject` tells it from its likes: the name of a milestone, an
    amount, a zone. What was entered or removed says its values too."""

    model: str
    record: str
    subject: str
    action: str  # insert, update, delete
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Change:
    """One change: what one author wrote at once, for one reason. `key` names it in addresses; it
    is None for what was written outside a recorded change. `author` is empty for a machine;
    `refusal` says why it cannot be undone, None where it can; `parts` are those of the project
    that it touched."""

    key: UUID | None
    at: datetime
    author: str
    author_id: int | None
    reason: str
    records: tuple[RecordChange, ...]
    refusal: restoring.Refusal | None
    parts: frozenset[str]


@dataclass(frozen=True)
class Wanted:
    """What a reader asks of a history; None or empty: everything."""

    model: str = ""
    author: int | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, change: _Group) -> bool:
        day = timezone.localdate(change.at)
        return (
            (not self.model or any(e.tracked.label == self.model for e in change.shown))
            and (self.author is None or change.author_id == self.author)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
        )


@dataclass
class _Group:
    key: UUID | None
    at: datetime
    shown: list[Event]
    author_id: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class History:
    """A project's changes, latest first: read once, said page by page to `reader`."""

    reader: Reader
    events: Sequence[Event]
    groups: Sequence[_Group]
    models: tuple[tuple[str, str], ...]
    authors: tuple[tuple[int, str], ...]

    def only(self, wanted: Wanted) -> History:
        """The changes that `wanted` leaves."""
        return replace(self, groups=[group for group in self.groups if wanted.holds(group)])

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, part: slice) -> list[Change]:
        return _said(self.events, self.groups[part], self.reader)


def history(project: Project, *, reader: Reader = NOBODY) -> History:
    """Changes of the project and of the records below it; a constant number of queries."""
    read = event_queries.of_project(project)
    groups = _grouped(read)
    people = User.objects.in_bulk({g.author_id for g in groups if g.author_id})
    named = {one.tracked.label: one.tracked.model for group in groups for one in group.shown}
    return History(
        reader=reader,
        events=read,
        groups=groups,
        models=tuple(
            sorted(((key, _name(model)) for key, model in named.items()), key=lambda one: one[1])
        ),
        authors=tuple(sorted(((pk, str(who)) for pk, who in people.items()), key=lambda o: o[1])),
    )


def of_project(
    project: Project, *, reader: Reader = NOBODY, limit: int = ENTRIES_SHOWN
) -> list[Change]:
    """The last changes."""
    return history(project, reader=reader)[:limit]


def one(project: Project, key: UUID, *, reader: Reader = NOBODY) -> Change | None:
    """The change that the history keeps under that name."""
    found = history(project, reader=reader)
    return next(iter(replace(found, groups=[g for g in found.groups if g.key == key])[:1]), None)


def of_record(
    record: models.Model, *, reader: Reader = NOBODY, limit: int = ENTRIES_SHOWN
) -> list[Change]:
    """The last changes of one record, a project or not."""
    read = event_queries.of_record(record)
    return _said(read, _grouped(read)[:limit], reader)


def since(project: Project, at: datetime, *, limit: int = ENTRIES_SHOWN) -> list[Change]:
    """What was written after an instant."""
    found = history(project)
    later = [group for group in found.groups if group.at > at]
    return found[: min(limit, len(later))]


def preview(
    steps: Iterable[restoring.Step], at: datetime, *, reader: Reader = NOBODY
) -> list[RecordChange]:
    """What carrying out the steps would write."""
    events = [
        Event(
            tracked=step.tracked,
            pk=step.pk,
            number=0,
            at=at,
            context=None,
            action="update" if step.now and step.then else "insert" if step.then else "delete",
            before=step.now,
            after=step.now | step.then if step.then else {},
        )
        for step in steps
    ]
    names = _names(events, reader)
    return [_record(event, names) for event in events]


def described(
    one: Tracked, states: Iterable[tuple[int, State]], *, reader: Reader = NOBODY
) -> list[RecordChange]:
    """Records by their fields, as if they were just entered."""
    steps = [restoring.Step(one, pk, {}, state) for pk, state in states]
    return preview(steps, timezone.now(), reader=reader)


def _grouped(read: Iterable[Event]) -> list[_Group]:
    """Latest first. What a change wrote only for bookkeeping is not shown."""
    groups: dict[object, _Group] = {}
    order: dict[object, int] = {}
    for event in read:
        if (event.action == "update" and not event.changed) or event_queries.is_draft(event):
            continue
        key: object = event.context or (event.record, event.number)
        group = groups.setdefault(key, _Group(event.context, event.at, []))
        group.shown.append(event)
        order[key] = max(order.get(key, 0), event.number)
    contexts = Context.objects.in_bulk([g.key for g in groups.values() if g.key])
    for group in groups.values():
        metadata: Any = contexts[group.key].metadata if group.key in contexts else {}
        group.author_id, group.reason = metadata.get("user"), in_words(metadata.get("reason", ""))
    ordered = sorted(groups, key=lambda key: (groups[key].at, order[key]), reverse=True)
    return [groups[key] for key in ordered]


def _said(read: Sequence[Event], groups: Sequence[_Group], reader: Reader) -> list[Change]:
    shown = [event for group in groups for event in group.shown]
    names = _names(shown, reader)
    authors = User.objects.in_bulk({g.author_id for g in groups if g.author_id})
    by_record: dict[tuple[str, int], list[Event]] = defaultdict(list)
    for event in read:
        by_record[event.record].append(event)
    return [
        Change(
            key=group.key,
            at=group.at,
            author=str(authors[group.author_id]) if group.author_id in authors else "",
            author_id=group.author_id,
            reason=group.reason,
            records=tuple(_record(event, names) for event in group.shown),
            refusal=_refusal(group, by_record),
            parts=restoring.parts_of((event.tracked.model, event.changed) for event in group.shown),
        )
        for group in groups
    ]


def _names(shown: Iterable[Event], reader: Reader) -> Names:
    pairs = (
        (field, value)
        for event in shown
        for state in (event.before, event.after)
        for column, value in state.items()
        if column != event.tracked.column and (field := field_of(event.tracked.model, column))
    )
    return Names(pairs, reader=reader)


def _refusal(
    group: _Group, by_record: dict[tuple[str, int], list[Event]]
) -> restoring.Refusal | None:
    if group.key is None:
        return restoring.Refusal("NOT_RECORDED")
    touched = {event.record for event in group.shown}
    own = [event for record in touched for event in by_record[record]]
    return restoring.plan(own, group.key).refusal


def _record(event: Event, names: Names) -> RecordChange:
    state = event.after or event.before
    return RecordChange(
        model=event.tracked.label,
        record=_name(event.tracked.model),
        subject=_subject(event, state, names),
        action=event.action,
        fields=tuple(
            _field(event, column, names)
            for column in _columns(event)
            if _is_said(event, column, names)
        ),
    )


def _columns(event: Event) -> list[str]:
    if event.action == "update":
        return event.changed
    state = event.after or event.before
    own = {event.tracked.column, "author_id", *HIDDEN}
    return [name for name, value in state.items() if name not in own and value not in (None, "")]


def _is_said(event: Event, column: str, names: Names) -> bool:
    """What was noted of a draft stays with those who may see it."""
    if event.tracked.model is Dependency and column == "note":
        other = Dependency._meta.get_field("other")
        state = event.after or event.before
        return names.record(other, state.get("other_id")) is not None
    return field_of(event.tracked.model, column) is not None


def _field(event: Event, column: str, names: Names) -> FieldChange:
    model = event.tracked.model
    stored: Any = field_of(model, column)
    before = said(stored, event.before.get(column), names) if event.action != "insert" else ""
    after = said(stored, event.after.get(column), names) if event.action != "delete" else ""
    return FieldChange(column, label_of(model, column), before, after)


def _subject(event: Event, state: dict[str, Any], names: Names) -> str:
    """What tells a record from its likes: its name, its year, its zone or axis, its amount."""
    model = event.tracked.model
    if model is Project:
        return ""
    for name in NAMES:
        if text := state.get(f"{name}_{get_language()}") or state.get(f"{name}_fr"):
            return str(text)
        if isinstance(text := state.get(name), str) and text:
            return text
    if "year" in state:
        return str(state["year"])
    if amount := state.get("amount_eur") or state.get("yearly_eur"):
        return figures.euros(amount)
    named = next((name for name in RELATED if state.get(name)), "")
    field = field_of(model, named)
    return (said(field, state[named], names) or "") if field else ""


def _name(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)
