"""The feed assistant: from an address to a feed, step by step. Each step is an address of its own;
what is typed is kept in a draft."""

from datetime import date
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from indicators.analysis.contract import Contract
from indicators.connectors.base import SourceError
from indicators.connectors.registry import about, protocols
from indicators.forms.address_step import AddressForm
from indicators.forms.schedule_step import FinishForm
from indicators.forms.steps import StepForm
from indicators.models import Feed, FeedDraft
from indicators.services import drafts, feed_documents, guesses, planning
from indicators.services.feed_documents import CONTRACT, MAPPING
from indicators.services.mapping import FeedMapping
from indicators.services.preview import preview
from indicators.services.sources import Problem, SourcesError
from indicators.tasks import pull_run
from indicators.try_reasons import fault, fault_of
from indicators.views import assistant_steps as steps
from indicators.views.assistant_steps import Step
from portfolio.after_commit import after_commit
from portfolio.models import User
from portfolio.permissions import require
from portfolio.roles import Part


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    require(request, Part.SOURCES)
    try:
        draft = drafts.start(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("indicators:sources")
    return redirect("indicators:draft-step", draft.pk, "source")


@login_required
@require_POST
def change(request: HttpRequest, code: str) -> HttpResponse:
    """The same steps, filled in from a feed."""
    require(request, Part.SOURCES)
    feeds = Feed.objects.visible_to(request.user).select_related("source", "indicator")
    feed = get_object_or_404(feeds, code=code)
    if feed.source.protocol not in protocols():
        messages.warning(request, _("The protocol of the source is not known here."))
        return redirect("indicators:feed", feed.code)
    draft = drafts.start_from(feed=feed, by=cast("User", request.user), at=timezone.now())
    return redirect("indicators:draft-step", draft.pk, "champs")


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    drafts.discard(draft=_draft(request, pk))
    messages.success(request, _("The draft is thrown away."))
    return redirect("indicators:sources")


@login_required
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be applied, as a file of sources."""
    draft = _draft(request, pk)
    return yaml_file(feed_documents.of_draft(draft), f"sources-{draft.pk}.yml")


def yaml_file(document: dict[str, Any], name: str) -> HttpResponse:
    response = HttpResponse(
        feed_documents.as_yaml(document), content_type="application/yaml; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_POST
@sensitive_post_parameters("secret")
def keep(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """What stands in a step's form, as it is typed; the key is not kept."""
    draft, told = _draft(request, pk), _step(step)
    if told.form is None or not steps.is_open(draft, told):
        raise Http404
    typed = told.form(draft, request.POST).typed
    drafts.keep(draft=draft, step=told.part, typed=typed, at=timezone.now())
    return HttpResponse(status=204)


@login_required
@sensitive_post_parameters("secret")
def step_page(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    draft, told = _draft(request, pk), _step(step)
    if not steps.is_open(draft, told) or told not in steps.steps_of(draft):
        return redirect("indicators:draft-step", draft.pk, steps.furthest(draft).slug)
    if told.slug == "resume":
        return _summary(request, draft, told)
    if told.form is None:
        return _page(
            request,
            draft,
            told,
            {
                "preview": _preview(draft),
                "by_area": "by_area" in draft.said[MAPPING].get("zone", {}),
            },
        )
    if request.method == "POST":
        return _sent(request, draft, told, told.form(draft, request.POST))
    return _page(request, draft, told, {"form": told.form(draft, None)})


def _sent(request: HttpRequest, draft: FeedDraft, step: Step, form: StepForm) -> HttpResponse:
    """Kept in any case; settled where it is in order."""
    drafts.keep(draft=draft, step=step.part, typed=form.typed, at=timezone.now())
    if isinstance(form, AddressForm):
        return _address(request, draft, step, form)
    if not form.is_valid():
        return _page(request, draft, step, {"form": form}, status=422)
    drafts.settle(draft=draft, step=step.part, said=form.part(), at=timezone.now())
    return redirect("indicators:draft-step", draft.pk, steps.following(draft, step).slug)


def _draft(request: HttpRequest, pk: int) -> FeedDraft:
    """One's own. Raises Http404."""
    require(request, Part.SOURCES)
    mine = FeedDraft.objects.visible_to(request.user)
    found: FeedDraft = get_object_or_404(
        mine.select_related("feed__source", "feed__indicator"), pk=pk
    )
    return found


def _step(slug: str) -> Step:
    if slug not in steps.BY_SLUG:
        raise Http404
    return steps.BY_SLUG[slug]


def _page(
    request: HttpRequest, draft: FeedDraft, step: Step, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "draft": draft,
        "step": step,
        "steps": [(one, steps.is_open(draft, one)) for one in steps.steps_of(draft)],
        "following": steps.following(draft, step),
        "body": f"indicators/assistant/{step.slug}.html",
        "to_mend": _to_mend(draft, step),
        **_told(draft, step),
        **more,
    }
    return render(request, "indicators/pages/draft.html", context, status=status)


def _to_mend(draft: FeedDraft, step: Step) -> list[Problem]:
    """What the check of the whole document finds wrong with this step, once all are settled."""
    if not step.part or not steps.is_open(draft, steps.BY_SLUG["resume"]):
        return []
    found = drafts.problems(draft)
    return [one for one in found if steps.step_of_problem(one.path) == step.slug]


def _told(draft: FeedDraft, step: Step) -> dict[str, Any]:
    """What a step shows besides its form."""
    if step.slug == "champs":
        sample = draft.sample
        short = fault_of(sample["fault"], sample["detail"]) if sample.get("fault") else None
        return {"seen": guesses.fields(sample), "short": short, "is_fixed": drafts.is_published(draft)}  # fmt: skip
    if step.slug == "adresse":
        return {"protocol": about(drafts.protocol_of(draft))}
    return {}


def _address(request: HttpRequest, draft: FeedDraft, step: Step, form: AddressForm) -> HttpResponse:
    """Ask the address, a few seconds at most: what it offers, or some rows."""
    form.lists_only = request.POST.get("act") == "list"
    if not form.is_valid() or not _key_is_kept(draft, form):
        return _page(request, draft, step, {"form": form}, status=422)
    told, now = form.part(), timezone.now()
    asked: dict[str, Any] = {
        "draft": draft,
        "address": told,
        "allow": settings.OUTBOUND_ALLOW,
        "at": now,
    }
    try:
        if form.lists_only:
            if not drafts.list_collections(**asked):
                told_nothing = _(
                    "The address answers, but lists no collection: write its identifier."
                )
                messages.warning(request, told_nothing)
            return redirect("indicators:draft-step", draft.pk, step.slug)
        drafts.try_address(**asked)
    except SourceError as error:
        return _page(request, draft, step, {"form": form, "fault": fault(error)}, status=422)
    return redirect("indicators:draft-step", draft.pk, steps.following(draft, step).slug)


def _key_is_kept(draft: FeedDraft, form: AddressForm) -> bool:
    secret = form.cleaned_data.get("secret")
    if not secret:
        return True
    try:
        drafts.put_key(draft=draft, secret=secret)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _preview(draft: FeedDraft) -> object:
    """None where there is no row to show, or where polygons, which a sample keeps no whole of, are
    shared among zones."""
    mapping = FeedMapping.from_json(draft.said[MAPPING])
    if not draft.rows or mapping.spreading:
        return None
    return preview(
        rows=draft.rows,
        mapping=mapping,
        contract=Contract.from_json(draft.said.get(CONTRACT, {})),
        envelope=settings.TERRITORY.envelope,
        now=timezone.now(),
    )


def _summary(request: HttpRequest, draft: FeedDraft, step: Step) -> HttpResponse:
    form = FinishForm(request.POST if request.method == "POST" else None)
    found = drafts.problems(draft)
    if form.is_bound and form.is_valid() and not found:
        try:
            return _finished(request, draft, form)
        except SourcesError as error:  # somebody was quicker
            found = error.problems
    told = feed_documents.of_draft(draft)
    context = {
        "form": form,
        "problems": [(one, steps.BY_SLUG[steps.step_of_problem(one.path)]) for one in found],
        "entry": told["feeds"][0],
        "starts_on": date.fromisoformat(draft.said["schedule"]["starts_on"]),
        "new_source": draft.said["source"].get("new"),
        "new_indicator": draft.said["indicator"].get("new"),
        "frequency": _frequency(draft),
        "yaml": feed_documents.as_yaml(told),
    }
    return _page(request, draft, step, context, status=422 if form.is_bound else 200)


def _frequency(draft: FeedDraft) -> str:
    """That of the indicator, where it is not the period of the mapping; else empty."""
    code = draft.said["indicator"].get("existing")
    return drafts.other_frequency(code, draft.said[MAPPING]["time"]["period"]) if code else ""


@transaction.atomic
def _finished(request: HttpRequest, draft: FeedDraft, form: FinishForm) -> HttpResponse:
    by, now = cast("User", request.user), timezone.now()
    feed, _changes = drafts.finish(
        draft=draft, by=by, reason=form.cleaned_data["reason"], at=now
    )  # fmt: skip
    messages.success(request, _("The feed is saved."))
    if form.cleaned_data["pull"]:
        runs = planning.plan_due(now=now, feeds=Feed.objects.filter(pk=feed.pk), force=True)
        for run in runs:
            after_commit(pull_run.delay, run.pk)
        if runs:
            messages.success(request, _("The pull is planned; it starts in a moment."))
    return redirect("indicators:feed", feed.code)
