"""One score of an exercise: where it comes from, what it was before, and its form; all as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import moments
from portfolio.forms.scoring import ScoreForm
from portfolio.models import Candidate, Criterion, Exercise, Score, User
from portfolio.queries.prioritisation import board_of, leaves_in, tree_of
from portfolio.views.priorities import candidate_of, found
from portfolio.views.project_export import spreadsheet

COLUMNS = ["project", "name", "criterion", "low", "central", "high", "value", "version", "source",
           "justification", "author", "scored_at"]  # fmt: skip


@login_required
def score_page(request: HttpRequest, pk: int, candidate_pk: int, criterion_pk: int) -> HttpResponse:
    """Every version with its source; the form for who may score."""
    exercise = found(request, pk)
    candidate = candidate_of(request, exercise, candidate_pk)
    criterion = _leaf(exercise, criterion_pk)
    may_score = Exercise.objects.scored_by(request.user).filter(pk=pk).exists()
    if request.method == "POST" and not may_score:
        raise Http404
    form = ScoreForm(
        request.POST if request.method == "POST" else None, candidate=candidate,
        criterion=criterion, last=_versions(candidate, criterion).first(),
    )  # fmt: skip
    if form.is_bound and form.is_valid() and _is_kept(request, form):
        messages.success(request, _("The score is kept."))
        return redirect(*_next(request, exercise, candidate, criterion))
    context = {
        "exercise": exercise, "candidate": candidate, "criterion": criterion,
        "form": form if may_score else None,
        "versions": _versions(candidate, criterion),
        "following": _following(exercise, criterion),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "portfolio/priorities/score.html", context, status=status)


@login_required
def scores_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Every score that the reader may see, and every one that is missing."""
    exercise = found(request, pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    return spreadsheet(f"scores-{pk}.csv", COLUMNS, _lines(request, exercise, asked))


# ---------------------------------------------------------------- below


def _leaf(exercise: Exercise, pk: int) -> Criterion:
    leaves = exercise.criteria.exclude(kind=Criterion.Kind.GROUP)
    criterion: Criterion = get_object_or_404(leaves, pk=pk)
    return criterion


def _versions(candidate: Candidate, criterion: Criterion) -> QuerySet[Score]:
    versions = candidate.scores.filter(criterion=criterion).select_related("author", "criterion")
    return versions.order_by("-version")


def _is_kept(request: HttpRequest, form: ScoreForm) -> bool:
    try:
        with transaction.atomic():
            form.save(by=cast("User", request.user), at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        form.see_again(_versions(form.candidate, form.criterion).first())
        return False
    return True


def _next(
    request: HttpRequest, exercise: Exercise, candidate: Candidate, criterion: Criterion
) -> tuple[str, ...]:
    """On to the following criterion for who scores a project from end to end, else to the table."""
    following = _following(exercise, criterion)
    if request.POST.get("then") == "next" and following is not None:
        return ("portfolio:priority-score", str(exercise.pk), str(candidate.pk), str(following.pk))
    return ("portfolio:priority", str(exercise.pk))


def _following(exercise: Exercise, criterion: Criterion) -> Criterion | None:
    leaves = leaves_in(tree_of(exercise))
    place = [leaf.pk for leaf in leaves].index(criterion.pk)
    return leaves[place + 1] if place + 1 < len(leaves) else None


def _lines(
    request: HttpRequest, exercise: Exercise, asked: moments.Asked
) -> Iterator[list[object]]:
    for row in board_of(exercise, request.user, at=asked.at).rows:
        project = row.candidate.project
        for cell in row.cells:
            head: list[object] = [project.code, project.name, cell.criterion.name]
            yield [*head, *_told(cell.score, cell.value)]


def _told(score: Score | None, value: float | None) -> list[object]:
    if score is None:
        return [None] * 9
    return [score.low, score.central, score.high, value, score.version, score.source,
            score.justification, str(score.author or ""), score.scored_at]  # fmt: skip
