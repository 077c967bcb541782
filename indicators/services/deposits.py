"""Files that people deposit: sent, seen, published by a run, withdrawn by another."""

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Deposit, Feed, RawFile, Run
from indicators.raw_store import RawLostError, RawStore
from indicators.services import earlier_values
from indicators.services.deposit_preview import Preview, preview
from indicators.services.pulls import Means
from indicators.services.raw_files import LostError, StoreError
from portfolio.imports.file_content import clean_name
from portfolio.models import User

WAITING_KEPT = timedelta(days=30)  # then a file that was never published is forgotten
ASIDES_KEPT = 100


class OtherwiseError(Exception):
    """Since its author looked, somebody changed what the file would change: nothing is published
    that was not shown."""


def send(*, feed: Feed, content: bytes, file_name: str, by: User, means: Means) -> Deposit:
    """Keep a file that can be read, until its author has seen what it would change. Raises
    SourceError where it cannot be read as a whole; nothing is kept then."""
    preview(feed=feed, content=content, means=means)
    now = means.clock()
    Deposit.objects.filter(
        feed=feed, author=by, run=None, sent_at__lt=now - WAITING_KEPT
    ).delete()  # fmt: skip
    return Deposit.objects.create(
        feed=feed, author=by, sent_at=now, file_name=clean_name(file_name)[:200], content=content,
        sha256=hashlib.sha256(content).hexdigest(), size=len(content),
    )  # fmt: skip


def discard(*, deposit: Deposit) -> None:
    """Forget a file that was not published."""
    Deposit.objects.filter(pk=deposit.pk, run=None).delete()


@transaction.atomic
def publish(*, deposit: Deposit, note: str, seen: str, by: User, means: Means) -> Run:
    """Have a worker publish the file: it is stored as received, with a run that has fetched
    already. `seen` is that of the preview. Raises ValidationError, OtherwiseError, SourceError."""
    feed = _free(deposit.feed)
    waiting = Deposit.objects.select_for_update().get(pk=deposit.pk)
    if waiting.run_id is not None:
        raise ValidationError(_("This file is published already."))
    content = bytes(waiting.content)
    shown = preview(feed=feed, content=content, means=means)
    if shown.seen != seen:
        raise OtherwiseError
    if shown.span is None or not shown.changes_something:
        raise ValidationError(_("This file would change nothing."))
    if shown.revised and not note.strip():
        raise ValidationError({"note": _("Published values change: say why.")})
    waiting.note, waiting.summary = note.strip()[:500], _summary(shown)
    waiting.run = _stored(feed, waiting, content, shown.span, means)
    waiting.content = b""
    waiting.author = by
    waiting.save()
    return waiting.run


@transaction.atomic
def withdraw(*, deposit: Deposit, reason: str, by: User, means: Means) -> Deposit:
    """Publish again what was known before a deposit, as new versions; what was said since stays.
    Raises ValidationError, SourceError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: whoever reads the figures will ask.")})
    feed = _free(deposit.feed)
    content = earlier_values.file_of(deposit)
    shown = preview(feed=feed, content=content, means=means)
    if shown.span is None or not shown.changes_something:
        raise ValidationError(_("Nothing of this deposit is left to withdraw."))
    back = Deposit(
        feed=feed, author=by, sent_at=means.clock(), withdraws=deposit, note=reason.strip()[:500],
        file_name=f"{Path(deposit.file_name).stem[:150]}-retrait.csv", size=len(content),
        sha256=hashlib.sha256(content).hexdigest(), summary=_summary(shown),
    )  # fmt: skip
    back.run = _stored(feed, back, content, shown.span, means)
    back.save()
    return back


def content_of(*, deposit: Deposit, store: RawStore) -> bytes:
    """The file as it was sent. Raises LostError."""
    if deposit.run_id is None:
        return bytes(deposit.content)
    with TemporaryDirectory(prefix="deposit-") as folder:
        path = Path(folder) / "file"
        try:
            store.copy(deposit.sha256, path)
        except RawLostError as error:
            raise LostError(str(error)) from error
        return path.read_bytes()


def _free(feed: Feed) -> Feed:
    """The feed, locked, once no run of it is under way: what it publishes would change what was
    shown. Raises ValidationError."""
    held = Feed.objects.select_for_update(of=("self",)).select_related("source").get(pk=feed.pk)
    if not (held.is_deposited and held.is_active and held.source.is_active):
        raise ValidationError(_("No file is deposited to this feed."))
    if held.runs.open().exists():
        raise ValidationError(
            _("Another file of this feed is being published. Look again in a moment.")
        )
    return held


def _stored(
    feed: Feed, deposit: Deposit, content: bytes, span: tuple[datetime, datetime], means: Means
) -> Run:
    """A run that reads this file and asks nobody, over the periods of the file."""
    try:
        sha256, size = means.store.put(content)
    except OSError as error:
        raise StoreError(str(error)) from error
    now = means.clock()
    run = Run.objects.create(
        feed=feed, window_start=span[0], window_end=span[1], due_at=now, fetched_attempt=0
    )
    RawFile.objects.create(
        run=run, attempt=0, number=1, sha256=sha256, size=size, received_at=deposit.sent_at,
        url=f"{feed.source.base_url}/{quote(deposit.file_name)}",
    )  # fmt: skip
    return run


def _summary(shown: Preview) -> dict[str, Any]:
    """What is kept of what was shown."""
    return {
        "told": dict(shown.told),
        "header_line": shown.header_line,
        "asides": [asdict(one) for one in shown.asides[:ASIDES_KEPT]],
    }
