"""Exercises of prioritisation: the list, one of them, and what moves it on."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from portfolio import moments
from portfolio.forms.priorities import CandidateMoveForm, CandidatesForm, ExerciseForm
from portfolio.models import Candidate, Exercise, User
from portfolio.permissions import may, require
from portfolio.queries import changes
from portfolio.queries.prioritisation import board_of, own_weights
from portfolio.roles import Part
from portfolio.services import exercises, scoring
from portfolio.views.editing import is_saved, sent

FORM = "portfolio/priorities/form.html"


@login_required
def exercise_list(request: HttpRequest) -> HttpResponse:
    """Those I may read, the latest first."""
    current = Count("candidates", filter=Q(candidates__withdrawn_at=None))
    found = Exercise.objects.visible_to(request.user).annotate(places=current)
    context = {
        "exercises": found.select_related("owner").order_by("-created_at"),
        "may_change": may(request.user, Part.PRIORITIES),
    }
    return render(request, "portfolio/priorities/list.html", context)


@login_required
def exercise_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Its criteria and scales, its candidates and their scores, now or as known at an instant."""
    exercise = found(request, pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    editable = Exercise.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "exercise": exercise,
        "board": board_of(exercise, request.user, at=asked.at),
        "may_change": editable,
        "may_score": Exercise.objects.scored_by(request.user).filter(pk=pk).exists(),
        "lacks": exercises.lacks(exercise) if editable and exercise.is_draft else [],
        "own": own_weights(exercise, cast("User", request.user)),
        "given": exercise.member_weights.standing(asked.at).count(),
        "changes": changes.of_record(exercise, reader=request.user, limit=5),
        "asked": asked,
        "back": moments.without(request.GET, request.path),
    }
    return render(request, "portfolio/priorities/exercise.html", context)


@login_required
@transaction.atomic
def exercise_add(request: HttpRequest) -> HttpResponse:
    require(request, Part.PRIORITIES)
    form = ExerciseForm(sent(request))
    if form.is_bound and form.is_valid() and is_saved(request, form) and form.exercise:
        messages.success(request, _("The exercise is open to be prepared: add criteria."))
        return redirect("portfolio:priority", form.exercise.pk)
    back = reverse("portfolio:priorities"), _("Prioritisation")
    return form_page(request, form, _("New exercise of prioritisation"), back)


@login_required
@transaction.atomic
def exercise_edit(request: HttpRequest, pk: int) -> HttpResponse:
    exercise = held(request, pk)
    form = ExerciseForm(sent(request), exercise=exercise)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("Changes saved."))
        return redirect("portfolio:priority", pk)
    return form_page(request, form, _("Change the exercise"), back_to(exercise))


@login_required
@require_POST
def exercise_move(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Opened to scores, weights revealed, closed, measured, thrown away."""
    exercise, by, now = held(request, pk), cast("User", request.user), timezone.now()
    if act not in ACTS:
        raise Http404
    try:
        told = ACTS[act](exercise, by, now)
    except ValidationError as error:
        for words in error.messages:
            messages.warning(request, words)
        return redirect("portfolio:priority", pk)
    messages.success(request, told)
    return (
        redirect("portfolio:priorities") if act == "jeter" else redirect("portfolio:priority", pk)
    )


@login_required
@transaction.atomic
def candidates_add(request: HttpRequest, pk: int) -> HttpResponse:
    exercise, reader = held(request, pk), cast("User", request.user)
    form = CandidatesForm(sent(request), exercise=exercise, reader=reader)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        words = ngettext("%(count)s candidate added.", "%(count)s candidates added.", form.added)
        messages.success(request, words % {"count": form.added})
        return redirect("portfolio:priority", pk)
    return form_page(request, form, _("Add candidates"), back_to(exercise))


@login_required
@transaction.atomic
def candidate_move(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    exercise = held(request, pk)
    candidate = candidate_of(request, exercise, candidate_pk)
    form = CandidateMoveForm(sent(request), candidate=candidate)
    if form.is_bound and form.is_valid() and is_saved(request, form):
        messages.success(request, _("The project is no longer a candidate."))
        return redirect("portfolio:priority", pk)
    title = _("Take out “%s”") % candidate.project.name
    return form_page(request, form, title, back_to(exercise))


# ---------------------------------------------------------------- for the other screens


def found(request: HttpRequest, pk: int) -> Exercise:
    """One that the reader may see, or 404."""
    exercise: Exercise = get_object_or_404(
        Exercise.objects.visible_to(request.user).select_related("owner"), pk=pk
    )
    return exercise


def held(request: HttpRequest, pk: int) -> Exercise:
    """One that the reader may change, or 404."""
    exercise: Exercise = get_object_or_404(Exercise.objects.editable_by(request.user), pk=pk)
    return exercise


def candidate_of(request: HttpRequest, exercise: Exercise, pk: int) -> Candidate:
    """One whose project the reader may see, or 404."""
    shown = exercise.candidates.current().visible_to(request.user)
    candidate: Candidate = get_object_or_404(shown.select_related("project", "exercise"), pk=pk)
    return candidate


def back_to(exercise: Exercise) -> tuple[str, str]:
    return reverse("portfolio:priority", args=[exercise.pk]), exercise.name


def form_page(
    request: HttpRequest, form: object, title: str, back: tuple[str, str]
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back[0], "back_label": back[1]}
    status = 422 if getattr(form, "errors", None) else 200
    return render(request, FORM, context, status=status)


# ---------------------------------------------------------------- below


def _open(exercise: Exercise, by: User, now: datetime) -> str:
    exercises.open_scoring(exercise=exercise, by=by, at=now)
    return _("Scoring is open: criteria and scales are fixed.")


def _reveal(exercise: Exercise, by: User, now: datetime) -> str:
    exercises.reveal_weights(exercise=exercise, by=by, at=now)
    return _("The weights are revealed, without names.")


def _close(exercise: Exercise, by: User, now: datetime) -> str:
    exercises.close(exercise=exercise, by=by, at=now)
    return _("The exercise is closed.")


def _measure(exercise: Exercise, by: User, now: datetime) -> str:
    new = scoring.measure_from_register(exercise=exercise, by=by, at=now)
    words = ngettext("%(count)s score read in the register is new.",
                     "%(count)s scores read in the register are new.", new)  # fmt: skip
    return words % {"count": new}


def _discard(exercise: Exercise, by: User, _now: datetime) -> str:
    exercises.discard(exercise=exercise, by=by)
    return _("The draft is thrown away.")


ACTS = {"ouvrir": _open, "reveler": _reveal, "clore": _close, "mesurer": _measure,
        "jeter": _discard}  # fmt: skip
