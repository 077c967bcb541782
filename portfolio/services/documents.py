"""The documents of a project: added, given a new version, described, taken off, brought back."""

import errno
import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import storage
from portfolio.imports import file_content
from portfolio.imports.file_content import FileContent
from portfolio.imports.table import FileRefusedError
from portfolio.models import Project, ProjectDocument, User
from portfolio.services.history import recorded, touch
from portfolio.templatetags.figures import day

FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class DocumentFacts:
    """What is said of a document; an unknown date is None."""

    title_fr: str
    kind: str
    title_en: str = ""
    dated_on: date | None = None
    is_public: bool = False


@dataclass(frozen=True)
class GivenFile:
    """A file as it was sent: neither its name nor its type is believed."""

    name: str
    data: bytes


def add(
    *,
    project: Project,
    facts: DocumentFacts,
    file: GivenFile,
    by: User | None,
    reason: str,
    at: datetime,
) -> ProjectDocument:
    """Keep a first version. Raises ValidationError by field."""
    document = ProjectDocument(project=project, **asdict(facts))
    return _kept(document, file, by=by, reason=reason, at=at)


def replace(
    *,
    document: ProjectDocument,
    facts: DocumentFacts,
    file: GivenFile,
    by: User | None,
    reason: str,
    at: datetime,
) -> ProjectDocument:
    """Keep a new version of a document; the versions before it stay. Raises ValidationError by
    field."""
    newer = ProjectDocument(
        project=document.project, replaces=document, version=document.version + 1, **asdict(facts)
    )
    return _kept(newer, file, by=by, reason=reason, at=at)


def describe(
    *,
    document: ProjectDocument,
    facts: DocumentFacts,
    by: User | None,
    reason: str,
    at: datetime,
) -> ProjectDocument:
    """Change what is said of a version; what is already so is not recorded. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_why(reason)):
        stored = ProjectDocument.objects.select_for_update().get(pk=document.pk)
        changed = [name for name, value in asdict(facts).items() if getattr(stored, name) != value]
        for name in changed:
            setattr(stored, name, getattr(facts, name))
        _check(stored, at)
        if changed:
            stored.save(update_fields=changed)
            touch(stored.project, at=at)
    return stored


def withdraw(*, document: ProjectDocument, by: User | None, reason: str, at: datetime) -> None:
    """Take a document off, with all its versions; nothing is erased. Raises ValidationError."""
    _move(document, withdrawn_at=at, by=by, reason=reason, at=at)


def bring_back(*, document: ProjectDocument, by: User | None, reason: str, at: datetime) -> None:
    """Show a document again that was taken off. Raises ValidationError."""
    _move(document, withdrawn_at=None, by=by, reason=reason, at=at)


def path_of(document: ProjectDocument) -> Path:
    """Where the file is."""
    return Path(settings.DOCUMENTS_ROOT) / document.stored_as


def versions_of(document: ProjectDocument) -> list[ProjectDocument]:
    """From this version back to the first."""
    found = [document]
    while (before := found[-1].replaces) is not None:
        found.append(before)
    return found


# ---------------------------------------------------------------- below


def _kept(
    document: ProjectDocument, file: GivenFile, *, by: User | None, reason: str, at: datetime
) -> ProjectDocument:
    why, content = _why(reason), _recognised(file)
    document.file_name, document.media_type = content.name, content.media_type
    document.size_bytes = len(content.body)
    document.sha256 = hashlib.sha256(content.body).hexdigest()
    name = secrets.token_hex(16)
    document.stored_as = f"projets/{name[:2]}/{name}"
    document.author, document.recorded_at = by, at
    with recorded(by=by, reason=why):
        Project.objects.select_for_update().get(pk=document.project_id)
        _check(document, at)
        _check_new(document)
        _write(document, content)
        try:
            document.save(force_insert=True)
            touch(document.project, at=at)
        except BaseException:
            path_of(document).unlink(missing_ok=True)
            raise
    return document


def _recognised(file: GivenFile) -> FileContent:
    try:
        return file_content.recognised(file.name, file.data)
    except FileRefusedError as error:
        raise ValidationError({"file": str(error)}) from error


def _write(document: ProjectDocument, content: FileContent) -> None:
    try:
        storage.write_whole(path_of(document), content.body)
    except OSError as error:
        message = (
            _("The server's disk is full: nothing was kept. Try again later.")
            if error.errno in FULL
            else _("The server could not write the file: nothing was kept.")
        )
        raise ValidationError({"file": message}) from error


def _check(document: ProjectDocument, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    document.title_fr, document.title_en = document.title_fr.strip(), document.title_en.strip()
    try:
        document.full_clean(
            exclude={"project", "replaces", "author"}, validate_constraints=False,
            validate_unique=False,
        )  # fmt: skip
    except ValidationError as error:
        errors.update(error.message_dict)
    if document.dated_on and document.dated_on > timezone.localdate(at):
        errors["dated_on"] = [_("A date to come is not yet a fact.")]
    if errors:
        raise ValidationError(errors)


def _check_new(document: ProjectDocument) -> None:
    before = document.replaces
    if before is not None and ProjectDocument.objects.filter(replaces=before).exists():
        raise ValidationError({"file": _("Somebody else has just added a version: look at it.")})
    if before is not None and before.withdrawn_at is not None:
        raise ValidationError({"file": _("This document was taken off: bring it back first.")})
    same = ProjectDocument.objects.filter(project=document.project_id, sha256=document.sha256)
    if twin := same.first():
        words = {"title": twin.title, "version": twin.version, "day": day(twin.recorded_at)}
        message = _(
            "The project already has this very file: “%(title)s”, version %(version)d, "
            "added on %(day)s."
        )
        if twin.withdrawn_at:
            message = _(
                "The project already has this very file, taken off since: bring back “%(title)s”."
            )
        raise ValidationError({"file": message % words})


def _move(
    document: ProjectDocument, *, withdrawn_at: datetime | None, by: User | None, reason: str,
    at: datetime,
) -> None:  # fmt: skip
    with recorded(by=by, reason=_why(reason)):
        stored = ProjectDocument.objects.select_for_update().get(pk=document.pk)
        if ProjectDocument.objects.filter(replaces=stored).exists():
            raise ValidationError(_("Only the last version stands for the document."))
        if (stored.withdrawn_at is None) == (withdrawn_at is None):
            return
        keys = [version.pk for version in versions_of(stored)]
        ProjectDocument.objects.filter(pk__in=keys).update(withdrawn_at=withdrawn_at)
        touch(stored.project, at=at)


def _why(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the documents change.")})
    return reason.strip()
