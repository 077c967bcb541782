"""A meeting: convened, opened, led from item to item, closed."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import AgendaItem, Attendance, Committee, Meeting, User
from portfolio.queries.meetings import conflicted
from portfolio.services.history import first_come, recorded

State = Meeting.State


def convene(
    *, committee: Committee, starts_at: datetime, place: str, by: User | None, at: datetime
) -> Meeting:
    """A meeting to come. Raises ValidationError by field."""
    if committee.ended_at is not None:
        raise ValidationError(_("This committee meets no more."))
    meeting = Meeting(committee=committee, starts_at=starts_at, place=place.strip(), created_at=at)
    with recorded(by=by, reason=_("Meeting convened")), _only_one():
        meeting.save(force_insert=True)
    return meeting


def move(
    *, meeting: Meeting, starts_at: datetime, place: str, by: User | None, reason: str
) -> Meeting:
    """Another day, hour or place, as long as it has not begun. Raises ValidationError by field."""
    with recorded(by=by, reason=reason or _("Meeting moved")):
        stored = locked(meeting)
        if stored.state != State.PLANNED:
            raise ValidationError(_("This meeting has begun: it is moved no more."))
        stored.starts_at, stored.place = starts_at, place.strip()
        with _only_one():
            stored.save(update_fields=["starts_at", "place"])
    return stored


def open_meeting(
    *, meeting: Meeting, present: Collection[int], by: User | None, at: datetime,
    excused: Collection[int] = (),
) -> Meeting:  # fmt: skip
    """Begin, with who is there (ids of people who have a seat that day). Opened twice, it is open
    once. Whether the quorum is there is asked at each decision. Raises ValidationError."""
    with recorded(by=by, reason=_("Meeting opened")):
        stored = locked(meeting)
        if stored.is_open:
            return stored
        if stored.is_closed:
            raise ValidationError(_("This meeting is closed: it is opened no more."))
        _call_over(stored, present, excused, timezone.localdate(at))
        stored.state, stored.opened_at = State.OPEN, at
        stored.quorum = stored.committee.quorum
        stored.current_item = stored.items.order_by("rank").first()
        stored.save()
    return stored


def attend(*, meeting: Meeting, user: User, state: str, by: User | None) -> None:
    """Somebody came later, or left. Raises ValidationError."""
    with recorded(by=by, reason=_("Attendance changed")):
        stored = locked(meeting)
        _must_be_open(stored)
        if not stored.attendances.filter(user=user).update(state=state):
            raise ValidationError(_("%(name)s has no seat in this meeting.") % {"name": user})


def present(*, meeting: Meeting, item: AgendaItem, by: User | None) -> Meeting:
    """Bring an item before the room; the members' phones follow. Raises ValidationError."""
    with recorded(by=by, reason=_("Item brought before the meeting")):
        stored = locked(meeting)
        _must_be_open(stored)
        if item.meeting_id != stored.pk:
            raise ValidationError(_("This item is of another meeting."))
        if stored.current_item_id != item.pk:
            stored.current_item = item
            stored.save(update_fields=["current_item"])
    return stored


def reveal(*, item: AgendaItem, by: User | None, at: datetime) -> AgendaItem:
    """Show the positions to all; from then on they stay. Raises ValidationError."""
    with recorded(by=by, reason=_("Positions shown")):
        stored = locked_item(item)
        _must_be_open(stored.meeting)
        must_be_free(stored, by)
        if stored.revealed_at is None:
            stored.revealed_at = at
            stored.save(update_fields=["revealed_at"])
    return stored


def close(*, meeting: Meeting, by: User | None, at: datetime) -> Meeting:
    """The end: from now on nothing of it changes. Closed twice, it is closed once. Raises
    ValidationError naming the items about which nothing was decided."""
    with recorded(by=by, reason=_("Meeting closed")):
        stored = locked(meeting)
        if stored.is_closed:
            return stored
        _must_be_open(stored)
        undecided = stored.items.filter(decision=None).order_by("rank").select_related("project")
        if titles := ", ".join(str(item.rank) for item in undecided):
            words = _("Nothing was decided about these items: %(items)s. Decide, or postpone them.")
            raise ValidationError(words % {"items": titles})
        stored.state, stored.closed_at = State.CLOSED, at
        stored.save()
    return stored


def locked(meeting: Meeting) -> Meeting:
    """The stored meeting, held until the end of the transaction."""
    held = Meeting.objects.select_for_update(of=("self",)).select_related("committee")
    return held.get(pk=meeting.pk)


def locked_item(item: AgendaItem) -> AgendaItem:
    """The stored item, its meeting held first: two who act on a meeting wait for each other."""
    meeting = locked(item.meeting)
    stored = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    stored.meeting = meeting
    return stored


def must_be_free(item: AgendaItem, by: User | None) -> None:
    """Raises ValidationError for who declared an interest in the project of the item."""
    if by is not None and by.pk in conflicted(item):
        raise ValidationError(
            _("You declared an interest in this project: somebody else leads this item.")
        )


def _must_be_open(meeting: Meeting) -> None:
    if not meeting.is_open:
        raise ValidationError(_("This meeting is not open."))


def _call_over(
    meeting: Meeting, present: Collection[int], excused: Collection[int], day: date
) -> None:
    seats = meeting.committee.members.filter(
        Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day
    )
    states = {
        **dict.fromkeys(excused, Attendance.State.EXCUSED),
        **dict.fromkeys(present, Attendance.State.PRESENT),
    }
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting, user_id=one.user_id, capacity=one.capacity, votes=one.votes,
            state=states.get(one.user_id, Attendance.State.ABSENT),
        )
        for one in seats
    )  # fmt: skip


def _only_one() -> AbstractContextManager[None]:
    return first_come("starts_at", _("This committee meets at that time already."))
