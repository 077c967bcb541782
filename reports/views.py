"""Ask for a document, watch it being made, take it."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from portfolio import moments
from portfolio.models import Meeting, Project, User
from reports import catalogue
from reports.models import Document
from reports.querysets import DocumentQuerySet
from reports.services import documents
from reports.tasks import produce_document

SHOWN = 50


@login_required
@require_POST
@transaction.atomic
def ask_project_sheet(request: HttpRequest, code: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), code=code)
    then = moments.asked(request.POST.get(moments.NAME, ""), now=timezone.now())
    arguments = {"project": project.code} | (
        {moments.NAME: then.moment.text} if then.moment else {}
    )
    return _asked(request, "project-sheet", arguments)


@login_required
@require_POST
@transaction.atomic
def ask_meeting_pack(request: HttpRequest, pk: int) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    return _asked(request, "meeting-pack", {"meeting": str(meeting.pk)})


@login_required
@require_POST
@transaction.atomic
def ask_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a meeting that has begun."""
    begun = Meeting.objects.visible_to(request.user).exclude(state=Meeting.State.PLANNED)
    meeting = get_object_or_404(begun, pk=pk)
    return _asked(request, "minutes", {"meeting": str(meeting.pk)})


@login_required
def document_list(request: HttpRequest) -> HttpResponse:
    mine = _mine(request).order_by("-asked_at")[:SHOWN]
    entries = [(document, catalogue.get(document.name)) for document in mine]
    return render(request, "reports/pages/documents.html", {"entries": entries})


@login_required
def document_page(request: HttpRequest, document_id: int) -> HttpResponse:
    return render(request, "reports/pages/document.html", _shown(request, document_id))


@login_required
def document_progress(request: HttpRequest, document_id: int) -> HttpResponse:
    """The part of the page that asks again for itself until the document is finished."""
    return render(request, "reports/components/progress.html", _shown(request, document_id))


@login_required
def download(request: HttpRequest, document_id: int) -> FileResponse:
    """The file, to save; 404 for whoever did not ask for it, or may no longer read its subject."""
    document = _visible(request, document_id)
    report = catalogue.get(document.name)
    if document.state != "READY" or not report.may_have(request.user, document.arguments):
        raise Http404
    try:
        file = documents.path_of(document).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = report.filename(document.arguments, document.language)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, name: str, arguments: dict[str, str]) -> HttpResponse:
    """In the language of the page; the worker is rung once the row is there for it to read."""
    document = documents.ask(
        name=name,
        arguments=arguments,
        language=get_language() or "fr",
        by=cast("User", request.user),
        at=timezone.now(),
    )
    transaction.on_commit(lambda: produce_document.delay(document.pk), robust=True)
    return redirect("reports:document", document_id=document.pk)


def _mine(request: HttpRequest) -> DocumentQuerySet:
    """Those that the catalogue still describes: one that it dropped has neither title nor name."""
    return Document.objects.visible_to(request.user).filter(name__in=catalogue.REPORTS)


def _visible(request: HttpRequest, document_id: int) -> Document:
    return get_object_or_404(_mine(request), pk=document_id)


def _shown(request: HttpRequest, document_id: int) -> dict[str, object]:
    document = _visible(request, document_id)
    return {"document": document, "report": catalogue.get(document.name)}
