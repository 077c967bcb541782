"""An import by screen: sent, checked, shown, applied project by project, taken back.

A project is whole or not at all, and the projects of a file do not wait for each other: one that
is wrong, or that somebody changed in the meantime, is left out and named, the others are applied.
The row of the job is the truth; the broker only rings.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from portfolio.imports.exchange.file import MAX_BYTES
from portfolio.imports.exchange.plan import CellFault, Change
from portfolio.imports.table import FileRefusedError
from portfolio.models import ImportJob, ImportLine, Project, User
from portfolio.services import exchange
from portfolio.services.exchange import Signed, UnitRefusedError
from portfolio.services.import_work import Prepared, Work, prepare

Clock = Callable[[], datetime]
Result = ImportLine.Result

LEASE = timedelta(minutes=11)  # above the task's own time limit
RUN = timedelta(minutes=7)  # then the job rings for itself, and goes on from where it is
MAX_ATTEMPTS = 5
FILE_KEPT = timedelta(days=90)  # then its result and its digest stay, not what was sent
ENDED = ("REFUSED", "DONE", "CANCELLED", "FAILED")
FAULTS_KEPT = 2_000


class StoppedError(Exception):
    """The job is no longer ours: stopped by its owner, or held by another worker."""


def send(  # noqa: PLR0913 - what is sent, each named
    *, content: bytes, file_name: str, language: str, by: User, at: datetime,
    kind: str = ImportJob.Kind.EXCHANGE, undoes: ImportJob | None = None,
) -> ImportJob:  # fmt: skip
    """Keep a file that somebody sends, to be checked by a worker. Raises ValidationError."""
    if len(content) > MAX_BYTES:
        size = MAX_BYTES // 1_000_000
        raise ValidationError({"file": _("The file is over %(size)d MB.") % {"size": size}})
    return ImportJob.objects.create(
        owner=by, kind=kind, file_name=file_name[-200:], content=content, language=language,
        sha256=hashlib.sha256(content).hexdigest(), sent_at=at, undoes=undoes,
    )  # fmt: skip


# ---------------------------------------------------------------- step two: what is wrong


def check(*, job_id: int, clock: Clock) -> None:
    """Find what is wrong and what would change; stores nothing of it in the register."""
    job = _claim(job_id, "SENT", "CHECKING", clock())
    if job is None:
        return
    with override(job.language):
        signed = Signed(job.owner, job.reason or _("Check of an import"), clock())
        try:
            prepared = prepare(content=bytes(job.content), kind=job.kind, by=job.owner)
        except FileRefusedError as refusal:
            _refused(job, "REFUSED", refusal, clock())
            return
        _close(job, state="CHECKED", **_found(prepared, signed))


def _refused(job: ImportJob, state: str, refusal: FileRefusedError, now: datetime) -> None:
    faults = [CellFault("", f.line, "", f.column, "", f.reason) for f in refusal.faults]
    told = [*job.faults, *(asdict(fault) for fault in faults)]
    _close(job, state=state, faults=told, finished_at=now)


def _found(prepared: Prepared, signed: Signed) -> dict[str, Any]:
    faults, changes, unchanged = list(prepared.faults), [], 0
    names = dict(
        Project.objects.filter(code__in=[work.code for work in prepared.works]).values_list(
            "code", "name_fr"
        )
    )
    for work in prepared.works:
        changed, wrong = work.check(signed)
        faults += wrong
        if wrong:
            continue
        if changed or work.is_new:
            changes.append(_shown(work, names.get(work.code, ""), changed))
        else:
            unchanged += 1
    faults.sort(key=lambda fault: (fault.sheet, fault.line))
    notes = prepared.notes
    if len(faults) > FAULTS_KEPT:
        notes = [*notes, _("%d errors; the first ones are shown.") % len(faults)]
    return {
        "kind": prepared.kind,
        "faults": [asdict(fault) for fault in faults[:FAULTS_KEPT]],
        "changes": changes,
        "unchanged": unchanged,
        "notes": notes,
        "total": len(prepared.works),
    }


def _shown(work: Work, name: str, changes: list[Change]) -> dict[str, Any]:
    given = next((change.after for change in changes if change.key == "name_fr"), "")
    return {
        "code": work.code,
        "name": name or given,
        "is_new": work.is_new,
        "stale": work.stale,
        "stale_by": _changed_by(work.code) if work.stale else "",
        "fields": [asdict(change) for change in changes],
    }


def _changed_by(code: str) -> str:
    """Who changed the project last; empty for a machine."""
    events: Any = Project.pgh_event_model.objects  # type: ignore[attr-defined]  # by pghistory
    last = events.filter(code=code).select_related("pgh_context").order_by("-pgh_id").first()
    context = last.pgh_context.metadata if last and last.pgh_context else {}
    author = User.objects.filter(pk=context.get("user") or 0).first()
    return str(author) if author else ""


# ---------------------------------------------------------------- step three: apply


def ask(*, job: ImportJob, reason: str, forced: Iterable[str], by: User) -> ImportJob:
    """Have a checked file applied. `forced` are the codes, changed since the export, that are
    applied all the same. Raises ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the register changes.")})
    with transaction.atomic():
        held = ImportJob.objects.select_for_update().defer("content").get(pk=job.pk)
        if held.state != "CHECKED" or held.owner_id != by.pk:
            raise ValidationError(_("This import is no longer waiting for a decision."))
        if not held.changes:
            raise ValidationError(_("Nothing would change: there is nothing to apply."))
        held.state, held.reason, held.attempts = ImportJob.State.ASKED, reason.strip(), 0
        held.forced = sorted(set(forced) & {change["code"] for change in held.changes})
        held.save(update_fields=["state", "reason", "attempts", "forced"])
    return held


def apply(*, job_id: int, clock: Clock) -> bool:
    """Apply an asked import, from where it stands. True if it has to go on later.

    Each project is stored in one transaction with the job's own progress: a worker that dies
    leaves it done and counted, or neither.
    """
    job = _claim(job_id, "ASKED", "APPLYING", clock())
    if job is None:
        return False
    with override(job.language):
        at = clock()
        reason = _("%(reason)s (import no. %(number)d, %(file)s)") % {
            "reason": job.reason, "number": job.pk, "file": job.file_name,
        }  # fmt: skip
        signed = Signed(job.owner, reason, at)
        try:
            prepared = prepare(content=bytes(job.content), kind=job.kind, by=job.owner)
        except FileRefusedError as refusal:  # a role or a list that changed since the check
            _refused(job, "FAILED", refusal, clock())
            return False
        expected = {change["code"]: change["fields"] for change in job.changes}
        done = job.done
        try:
            for place, work in enumerate(prepared.works, start=1):
                if place <= job.done or work.code not in expected:
                    continue
                if clock() - at > RUN:
                    return _later(job)
                changes = [Change(**fields) for fields in expected[work.code]]
                _step(job, (done, place), work, signed, changes, clock())
                done = place
            _finish(job, "DONE", clock())
        except StoppedError:
            stopped = ImportJob.objects.filter(pk=job.pk, is_cancelled=True).exists()
            if stopped:
                _finish(job, "CANCELLED", clock())
    return False


def _step(
    job: ImportJob, places: tuple[int, int], work: Work, signed: Signed, changes: list[Change],
    now: datetime,
) -> None:  # fmt: skip
    """One project and the job's progress, together."""
    done, place = places
    with transaction.atomic():
        ours = ImportJob.objects.filter(
            pk=job.pk, state="APPLYING", attempts=job.attempts, done=done, is_cancelled=False
        )
        if not ours.update(done=place, lease_until=now + LEASE):
            raise StoppedError
        result, why = _applied(job, work, signed, changes)
        ImportLine.objects.create(job=job, code=work.code, result=result, reason=why)


def _applied(job: ImportJob, work: Work, signed: Signed, changes: list[Change]) -> tuple[str, str]:
    if work.stale and work.code not in job.forced:
        return Result.STALE, ""
    try:
        stored = work.apply(signed, changes)
    except UnitRefusedError as refusal:
        return Result.REFUSED, " ".join(fault.reason for fault in refusal.faults)
    return (Result.APPLIED if stored else Result.MOVED), ""


def cancel(*, job: ImportJob, at: datetime) -> None:
    """Stop: what is applied stays applied, and is listed; nothing more is."""
    waiting = ImportJob.objects.filter(pk=job.pk, state__in=["SENT", "CHECKED", "ASKED"])
    if not waiting.update(state="CANCELLED", is_cancelled=True, finished_at=at):
        ImportJob.objects.filter(pk=job.pk, state="APPLYING").update(is_cancelled=True)


def forget(*, now: datetime) -> int:
    """Empty the files that are old enough; one that nobody decided on by then is stopped. Returns
    how many. Done twice, it empties nothing more."""
    old = ImportJob.objects.filter(sent_at__lt=now - FILE_KEPT)
    old.filter(state="CHECKED").update(state="CANCELLED", is_cancelled=True, finished_at=now)
    return old.filter(state__in=ENDED).exclude(content=b"").update(content=b"")


# ---------------------------------------------------------------- taken back


def undo(*, job: ImportJob, by: User, at: datetime) -> ImportJob:
    """A new import that puts back what this one changed, to be checked and applied like any
    other; a fact changed since stays as it is. Raises ValidationError where nothing can be put
    back."""
    applied = set(job.lines.filter(result=Result.APPLIED).values_list("code", flat=True))
    changes = [c for c in job.changes if c["code"] in applied and not c["is_new"]]
    rows: list[dict[str, Any]] = []
    if job.kind != ImportJob.Kind.MAPPING:
        with override(job.language):
            rows = exchange.rows_before(changes)
    if not rows:
        raise ValidationError(_("Nothing of this import can be put back by itself."))
    return send(
        content=json.dumps(rows).encode(), file_name=job.file_name, language=job.language,
        by=by, at=at, kind=ImportJob.Kind.UNDO, undoes=job,
    )  # fmt: skip


# ---------------------------------------------------------------- the hold on a job


def _claim(job_id: int, waiting: str, held: str, now: datetime) -> ImportJob | None:
    """The job if no other worker holds it; one that fails every time ends FAILED."""
    claimable = ImportJob.objects.claimable(now).filter(pk=job_id, state__in=[waiting, held])
    if not claimable.update(state=held, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    job = ImportJob.objects.select_related("owner").get(pk=job_id)
    if job.attempts > MAX_ATTEMPTS:
        _finish(job, "FAILED", now)
        return None
    return job


def _close(job: ImportJob, **fields: Any) -> bool:
    """False where the lease has passed to another worker: its result counts, not ours."""
    held = ImportJob.objects.filter(
        pk=job.pk, attempts=job.attempts, state__in=["CHECKING", "APPLYING"]
    )
    return bool(held.update(lease_until=None, **fields))


def _later(job: ImportJob) -> bool:
    return _close(job, state="ASKED", attempts=0)


def _finish(job: ImportJob, state: str, now: datetime) -> None:
    _close(job, state=state, finished_at=now)
