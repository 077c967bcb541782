"""The designer of an evaluation, in five steps. What is typed is kept in a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from indicators import evaluation_words as words
from indicators.forms.evaluation_dates import DatesForm
from indicators.forms.evaluation_steps import (
    ComparisonForm,
    MeasureForm,
    PlanForm,
    QuestionForm,
)
from indicators.models import Evaluation
from indicators.queries.evaluations import result_page
from indicators.services import evaluations
from indicators.services.evaluation_checks import problems
from indicators.services.power import detectable
from indicators.tasks import evaluate_one
from indicators.views.evaluations import changed
from portfolio.models import Project, User


@dataclass(frozen=True)
class Step:
    """`needs`: columns that must be set before it is opened."""

    slug: str
    label: str | Promise
    form: type[PlanForm] | None
    needs: tuple[str, ...] = ()

    def is_open(self, plan: Evaluation) -> bool:
        return all(getattr(plan, name) for name in self.needs)


STEPS = [
    Step("question", gettext_lazy("Question"), QuestionForm),
    Step("mesure", gettext_lazy("Measure and zone"), MeasureForm),
    Step("dates", gettext_lazy("Dates and windows"), DatesForm),
    Step("comparaison", gettext_lazy("Comparison"), ComparisonForm,
         ("indicator", "intervention_on", "before_from", "after_until")),
    Step("verrou", gettext_lazy("Lock"), None),
]  # fmt: skip
BY_SLUG = {step.slug: step for step in STEPS}
STEP_OF = {
    "question": "question", "expected_direction": "question", "indicator": "mesure",
    "treated": "mesure", "placebo_indicator": "mesure", "intervention_on": "dates", "before_from": "dates",
    "after_until": "dates", "design": "comparaison", "reason": "comparaison",
    "comparison": "comparaison",
}  # fmt: skip


@login_required
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    project = get_object_or_404(Project.objects.editable_by(request.user), code=code)
    by = cast("User", request.user)
    plan = evaluations.register(project=project, by=by, at=timezone.now())
    return redirect("evidence:evaluation-step", code, plan.pk, "question")


@login_required
@require_POST
def discard(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    plan = changed(request, code, pk)
    try:
        evaluations.discard(evaluation=plan)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
        return redirect("evidence:evaluation", code, pk)
    messages.success(request, _("The draft is thrown away."))
    return redirect("evidence:project", code)


@login_required
@require_POST
def keep(request: HttpRequest, code: str, pk: int, step: str) -> HttpResponse:
    """What stands in a step's form, as it is typed."""
    plan, told = changed(request, code, pk), _step(step)
    if told.form is None or not told.is_open(plan) or plan.is_locked:
        raise Http404
    typed = told.form(plan, request.POST).typed
    try:
        evaluations.keep(evaluation=plan, step=step, typed=typed, at=timezone.now())
    except ValidationError:  # locked by somebody else meanwhile: sending the step says so
        return HttpResponse(status=409)
    return HttpResponse()


@login_required
def step_page(request: HttpRequest, code: str, pk: int, step: str) -> HttpResponse:
    plan, told = changed(request, code, pk), _step(step)
    if plan.is_locked:
        return _locked_meanwhile(request, plan, told)
    if not told.is_open(plan):
        messages.warning(request, _("Give the measure, the zone and the dates first."))
        return redirect("evidence:evaluation-step", code, pk, _furthest(plan).slug)
    if told.form is None:
        return _lock(request, plan, told)
    if request.method != "POST":
        return _page(request, plan, told, {"form": told.form(plan)})
    return _sent(request, plan, told, told.form(plan, request.POST))


def _sent(request: HttpRequest, plan: Evaluation, step: Step, form: PlanForm) -> HttpResponse:
    """Kept in any case; settled, whole or not at all, where it is in order."""
    try:
        evaluations.keep(evaluation=plan, step=step.slug, typed=form.typed, at=timezone.now())
        if not form.is_valid():
            return _page(request, plan, step, {"form": form}, status=422)
        with transaction.atomic():
            _settle(plan, form)
    except ValidationError:  # another was quicker
        return _locked_meanwhile(request, plan, step)
    stays = request.POST.get("act") == "try"
    following = step if stays else STEPS[STEPS.index(step) + 1]
    return redirect("evidence:evaluation-step", plan.project.code, plan.pk, following.slug)


def _locked_meanwhile(request: HttpRequest, plan: Evaluation, step: Step) -> HttpResponse:
    """The plan as it is; what was sent of a step after it was locked is shown again, to be copied."""
    if request.method != "POST" or step.form is None:
        return redirect("evidence:evaluation", plan.project.code, plan.pk)
    form = step.form(plan, request.POST)
    form.is_valid()
    form.add_error(
        None,
        _("Somebody locked this plan in the meantime: nothing of it changes any more, and this step was not saved. What you typed is still below: copy what matters into another plan."),
    )  # fmt: skip
    return _page(request, plan, step, {"form": form}, status=409)


def _settle(plan: Evaluation, form: PlanForm) -> None:
    """Write what the step says; once a design is chosen, what could be detected with it."""
    now = timezone.now()
    fields = form.part()
    for role, field in form.zones.items():
        evaluations.choose_zones(evaluation=plan, role=role, zones=form.chosen(field), at=now)
    held = evaluations.change(evaluation=plan, fields=fields, at=now)
    if (starts := form.starts()) is not None:
        evaluations.date_zones(evaluation=plan, starts=starts, at=now)
    if held.design and BY_SLUG["comparaison"].is_open(held):
        told = detectable(held) if held.design != Evaluation.Design.BEFORE_AFTER else {}
        evaluations.change(evaluation=held, fields={"detectable": told}, at=now)


def _lock(request: HttpRequest, plan: Evaluation, step: Step) -> HttpResponse:
    found = problems(plan)
    if request.method == "POST" and not found:
        try:
            evaluations.lock(evaluation=plan, by=cast("User", request.user), at=timezone.now())
        except ValidationError as error:  # another was quicker
            messages.warning(request, error.messages[0])
        else:
            evaluate_one.delay(plan.pk)
            messages.success(request, _("The plan is locked."))
        return redirect("evidence:evaluation", plan.project.code, plan.pk)
    told = [(text, BY_SLUG[STEP_OF[name]]) for name, texts in found.items() for text in texts]
    today = timezone.localdate()
    more = {
        "problems": told,
        "is_late": plan.intervention_on is not None and today >= plan.intervention_on,
        "page": result_page(plan, request.user),
    }
    return _page(request, plan, step, more, status=422 if request.method == "POST" else 200)


def _furthest(plan: Evaluation) -> Step:
    if plan.indicator is None:
        return BY_SLUG["mesure"]
    return BY_SLUG["dates"]


def _step(slug: str) -> Step:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _page(
    request: HttpRequest, plan: Evaluation, step: Step, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "plan": plan, "project": plan.project, "step": step,
        "steps": [(one, one.is_open(plan)) for one in STEPS],
        "power": _power(plan) if step.slug in ("comparaison", "verrou") else None, **more,
    }  # fmt: skip
    return render(request, "indicators/evaluations/designer.html", context, status=status)


def _power(plan: Evaluation) -> dict[str, Any] | None:
    """What could be detected, in words; None before it is computed."""
    told = plan.detectable
    if not told:
        return None
    return {
        "smallest": words.amount(told.get("smallest")), "relative": told.get("relative"),
        "after": told.get("after"), "donors": told.get("donors"),
        "is_short": told.get("donors", 0) < told.get("fewest", 0), "fewest": told.get("fewest"),
        "reasons": [words.reason(code) for code in told.get("reasons", [])],
    }  # fmt: skip
