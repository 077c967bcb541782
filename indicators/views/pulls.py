"""Sources, feeds and their pulls."""

import json
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.forms import DecisionForm
from indicators.models import Deposit, Feed, FeedDraft, Run
from indicators.queries.progress import progress_of
from indicators.queries.register import incomplete, register
from indicators.querysets import RunQuerySet
from indicators.services import planning, raw_files
from indicators.tasks import pull_run
from portfolio.after_commit import after_commit
from portfolio.permissions import may, require
from portfolio.roles import Part

PER_PAGE = 50
ROWS_SHOWN = 200
FILES_SHOWN = 100
HELD_SHOWN = 20


@login_required
def sources(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = register(user=request.user, now=now)
    held = visible_runs(request).waiting_for_a_decision().order_by("-finished_at")
    drafts = FeedDraft.objects.visible_to(request.user).select_related("feed")
    may_pull = may(request.user, Part.SOURCES)
    context = {
        "states": [row.state for row in rows], "may_pull": may_pull, "held": held[:HELD_SHOWN],
        "drafts": drafts.order_by("-updated_at") if may_pull else (),
        "deposits_to": Feed.objects.open_to(request.user).exists(),
        "to_mend": len(incomplete(rows)),
        "now": now,
        "late": [one for row in rows for one in row.state.feeds if one.late],
    }  # fmt: skip
    return render(request, "indicators/pages/sources.html", context)


@login_required
def runs(request: HttpRequest) -> HttpResponse:
    """The ledger, latest first; of one feed where the address names it."""
    found = visible_runs(request).order_by("-due_at", "-pk")
    code = request.GET.get("flux", "")
    if code:
        found = found.filter(feed=get_object_or_404(_feeds(request), code=code))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "indicators/pages/runs.html", {"page": page, "code": code})


@login_required
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    run = get_object_or_404(visible_runs(request), pk=run_id)
    context = run_context(request, run) | {"decision_form": DecisionForm()}
    return render(request, "indicators/pages/run.html", context)


@login_required
def run_progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The part of a run's page that asks again for itself while the run is due or under way; once
    it has ended, the page is loaded anew, whole."""
    run = get_object_or_404(visible_runs(request), pk=run_id)
    response = render(request, "indicators/pages/run_progress.html", {"told": progress_of(run)})
    if run.finished_at is not None:
        response["HX-Refresh"] = "true"
    return response


def run_context(request: HttpRequest, run: Run) -> dict[str, object]:
    """What the page of a run shows."""
    rows = run.quarantine.order_by("row_number", "pk")[:ROWS_SHOWN]
    held = run.held_for.get("spikes", {}).get("first", [])
    may_see = may(request.user, Part.SOURCES)
    return {
        "run": run,
        # As received it may hold what is not published: for the data team alone.
        "set_aside": [
            (item, json.dumps(item.row, ensure_ascii=False) if may_see else "") for item in rows
        ],
        "rows_shown": ROWS_SHOWN,
        "files": raw_files.of_run(run)[:FILES_SHOWN],
        "unchanged_since": raw_files.unchanged_since(run),
        "spikes": [{**one, "on": datetime.fromisoformat(one["on"])} for one in held],
        "missing": run.held_for.get("missing"),
        "personal": run.held_for.get("personal"),
        "may_decide": may_see,
        "later": run.replays.order_by("pk"),
        "deposit": Deposit.objects.filter(run=run.replay_of or run)
        .select_related("author")
        .first(),
        "may_see_deposit": Feed.objects.open_to(request.user).filter(pk=run.feed_id).exists(),
        "told": progress_of(run),
    }


@login_required
@require_POST
@transaction.atomic
def pull_now(request: HttpRequest, code: str) -> HttpResponse:
    """Plan the feed's next run now; the worker is rung once the row is there for it to read."""
    require(request, Part.SOURCES)
    feed = get_object_or_404(_feeds(request).select_related("source"), code=code)
    planned = planning.plan_due(
        now=timezone.now(), feeds=Feed.objects.filter(pk=feed.pk), force=True
    )
    for run in planned:
        after_commit(pull_run.delay, run.pk)
    if planned:
        messages.success(request, _("The pull is planned; it starts in a moment."))
    else:
        messages.warning(request, _why_not(feed))
    return redirect("indicators:sources")


def _feeds(request: HttpRequest) -> QuerySet[Feed]:
    return Feed.objects.visible_to(request.user)


def visible_runs(request: HttpRequest) -> RunQuerySet:
    """Those of the ledger that the reader may see."""
    visible = Run.objects.visible_to(request.user)
    return visible.select_related(
        "feed__source", "feed__indicator", "contract", "replay_of", "decided_by", "same_as"
    )


def _why_not(feed: Feed) -> str:
    if feed.is_deposited:
        return _("Nothing is asked of this source: its files are deposited.")
    if feed.is_active and feed.source.is_active:
        return _("A pull of this feed is already planned or under way.")
    return _("This feed or its source is switched off.")
