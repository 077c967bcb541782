"""Minutes (relevé de décisions): who was there, and each decision as it was sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from portfolio.models import Attendance, Decision, Meeting, User
from portfolio.queries.meetings import Line, agenda
from reports.errors import SubjectGoneError


@dataclass(frozen=True)
class Decided:
    """An item of the agenda with what was decided about it; `sealed` is what the register holds,
    whatever changed since. None: nothing yet."""

    line: Line
    decision: Decision | None
    sealed: Mapping[str, Any]


@dataclass(frozen=True)
class Minutes:
    """All that the minutes print. `head` is the last seal, to be compared with the register."""

    meeting: Meeting
    present: tuple[Attendance, ...]
    excused: tuple[Attendance, ...]
    absent: tuple[Attendance, ...]
    items: tuple[Decided, ...]
    head: str
    address: str


def build(arguments: Mapping[str, str], reader: User | AnonymousUser, now: datetime) -> Minutes:
    """The minutes of `arguments["meeting"]` (its key), once it was opened. Raises
    SubjectGoneError."""
    meeting = meeting_of(arguments, reader)
    if meeting.state == Meeting.State.PLANNED or isinstance(reader, AnonymousUser):
        raise SubjectGoneError(f"meeting {meeting.pk} has not begun")
    seats = meeting.attendances.select_related("user").order_by("user__last_name", "pk")
    by_state = {state: tuple(s for s in seats if s.state == state) for state in Attendance.State}
    items = tuple(_decided(line) for line in agenda(meeting, reader))
    last = max((one.decision for one in items if one.decision), key=_number, default=None)
    address = reverse("portfolio:meeting", args=[meeting.pk])
    return Minutes(
        meeting=meeting, present=by_state[Attendance.State.PRESENT],
        excused=by_state[Attendance.State.EXCUSED], absent=by_state[Attendance.State.ABSENT],
        items=items, head=f"{last.number}:{last.seal}" if last else "",
        address=f"{settings.WAGTAILADMIN_BASE_URL}{address}",
    )  # fmt: skip


def meeting_of(arguments: Mapping[str, str], reader: User | AnonymousUser) -> Meeting:
    """Raises SubjectGoneError."""
    key = arguments["meeting"]
    readable = Meeting.objects.visible_to(reader).select_related("committee__chair")
    meeting = readable.filter(pk=int(key)).first() if key.isdigit() else None
    if meeting is None:
        raise SubjectGoneError(f"no meeting {key} that this reader may see")
    return meeting


def _decided(line: Line) -> Decided:
    decision = None if line.is_hidden else line.decision
    return Decided(line, decision, decision.sealed if decision else {})


def _number(decision: Decision) -> int:
    return decision.number
