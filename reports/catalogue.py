"""Every document that can be asked for: what it is, what it takes, who may have it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio import moments
from portfolio.models import Meeting, Project, User
from reports.builders import meeting_pack, minutes, project_sheet
from reports.errors import UnknownReportError

Reader = User | AnonymousUser


@dataclass(frozen=True)
class Report:
    """`build` reads the register as `reader` may, and returns what `template` shows as `sheet`.
    `optional` are arguments that may be left out."""

    name: str
    title: str | Promise
    description: str | Promise
    arguments: tuple[str, ...]
    languages: tuple[str, ...]
    template: str
    may_have: Callable[[Reader, Mapping[str, str]], bool]
    build: Callable[[Mapping[str, str], Reader, datetime], Any]
    optional: tuple[str, ...] = ()

    def takes(self, arguments: Mapping[str, str]) -> bool:
        """Whether these are its arguments: all that it needs, none that it does not know."""
        needed, given = set(self.arguments), set(arguments)
        return needed <= given <= needed | set(self.optional)

    def make(
        self, *, arguments: Mapping[str, str], reader: Reader, language: str, now: datetime
    ) -> bytes:
        """PDF of the document in `language`. Raises SubjectGoneError, RenderError."""
        # WeasyPrint takes a second and 60 MB: only who makes a document loads it.
        from reports import render  # noqa: PLC0415

        with translation.override(language):
            sheet = self.build(arguments, reader, now)
            context = {
                "sheet": sheet,
                "report": self,
                "language": language,
                "now": now,
                "territory": settings.TERRITORY,
            }
            return render.pdf(render_to_string(self.template, context))

    def filename(self, arguments: Mapping[str, str], language: str) -> str:
        name = "-".join([self.name, *arguments.values(), language])
        return name.replace(":", "") + ".pdf"


def _reads_project(reader: Reader, arguments: Mapping[str, str]) -> bool:
    """Whoever has an open account and may read the project now."""
    readable = Project.objects.visible_to(reader)
    return reader.is_active and readable.filter(code=arguments["project"]).exists()


def _reads_meeting(reader: Reader, arguments: Mapping[str, str]) -> bool:
    """Whoever has an open account and may read the meeting now."""
    key = arguments["meeting"]
    readable = Meeting.objects.visible_to(reader)
    return reader.is_active and key.isdigit() and readable.filter(pk=int(key)).exists()


def _reads_minutes(reader: Reader, arguments: Mapping[str, str]) -> bool:
    """Minutes are of a meeting that has begun."""
    begun = Meeting.objects.exclude(state=Meeting.State.PLANNED)
    key = arguments["meeting"]
    return _reads_meeting(reader, arguments) and begun.filter(pk=int(key)).exists()


REPORTS = {
    report.name: report
    for report in [
        Report(
            name="project-sheet",
            title=_("Project sheet"),
            description=_("One or two pages: what, where, when, for how much, with which effects."),
            arguments=("project",),
            languages=("fr", "en"),
            template="reports/project_sheet.html",
            may_have=_reads_project,
            build=project_sheet.build,
            optional=(moments.NAME,),
        ),
        Report(
            name="meeting-pack",
            title=_("Pack of a meeting"),
            description=_("The agenda of a committee, then the sheet of each project on it."),
            arguments=("meeting",),
            languages=("fr", "en"),
            template="reports/meeting_pack.html",
            may_have=_reads_meeting,
            build=meeting_pack.build,
        ),
        Report(
            name="minutes",
            title=_("Minutes of a meeting"),
            description=_("Who was there, and each decision as the register holds it."),
            arguments=("meeting",),
            languages=("fr", "en"),
            template="reports/minutes.html",
            may_have=_reads_minutes,
            build=minutes.build,
        ),
    ]
}


def get(name: str) -> Report:
    """The document called `name`. Raises UnknownReportError naming those that exist."""
    if name not in REPORTS:
        raise UnknownReportError(f"no document {name}; there are: {', '.join(sorted(REPORTS))}")
    return REPORTS[name]
