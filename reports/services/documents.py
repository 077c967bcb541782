"""Ask for a document, make it. The row is the truth; the broker only rings."""

import errno
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from portfolio import storage
from portfolio.models import User
from reports import catalogue
from reports.errors import CannotAskError, RenderError, SubjectGoneError, UnknownReportError
from reports.models import Document
from reports.services import uses

LEASE = timedelta(minutes=4)  # above the task's own time limit
MAX_ATTEMPTS = 3

_Failure = Document.Failure


@transaction.atomic
def ask(
    *, name: str, arguments: Mapping[str, str], language: str, by: User, at: datetime
) -> Document:
    """The document that `by` waits for: a new one, or the same one still being made.

    Raises UnknownReportError, CannotAskError.
    """
    report = catalogue.get(name)
    if not report.takes(arguments):
        raise CannotAskError(f"{name} takes {', '.join(report.arguments)}")
    if language not in report.languages:
        raise CannotAskError(f"{name} is not made in {language}")
    if not report.may_have(by, arguments):
        raise CannotAskError(f"{by.username} may not ask for {name}")
    wanted = {"name": name, "arguments": dict(arguments), "language": language, "owner": by}
    pending = Document.objects.filter(**wanted, state__in=["WAITING", "RUNNING"]).first()
    return pending or Document.objects.create(**wanted, asked_at=at)


def produce(*, document_id: int, now: datetime) -> None:
    """Make the document unless another worker holds it; ends READY, or FAILED with a reason."""
    document = _claim(document_id, now)
    if document is None:
        return
    if document.attempts > MAX_ATTEMPTS:
        _fail(document, _Failure.INTERRUPTED, now)
        return
    try:
        _make(document, now)
    except (SubjectGoneError, UnknownReportError):
        _fail(document, _Failure.GONE, now)
    except RenderError:
        _fail(document, _Failure.LAYOUT, now)
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        _fail(document, _Failure.NO_SPACE if full else _Failure.UNWRITABLE, now)


def path_of(document: Document) -> Path:
    """Where the file of a READY document is."""
    return Path(settings.DOCUMENTS_ROOT) / document.file


def _claim(document_id: int, now: datetime) -> Document | None:
    waiting = Document.objects.claimable(now).filter(pk=document_id)
    claimed = waiting.update(state="RUNNING", lease_until=now + LEASE, attempts=F("attempts") + 1)
    return Document.objects.select_related("owner").get(pk=document_id) if claimed else None


def _make(document: Document, now: datetime) -> None:
    report = catalogue.get(document.name)
    body = report.make(
        arguments=document.arguments, reader=document.owner, language=document.language, now=now
    )
    file = f"{document.asked_at:%Y/%m}/{document.pk}-{document.attempts}.pdf"
    path = Path(settings.DOCUMENTS_ROOT) / file
    storage.write_whole(path, body)
    digest = hashlib.sha256(body).hexdigest()
    if _close(document, now, state="READY", file=file, sha256=digest):
        uses.record(document, now)
    else:
        path.unlink()


def _fail(document: Document, failure: str, now: datetime) -> None:
    _close(document, now, state="FAILED", failure=failure)


def _close(document: Document, now: datetime, **fields: str) -> bool:
    """False where the lease has passed to another worker: its result counts, not ours."""
    held = Document.objects.filter(pk=document.pk, state="RUNNING", attempts=document.attempts)
    return bool(held.update(finished_at=now, lease_until=None, **fields))
