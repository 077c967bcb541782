"""The criteria of an exercise that is being prepared."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.forms.criteria import CriterionForm
from portfolio.models import User
from portfolio.services import criteria
from portfolio.views.editing import is_saved, sent
from portfolio.views.priorities import back_to, form_page, held


@login_required
@transaction.atomic
def criterion_add(request: HttpRequest, pk: int) -> HttpResponse:
    exercise = held(request, pk)
    form = CriterionForm(sent(request), exercise=exercise)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("The criterion is added."))
        return redirect("portfolio:priority", pk)
    return form_page(request, form, _("Add a criterion"), back_to(exercise))


@login_required
@transaction.atomic
def criterion_edit(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    exercise = held(request, pk)
    criterion = get_object_or_404(exercise.criteria.select_related("parent"), pk=criterion_pk)
    form = CriterionForm(sent(request), exercise=exercise, criterion=criterion)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:priority", pk)
    return form_page(request, form, _("Change “%s”") % criterion.name, back_to(exercise))


@login_required
@require_POST
def criterion_remove(request: HttpRequest, pk: int, criterion_pk: int) -> HttpResponse:
    """With what is below it."""
    exercise = held(request, pk)
    criterion = get_object_or_404(exercise.criteria, pk=criterion_pk)
    by = cast("User", request.user)
    try:
        criteria.remove(criterion=criterion, by=by, reason=_("Removed while being prepared"))
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        messages.success(request, _("The criterion is removed."))
    return redirect("portfolio:priority", pk)
