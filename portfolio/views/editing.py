"""The door through which every part of a project's record is changed: a page with one form."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.after_commit import after_commit
from portfolio.forms.record import RecordForm
from portfolio.models import Project, User
from portfolio.queries import events, restoring
from portfolio.roles import Part
from portfolio.services import alerts
from portfolio.services.history import recorded
from portfolio.templatetags.notices import UNDO


def editable(request: HttpRequest, code: str, part: str = Part.FACTS) -> Project:
    """A project of which its reader may change that part, or 404. The row is locked while it is
    compared with what the form was opened on: call it within a transaction."""
    editable_parts = Project.objects.editable_by(request.user, part)
    projects = editable_parts.select_for_update(of=("self",), no_key=True)
    return get_object_or_404(projects, code=code)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; None when it is only opened."""
    return request.POST if request.method == "POST" else None


def answer(request: HttpRequest, form: RecordForm, *, block: str, title: str) -> HttpResponse:
    """Open, refuse or save a form. `block` names the part of the project's page it belongs to,
    and whose place it takes where a script asks for it; else it is a page of its own."""
    confirmed = form.is_bound and form.is_valid() and form.is_confirmed
    if confirmed and (change := _saved(request, form)):
        followed_by_alerts(form.project)
        tell(request, form.project, change, _news(form), block=block)
        return redirect(shown_again(request, form.project, block))
    form.auto_id = f"{block}-%s"  # two forms of one page do not share their names
    context = {"form": form, "project": form.project, "title": title, "block": block}
    in_place = bool(request.headers.get("HX-Request"))
    template = "portfolio/blocks/form.html" if in_place else "portfolio/pages/record_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)


def is_saved(request: HttpRequest, form: Any) -> bool:
    """A valid form that belongs to no project: saved whole, or what is refused told by field."""
    try:
        with transaction.atomic():
            form.save(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def followed_by_alerts(project: Project) -> None:
    """The project's alerts are looked at once the change is kept; the next round of the beat makes
    up for a look that fails."""
    after_commit(_look_at, project.pk)


def _look_at(project_id: int) -> None:
    alerts.reconcile(project_ids=[project_id], at=timezone.now())


def tell(request: HttpRequest, project: Project, change: UUID, news: str, *, block: str) -> None:
    """Say what was done, with a way to undo it where the history can."""
    plan = restoring.plan(events.of_project(project), change)
    if plan.refusal and plan.refusal.code == "APPEND_ONLY":
        news = f"{news} {_('It is not undone: to correct it, enter the opposite act.')}"
    address = reverse("portfolio:change-undo", args=[project.code, change])
    undo = "" if plan.refusal else f"{UNDO}{address}?block={block}"
    messages.success(request, news, extra_tags=undo)


def shown_again(request: HttpRequest, project: Project, block: str) -> str:
    """Where the news is read: the block alone for a script, else the project's page."""
    if request.headers.get("HX-Request"):
        return reverse("portfolio:block", args=[project.code, block])
    return f"{reverse('portfolio:project', args=[project.code])}#{block}"


def _news(form: RecordForm) -> str:
    if form.merged:
        return _("Changes saved. What others changed meanwhile elsewhere in this record is kept.")
    return _("Changes saved.")


def _saved(request: HttpRequest, form: RecordForm) -> UUID | None:
    """All of the form or nothing, as one change: it may take several verbs."""
    author = cast("User", request.user)
    reason = form.cleaned_data.get("reason") or _("Changed on its form")
    try:
        with recorded(by=author, reason=reason) as change:
            form.save(by=author, at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return change
