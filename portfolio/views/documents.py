"""The documents of a project: their block on its page, their forms, and the files themselves."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portfolio.forms.documents import DescribeForm, FileForm, MoveForm
from portfolio.models import Project, ProjectDocument
from portfolio.queries.documents import documents_of
from portfolio.roles import Part
from portfolio.services.documents import path_of
from portfolio.views.editing import answer, editable, sent

PUBLIC_SECONDS = int(timedelta(minutes=5).total_seconds())


def documents_block(project: Project) -> dict[str, object]:
    return {"documents": documents_of(project)}


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file, to be kept and never shown in the page: for who may read it, 404 for others."""
    readable = ProjectDocument.objects.readable_by(request.user)
    document = get_object_or_404(readable, pk=pk)
    try:
        body = path_of(document).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        body, as_attachment=True, filename=document.file_name, content_type=document.media_type
    )
    if request.user.is_anonymous:
        patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@transaction.atomic
def document_add(request: HttpRequest, code: str) -> HttpResponse:
    form = FileForm(
        sent(request), files=request.FILES or None, project=editable(request, code, Part.DOCUMENTS)
    )
    return answer(request, form, block="documents", title=_("Add a document"))


@login_required
@transaction.atomic
def document_edit(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """What is said of the last version."""
    project, document = _last(request, code, pk)
    form = DescribeForm(sent(request), project=project, document=document)
    return answer(request, form, block="documents", title=_("Change “%s”") % document.title)


@login_required
@transaction.atomic
def document_replace(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """A new version."""
    project, document = _last(request, code, pk)
    files = request.FILES or None
    form = FileForm(sent(request), files=files, project=project, document=document)
    return answer(request, form, block="documents", title=_("New version of “%s”") % document.title)


@login_required
@transaction.atomic
def document_move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Taken off, or brought back."""
    project, document = _last(request, code, pk)
    form = MoveForm(sent(request), project=project, document=document)
    words = _("Bring back “%s”") if document.withdrawn_at else _("Take off “%s”")
    return answer(request, form, block="documents", title=words % document.title)


def _last(request: HttpRequest, code: str, pk: int) -> tuple[Project, ProjectDocument]:
    project = editable(request, code, Part.DOCUMENTS)
    last = project.documents.filter(replaced_by=None).select_related("project")
    return project, get_object_or_404(last, pk=pk)
