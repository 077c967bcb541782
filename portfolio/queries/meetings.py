"""A meeting as it stands: who is there, who may speak of an item, what was said of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from portfolio.models import (
    AgendaItem,
    Attendance,
    ConflictOfInterest,
    Decision,
    Meeting,
    Position,
    Project,
    User,
)

Choice = Position.Choice


@dataclass(frozen=True)
class Voice:
    """A member present with a vote; `position` is the last one they gave, None: none yet.
    `abstains`: they declared an interest."""

    attendance: Attendance
    position: Position | None
    abstains: bool


@dataclass(frozen=True)
class Standing:
    """An item: its voices, and whether enough members who may decide are there."""

    item: AgendaItem
    voices: tuple[Voice, ...]
    quorum: int

    @property
    def free(self) -> tuple[Voice, ...]:
        """Who takes part in this item."""
        return tuple(voice for voice in self.voices if not voice.abstains)

    @property
    def spoken(self) -> int:
        return sum(voice.position is not None for voice in self.free)

    @property
    def awaited(self) -> int:
        return len(self.free) - self.spoken

    @property
    def has_quorum(self) -> bool:
        return len(self.free) >= self.quorum

    @property
    def tally(self) -> dict[str, int]:
        said = Counter(voice.position.choice for voice in self.free if voice.position)
        return {choice: said[choice] for choice in Choice.values}

    @property
    def tallied(self) -> list[tuple[str, int]]:
        """By choice, in words."""
        return [(str(Choice(choice).label), number) for choice, number in self.tally.items()]


def conflicted(item: AgendaItem) -> set[int]:
    """Ids of the people who take no part in an item."""
    if item.project_id is None:
        return set()
    found = ConflictOfInterest.objects.filter(project=item.project_id, ended_at=None)
    return set(found.values_list("user", flat=True))


def standing(item: AgendaItem) -> Standing:
    """In three queries."""
    meeting: Meeting = item.meeting
    there = meeting.attendances.filter(votes=True, state=Attendance.State.PRESENT)
    last = {position.user_id: position for position in item.positions.order_by("pk")}
    apart = conflicted(item)
    voices = tuple(
        Voice(one, None if one.user_id in apart else last.get(one.user_id), one.user_id in apart)
        for one in there.select_related("user").order_by("user__last_name", "user__username")
    )
    return Standing(item, voices, meeting.quorum or meeting.committee.quorum)


@dataclass(frozen=True)
class Line:
    """An item of an agenda as somebody reads it: of a project that they may not read, neither the
    title nor the question."""

    item: AgendaItem
    is_hidden: bool
    decision: Decision | None


def agenda(meeting: Meeting, reader: User) -> list[Line]:
    """In its order, in two queries."""
    items = list(meeting.items.select_related("project", "decision").order_by("rank"))
    keys = [item.project_id for item in items if item.project_id is not None]
    readable = set(
        Project.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True)
    )
    return [
        Line(
            item,
            item.project_id is not None and item.project_id not in readable,
            getattr(item, "decision", None),
        )
        for item in items
    ]


def unread_by(meeting: Meeting, project: Project) -> list[User]:
    """Members who could not read that project on the agenda: told to who prepares it."""
    members = meeting.committee.members.select_related("user")
    return [
        one.user
        for one in members
        if not Project.objects.visible_to(one.user).filter(pk=project.pk).exists()
    ]


def beside(item: AgendaItem, reader: User) -> tuple[AgendaItem | None, AgendaItem | None]:
    """The item before and the one after, of those that the reader may read."""
    readable = Project.objects.visible_to(reader)
    others = item.meeting.items.filter(Q(project=None) | Q(project__in=readable))
    return (
        others.filter(rank__lt=item.rank).order_by("-rank").first(),
        others.filter(rank__gt=item.rank).order_by("rank").first(),
    )
