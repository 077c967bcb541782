"""The forms of a project's documents: a first version, a new one, what is said of it, taken off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.record import RecordForm
from portfolio.forms.seen import Shows
from portfolio.imports import file_content
from portfolio.models import Project, ProjectDocument, User
from portfolio.services import documents
from portfolio.services.documents import DocumentFacts, GivenFile

ACCEPTED = ".pdf,.docx,.xlsx,.odt,.ods,.png,.jpg,.jpeg,.csv,.txt"


class DescribeForm(RecordForm):
    """What is said of a document."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=ProjectDocument.Kind.choices)
    dated_on = DayField(
        label=_("Date of the document"), required=False, help_text=_("Leave empty if not known.")
    )
    is_public = forms.BooleanField(
        label=_("Shown to residents"),
        required=False,
        help_text=_("On the public page, once the project is public. Check it names nobody."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        project: Project,
        document: ProjectDocument | None = None,
        **options: Any,
    ) -> None:
        names = [*DocumentFacts.__dataclass_fields__]
        initial = {name: getattr(document, name) for name in names} if document else {}
        super().__init__(data, project=project, initial=initial, **options)
        self.document = document

    def shows(self) -> Sequence[Shows]:
        names = tuple(DocumentFacts.__dataclass_fields__)
        return [Shows(self.document, names)] if self.document else []

    def facts(self) -> DocumentFacts:
        names = [*DocumentFacts.__dataclass_fields__]
        return DocumentFacts(**{name: self.cleaned_data[name] for name in names})

    def save(self, *, by: User, at: datetime) -> None:
        assert self.document is not None
        documents.describe(
            document=self.document,
            facts=self.facts(),
            by=by,
            reason=self.cleaned_data["reason"],
            at=at,
        )


class FileForm(DescribeForm):
    """A file and what is said of it; with a document, its new version."""

    file = forms.FileField(
        label=_("File"),
        max_length=500,
        help_text=_(
            "PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG, CSV or text, 25 MB at most. What a photograph "
            "says of its place and its author is left out."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    field_order = ["file"]

    def save(self, *, by: User, at: datetime) -> None:
        sent: Any = self.cleaned_data["file"]  # an UploadedFile
        file = GivenFile(sent.name, sent.read(file_content.MAX_BYTES + 1))
        signed: dict[str, Any] = {"by": by, "reason": self.cleaned_data["reason"], "at": at}
        if self.document is None:
            documents.add(project=self.project, facts=self.facts(), file=file, **signed)
        else:
            documents.replace(document=self.document, facts=self.facts(), file=file, **signed)


class MoveForm(RecordForm):
    """Why a document is taken off, or brought back."""

    def __init__(
        self, data: Any = None, *, project: Project, document: ProjectDocument, **options: Any
    ) -> None:
        super().__init__(data, project=project, **options)
        self.document = document
        label: Promise = _("Bring back") if document.withdrawn_at else _("Take off")
        self.submit_label = label

    def save(self, *, by: User, at: datetime) -> None:
        verb = documents.bring_back if self.document.withdrawn_at else documents.withdraw
        verb(document=self.document, by=by, reason=self.cleaned_data["reason"], at=at)
