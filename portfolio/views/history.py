"""The history of a project: read, filtered, taken away, undone, restored."""

import re
from collections.abc import Iterator
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.history import HistoryFilter, RestoreForm
from portfolio.models import Project, User
from portfolio.permissions import parts_of
from portfolio.queries import changes, events, restoring
from portfolio.queries.changes import Change, History
from portfolio.queries.restoring import Plan
from portfolio.services import restore
from portfolio.services.restore import NoSuchChangeError
from portfolio.views.editing import followed_by_alerts, sent, shown_again, tell
from portfolio.views.filtering import Chip
from portfolio.views.project_export import spreadsheet

PER_PAGE = 30
COLUMNS = ["at", "author", "reason", "record", "subject", "action", "field", "before", "after"]


@login_required
def history_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every change of a project, with the filter of the address."""
    project = _visible(request, code)
    form, found = _found(request, project)
    page = Paginator(cast("list[Change]", found), PER_PAGE).get_page(request.GET.get("page"))
    held = parts_of(request.user, project)
    context = {
        "project": project,
        "form": form,
        "chips": _chips(request, form),
        "page": page,
        "address": _without(request, "page"),
        "may_undo": {change.key for change in page if held and change.parts <= held},
    }
    return render(request, "portfolio/pages/history.html", context)


@login_required
def history_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same changes, a line a value."""
    project = _visible(request, code)
    _form, found = _found(request, project)
    return spreadsheet(f"historique-{code}.csv", COLUMNS, _lines(found[:]))


@login_required
@require_POST
@transaction.atomic
def change_undo(request: HttpRequest, code: str, change: UUID) -> HttpResponse:
    """Put back what a change replaced, where nothing was written over it since."""
    project = _held(request, code)
    block = _block(request)
    try:
        _check_allowed(_plan(request, project, change, whole=False))
        undoing = restore.undo(
            project=project, change=change, by=cast("User", request.user), at=timezone.now()
        )
        followed_by_alerts(project)
        tell(request, project, undoing, _("The change is undone."), block=block)
    except NoSuchChangeError as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    if request.GET.get("from") == "history":
        return redirect("portfolio:history", code=project.code)
    return redirect(shown_again(request, project, block))


@login_required
@transaction.atomic
def change_restore(request: HttpRequest, code: str, change: UUID) -> HttpResponse:
    """Look at what restoring would change, then do it."""
    project = _held(request, code)
    plan = _plan(request, project, change, whole=True)
    form = RestoreForm(sent(request))
    made = changes.one(project, change, reader=request.user)
    if made is None:
        raise Http404
    if (
        form.is_bound
        and form.is_valid()
        and (done := _restored(request, project, made, plan, form))
    ):
        tell(request, project, done, _("The record is restored."), block="history")
        return redirect("portfolio:history", code=project.code)
    context = {
        "project": project,
        "change": made,
        "form": form,
        "refusal": restore.refusal_in_words(plan.refusal) if plan.refusal else "",
        "steps": changes.preview(plan.steps, timezone.now(), reader=request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "portfolio/pages/restore.html", context, status=status)


def _restored(
    request: HttpRequest, project: Project, made: Change, plan: Plan, form: RestoreForm
) -> UUID | None:
    author, reason = cast("User", request.user), form.cleaned_data["reason"]
    try:
        _check_allowed(plan)
        done = restore.restore_before(
            project=project, change=cast("UUID", made.key), by=author, reason=reason,
            at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return None
    followed_by_alerts(project)
    return done


def _held(request: HttpRequest, code: str) -> Project:
    """A project of which its reader may change some part, or 404; locked like `editable`."""
    visible = Project.objects.visible_to(request.user)
    project = get_object_or_404(visible.select_for_update(of=("self",), no_key=True), code=code)
    if not parts_of(request.user, project):
        raise Http404
    return project


def _plan(request: HttpRequest, project: Project, change: UUID, *, whole: bool) -> Plan:
    plan = restoring.plan(events.of_project(project), change, whole=whole)
    return restoring.allowed(plan, parts_of(request.user, project))


def _check_allowed(plan: Plan) -> None:
    """Raises ValidationError. Other refusals are the service's to say."""
    if plan.refusal and plan.refusal.code == "NOT_ALLOWED":
        raise ValidationError(restore.refusal_in_words(plan.refusal))


def _visible(request: HttpRequest, code: str) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user), code=code)


def _found(request: HttpRequest, project: Project) -> tuple[HistoryFilter, History]:
    whole = changes.history(project, reader=request.user)
    form = HistoryFilter(request.GET)
    form.offer(whole)
    return form, whole.only(form.wanted)


def _lines(found: list[Change]) -> Iterator[list[object]]:
    for change in found:
        for record in change.records:
            shared = [change.at.isoformat(), change.author, change.reason, record.record,
                      record.subject, record.action]  # fmt: skip
            for field in record.fields:
                yield [*shared, field.label, field.before, field.after]
            if not record.fields:
                yield [*shared, None, None, None]


def _chips(request: HttpRequest, form: HistoryFilter) -> list[Chip]:
    given = [name for name in form.fields if request.GET.get(name)]
    chips = []
    for name in given:
        choices = dict(getattr(form.fields[name], "choices", []))
        shown = choices.get(form.cleaned_data.get(name), request.GET[name])
        words = {"label": form.fields[name].label, "value": shown}
        chips.append(Chip(_("%(label)s: %(value)s") % words, f"?{_without(request, name, 'page')}"))
    return chips


def _without(request: HttpRequest, *names: str) -> str:
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def _block(request: HttpRequest) -> str:
    """The part of the page whose place the answer takes."""
    name = request.GET.get("block", "")
    return name if re.fullmatch(r"[a-z-]{1,40}", name) else "history"
