"""Measures read for an exercise of prioritisation."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from indicators.services.scoring import measure
from portfolio.models import Exercise, User


@login_required
@require_POST
def priority_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The last value of each measured criterion, for each candidate."""
    exercise = get_object_or_404(Exercise.objects.editable_by(request.user), pk=pk)
    try:
        new = measure(exercise=exercise, by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        messages.warning(request, error.messages[0])
    else:
        words = ngettext("%(count)s measured score is new.",
                         "%(count)s measured scores are new.", new)  # fmt: skip
        messages.success(request, words % {"count": new})
    return redirect("portfolio:priority", pk)
