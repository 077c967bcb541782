"""The figures that a document shows are used by it: kept, so that one can ask later who used what."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation

from indicators.services import usages
from portfolio.models import Project
from reports import catalogue
from reports.models import Document


def record(document: Document, now: datetime) -> int:
    """Uses by a document that is ready, as its figures were known then; returns how many: none
    where it is not about a project."""
    project = Project.objects.filter(code=document.arguments.get("project", "")).first()
    if project is None:
        return 0
    with translation.override(document.language):
        label = f"{catalogue.get(document.name).title} – {project.name}"
        address = reverse("reports:document", args=[document.pk])
    return usages.record_document(
        project=project, label=label, address=address, by=document.owner, at=now
    )
