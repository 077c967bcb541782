"""The door through which every part of a project's record is changed: a page with one form."""

from functools import partial
from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.forms.record import RecordForm
from portfolio.models import Project, User
from portfolio.roles import Part
from portfolio.services import alerts


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
    in_place = bool(request.headers.get("HX-Request"))
    if form.is_bound and form.is_valid() and form.is_confirmed and _saved(request, form):
        followed_by_alerts(form.project)
        messages.success(request, _("Changes saved."))
        return redirect(_shown_again(form.project, block, in_place=in_place))
    form.auto_id = f"{block}-%s"  # two forms of one page do not share their names
    context = {"form": form, "project": form.project, "title": title, "block": block}
    template = "portfolio/blocks/form.html" if in_place else "portfolio/pages/record_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)


def followed_by_alerts(project: Project) -> None:
    """The project's alerts are looked at once the change is kept; the next round of the beat makes
    up for a look that fails."""
    look = partial(_look_at, project.pk)
    transaction.on_commit(look, robust=True)


def _look_at(project_id: int) -> None:
    alerts.reconcile(project_ids=[project_id], at=timezone.now())


def _shown_again(project: Project, block: str, *, in_place: bool) -> str:
    if in_place:
        return reverse("portfolio:block", args=[project.code, block])
    return f"{reverse('portfolio:project', args=[project.code])}#{block}"


def _saved(request: HttpRequest, form: RecordForm) -> bool:
    """All of the form or nothing: it may take several verbs."""
    try:
        with transaction.atomic():
            form.save(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
