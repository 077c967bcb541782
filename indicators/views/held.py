"""A pull that is held back: accepted or rejected; its answers, read again or downloaded."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.forms import DecisionForm
from indicators.models import RawFile, Run
from indicators.raw_store import RawLostError, RawStore
from indicators.services import holding, planning
from indicators.tasks import pull_run
from indicators.views.pulls import run_context, visible_runs
from portfolio.after_commit import after_commit
from portfolio.models import User
from portfolio.permissions import require
from portfolio.roles import Part

MOST_DOWNLOADED = 64_000_000  # bytes; a longer answer is fetched from the store by the data team


@login_required
@require_POST
@transaction.atomic
def decide(request: HttpRequest, run_id: int) -> HttpResponse:
    require(request, Part.SOURCES)
    run = get_object_or_404(visible_runs(request), pk=run_id)
    if run.state != Run.State.HELD or run.decision:
        messages.warning(request, _("This pull is not waiting for a decision any more."))
        return redirect("indicators:run", run_id=run.pk)
    form = DecisionForm(request.POST)
    if form.is_valid() and _decided(request, run, form):
        return redirect("indicators:run", run_id=run.pk)
    context = run_context(request, run) | {"decision_form": form}
    return render(request, "indicators/pages/run.html", context, status=422)


def _decided(request: HttpRequest, run: Run, form: DecisionForm) -> bool:
    given = {
        "run": run, "by": cast("User", request.user), "reason": form.cleaned_data["reason"],
        "at": timezone.now(),
    }  # fmt: skip
    try:
        if request.POST.get("decision") == Run.Decision.ACCEPTED:
            again = holding.accept(**given)
            after_commit(pull_run.delay, again.pk)
            messages.success(request, _("Accepted: the values are published in a moment."))
        else:
            holding.reject(**given)
            messages.success(request, _("Rejected: what is published stays as it is."))
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@login_required
@require_POST
@transaction.atomic
def replay(request: HttpRequest, run_id: int) -> HttpResponse:
    """Read the kept answers again, by the feed's definition of today."""
    require(request, Part.SOURCES)
    run = get_object_or_404(visible_runs(request), pk=run_id)
    try:
        again = planning.plan_replay(run=run, now=timezone.now())
    except ValueError:
        messages.warning(request, _("This pull was never fetched whole: there is nothing to read again."))  # fmt: skip
        return redirect("indicators:run", run_id=run.pk)
    after_commit(pull_run.delay, again.pk)
    messages.success(request, _("Its answers are read again in a moment."))
    return redirect("indicators:run", run_id=again.pk)


@login_required
def raw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer as it was received. It may hold what is not published: for the data team alone."""
    require(request, Part.SOURCES)
    kept = get_object_or_404(RawFile, pk=pk, size__lte=MOST_DOWNLOADED)
    with TemporaryDirectory(prefix="raw-") as folder:
        path = Path(folder) / "answer"
        try:
            RawStore(settings.RAW_STORE).copy(kept.sha256, path)
        except RawLostError as error:
            raise Http404 from error
        body = path.read_bytes()
    # Never shown by the browser: it comes from elsewhere.
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{kept.sha256[:16]}.bin"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
