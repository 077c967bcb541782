"""The marks of the green budget."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import GreenAxis, GreenMark, Project, User
from portfolio.services.history import recorded, said, touch


def mark(  # noqa: PLR0913 - the facts of a mark, each named
    *,
    project: Project,
    axis: GreenAxis,
    mark: str,
    justification: str,
    by: User | None,
    reason: str,
    at: datetime,
) -> GreenMark | None:
    """Say what a project does on an axis; NOT_RATED takes a mark back. What is already so is not
    recorded. Raises ValidationError by field."""
    told = said(reason, _("Say why the mark changes."))
    rated = mark != GreenMark.Mark.NOT_RATED
    text = justification.strip()
    if rated and not text:
        raise ValidationError({"justification": [_("Say what this mark rests on.")]})
    with recorded(by=by, reason=told):
        Project.objects.select_for_update().get(pk=project.pk)
        stored = GreenMark.objects.filter(project=project, axis=axis).first()
        if stored is None and not rated:
            return None
        row = stored or GreenMark(project=project, axis=axis)
        if stored and (row.mark, row.justification) == (mark, text):
            return row
        row.mark, row.justification, row.recorded_at = mark, text, at
        row.full_clean(exclude={"project", "axis"}, validate_constraints=False)
        row.save()
        touch(project, at=at)
    return row
