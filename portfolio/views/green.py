"""The green budget of a project: its block on the project's page, and its form."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portfolio.forms.green import GreenForm
from portfolio.models import Project
from portfolio.queries.green import AxisMark, marks_of
from portfolio.roles import Part
from portfolio.views.editing import answer, editable, sent


@dataclass(frozen=True)
class GreenBlock:
    """`missing`: the axes of which the annex of this year has to speak, and nobody has rated."""

    marks: tuple[AxisMark, ...]
    missing: tuple[AxisMark, ...]
    year: int

    @property
    def rated(self) -> int:
        return sum(told.is_rated for told in self.marks)


def green_block(project: Project, *, today: date) -> GreenBlock:
    marks = tuple(marks_of(project))
    missing = (told for told in marks if not told.is_rated)
    due = tuple(told for told in missing if told.axis.due_from_year <= today.year)
    return GreenBlock(marks, due, today.year)


@login_required
@transaction.atomic
def green_edit(request: HttpRequest, code: str) -> HttpResponse:
    project = editable(request, code, Part.MONEY)
    form = GreenForm(sent(request), project=project, marks=marks_of(project))
    return answer(request, form, block="green", title=_("Green budget marks"))
