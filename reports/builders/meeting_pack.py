"""The pack of a meeting: its agenda, then the sheet of each project on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from portfolio.models import CommitteeMember, Meeting, User
from portfolio.queries.meetings import Line, agenda
from reports.builders import project_sheet
from reports.builders.minutes import meeting_of
from reports.builders.project_sheet import ProjectSheet
from reports.errors import SubjectGoneError


@dataclass(frozen=True)
class MeetingPack:
    """`sheets`: of the projects that the reader may read, each once, in the order of the agenda."""

    meeting: Meeting
    members: tuple[CommitteeMember, ...]
    lines: tuple[Line, ...]
    minutes: int
    sheets: tuple[ProjectSheet, ...]
    address: str


def build(arguments: Mapping[str, str], reader: User | AnonymousUser, now: datetime) -> MeetingPack:
    """The pack of `arguments["meeting"]` (its key). Raises SubjectGoneError."""
    meeting = meeting_of(arguments, reader)
    if isinstance(reader, AnonymousUser):
        raise SubjectGoneError(f"meeting {meeting.pk} is for agents")
    lines = agenda(meeting, reader)
    shown = [line.item.project for line in lines if line.item.project and not line.is_hidden]
    codes = dict.fromkeys(project.code for project in shown)
    members = meeting.committee.members.select_related("user").order_by("user__last_name", "pk")
    address = reverse("portfolio:meeting", args=[meeting.pk])
    return MeetingPack(
        meeting=meeting, members=tuple(members), lines=tuple(lines),
        minutes=sum(line.item.minutes for line in lines),
        sheets=tuple(project_sheet.build({"project": code}, reader, now) for code in codes),
        address=f"{settings.WAGTAILADMIN_BASE_URL}{address}",
    )  # fmt: skip
