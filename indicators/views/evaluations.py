"""What a project's evaluations gave: the list, the page of one, its figures, its withdrawal."""

import csv
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.charts.counterfactual import csv_rows
from indicators.forms.evaluation_steps import WithdrawForm
from indicators.models import Evaluation
from indicators.queries.evaluations import result_page
from indicators.services import evaluations
from indicators.services.evaluating import evaluate
from portfolio.models import Project, User
from portfolio.permissions import parts_of
from portfolio.roles import Part


@login_required
def result(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The last result, or an earlier one (`?resultat=`) as it read; a draft leads to its steps."""
    plan = found(request, code, pk)
    if not plan.is_locked:
        return redirect("evidence:evaluation-step", code, pk, "question")
    page = result_page(plan, request.user, result_id=_asked(request))
    if page is None:
        raise Http404
    context = {"page": page, "plan": plan, "project": plan.project}
    return render(request, "indicators/evaluations/result.html", context)


@login_required
def figures_csv(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every period of a result, in codes."""
    page = result_page(found(request, code, pk), request.user, result_id=_asked(request))
    if page is None or page.shown.result is None:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="evaluation-{pk}.csv"'
    csv.writer(response).writerows(csv_rows(page.shown.result))
    return response


@login_required
@require_POST
def compute(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Now, rather than tonight."""
    plan, now = changed(request, code, pk), timezone.now()
    try:
        told = evaluate(evaluation=plan, at=now)
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        news = told.computed_at == now
        messages.success(request, _("The evaluation is computed.") if news else _("Nothing has changed since the last result."))  # fmt: skip
    return redirect("evidence:evaluation", code, pk)


@login_required
def withdraw(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    plan = changed(request, code, pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            evaluations.withdraw(evaluation=plan, by=cast("User", request.user),
                                 reason=form.cleaned_data["reason"], at=timezone.now())  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The evaluation is withdrawn; it stays readable."))
            return redirect("evidence:evaluation", code, pk)
    context = {"form": form, "plan": plan, "project": plan.project}
    status = 422 if form.errors else 200
    return render(request, "indicators/evaluations/withdraw.html", context, status=status)


def found(request: HttpRequest, code: str, pk: int) -> Evaluation:
    """One that the reader may see, of the project that they may see. Raises Http404."""
    projects = Project.objects.visible_to(request.user)
    plans = Evaluation.objects.visible_to(request.user).filter(project__in=projects)
    related = plans.select_related("project", "indicator", "author", "locked_by", "withdrawn_by")
    plan: Evaluation = get_object_or_404(related, project__code=code, pk=pk)
    return plan


def changed(request: HttpRequest, code: str, pk: int) -> Evaluation:
    """One of a project whose facts the reader may change. Raises Http404."""
    plan = found(request, code, pk)
    if Part.FACTS not in parts_of(request.user, plan.project):
        raise Http404
    return plan


def _asked(request: HttpRequest) -> int | None:
    text = request.GET.get("resultat", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
