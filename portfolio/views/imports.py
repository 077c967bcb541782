"""Import in three steps: send a file, see what is wrong, see what would change and apply it."""

from pathlib import PurePosixPath
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from portfolio.after_commit import after_commit
from portfolio.forms.imports import DecisionForm, FileForm
from portfolio.imports.exchange import marked
from portfolio.imports.exchange.plan import CellFault
from portfolio.models import ImportJob, User
from portfolio.services import import_jobs
from portfolio.tasks import apply_import, check_import
from portfolio.views.import_preview import preview

SHOWN = 50
FAULTS_SHOWN = 200


@login_required
def import_list(request: HttpRequest) -> HttpResponse:
    """Step one: the file; and the imports sent before."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_bound and form.is_valid():
        job = _sent(request, form.cleaned_data["file"])
        return redirect("portfolio:import", pk=job.pk)
    seen = ImportJob.objects.visible_to(request.user).select_related("owner").order_by("-pk")
    context = {"form": form, "jobs": seen.in_short()[:SHOWN]}
    return render(
        request, "portfolio/pages/imports.html", context, status=422 if form.errors else 200
    )


@login_required
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Steps two and three: what is wrong, what would change, what became of it."""
    job = _visible(request, pk)
    form = None
    if job.state == "CHECKED" and job.changes and job.owner_id == request.user.pk:
        form = DecisionForm(request.POST if request.method == "POST" else None, job=job)
        if form.is_bound and form.is_valid() and _asked(request, job, form):
            return redirect("portfolio:import", pk=pk)
    context = _shown(request, job) | {"form": form}
    return render(
        request,
        "portfolio/pages/import.html",
        context,
        status=422 if form and form.errors else 200,
    )


@login_required
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that asks again for itself; the whole page once there is news."""
    job = _visible(request, pk)
    response = render(request, "portfolio/imports/progress.html", {"job": job})
    if not job.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@login_required
def import_errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that was sent, with its errors."""
    job = _visible(request, pk)
    if not _has_errors_to_mark(job):
        raise Http404
    body, suffix = marked.mark(bytes(job.content), [CellFault(**fault) for fault in job.faults])
    response = HttpResponse(body, content_type="application/octet-stream")
    stem = PurePosixPath(job.file_name).stem
    response["Content-Disposition"] = _attachment(stem, suffix)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _has_errors_to_mark(job: ImportJob) -> bool:
    """Some, in a file that could be read and is still kept."""
    marked_up = job.faults and job.state not in {"REFUSED", "FAILED"}
    kept = ImportJob.objects.filter(pk=job.pk).exclude(content=b"")
    return bool(marked_up and job.kind != ImportJob.Kind.UNDO and kept.exists())


@login_required
@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(ImportJob.objects.filter(owner=cast("User", request.user)), pk=pk)
    import_jobs.cancel(job=job, at=timezone.now())
    return redirect("portfolio:import", pk=pk)


@login_required
@require_POST
@transaction.atomic
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """A new import that puts back what this one changed: it is shown before it is applied."""
    job = get_object_or_404(ImportJob.objects.filter(owner=cast("User", request.user)), pk=pk)
    try:
        back = import_jobs.undo(job=job, by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        context = _shown(request, job) | {"form": None, "refusal": error.messages}
        return render(request, "portfolio/pages/import.html", context, status=422)
    after_commit(check_import.delay, back.pk)
    return redirect("portfolio:import", pk=back.pk)


@transaction.atomic
def _sent(request: HttpRequest, file: Any) -> ImportJob:
    job = import_jobs.send(
        content=file.read(), file_name=file.name, language=get_language() or "fr",
        by=cast("User", request.user), at=timezone.now(),
    )  # fmt: skip
    after_commit(check_import.delay, job.pk)
    return job


def _asked(request: HttpRequest, job: ImportJob, form: DecisionForm) -> bool:
    try:
        with transaction.atomic():
            import_jobs.ask(
                job=job, reason=form.cleaned_data["reason"],
                forced=form.cleaned_data.get("forced", []), by=cast("User", request.user),
            )  # fmt: skip
            after_commit(apply_import.delay, job.pk)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _visible(request: HttpRequest, pk: int) -> ImportJob:
    jobs = ImportJob.objects.visible_to(request.user).select_related("owner", "undoes")
    return get_object_or_404(jobs, pk=pk)


def _shown(request: HttpRequest, job: ImportJob) -> dict[str, object]:
    page = Paginator(job.changes, SHOWN).get_page(request.GET.get("page"))
    results = {line.code: line for line in job.lines.order_by("pk")}
    return {
        "job": job,
        "page": page,
        "previews": [preview(change, results) for change in page.object_list],
        "faults": job.faults[:FAULTS_SHOWN],
        "may_take_back": _has_errors_to_mark(job),
        "new": sum(change["is_new"] for change in job.changes),
        "changed": sum(not change["is_new"] for change in job.changes),
        "stale": [change for change in job.changes if change["stale"]],
        "applied": sum(line.result == "APPLIED" for line in results.values()),
        "left_out": [line for line in results.values() if line.result != "APPLIED"],
        "is_mine": job.owner_id == request.user.pk,
    }


def _attachment(stem: str, suffix: str) -> str:
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in stem)
    return f'attachment; filename="{plain.strip("-") or "import"}-erreurs{suffix}"'
