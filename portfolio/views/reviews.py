"""The monthly review of a project: one screen to write it, its block, what people say of it."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.analysis.periods import first_day, month_before, month_to_review
from portfolio.forms.reviews import EndOverrideForm, OverrideForm, ReviewForm
from portfolio.models import Project, Review, StatusOverride, User
from portfolio.queries import reviews as review_queries
from portfolio.queries.health import Health, healths
from portfolio.roles import Part
from portfolio.services import reviews
from portfolio.views.editing import answer, editable, followed_by_alerts, sent

# The addresses are in French, like the others.
AXES = {"cout": StatusOverride.Axis.COST, "calendrier": StatusOverride.Axis.SCHEDULE}


@dataclass(frozen=True)
class ReviewBlock:
    """`last` is the last review submitted, whatever its month; `is_due`: that of `month` is still
    to be written."""

    month: date
    is_due: bool
    last: Review | None
    axes: list[review_queries.Axis]
    year: list[review_queries.MonthCell]
    health: Health


def review_block(project: Project, *, today: date) -> ReviewBlock:
    month = month_to_review(today)
    last = review_queries.latest([project.pk]).get(project.pk)
    owing = review_queries.without_review(Project.objects.filter(pk=project.pk), month)
    return ReviewBlock(
        month=month,
        is_due=owing.exists(),
        last=last,
        axes=review_queries.axes(last) if last else [],
        year=review_queries.year_of(project, today=today),
        health=healths([project.pk], today=today)[project.pk],
    )


# ---------------------------------------------------------------- writing


@login_required
@transaction.atomic
def review_page(
    request: HttpRequest, code: str, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """The review of a month, by default of the one that is expected now."""
    project = editable(request, code, Part.REVIEW)
    on = _month(year, month)
    review = project.reviews.filter(month=on).first()
    if review and review.state != Review.State.DRAFT:
        return _page(request, project, on, review, None)
    by = cast("User", request.user)
    form = ReviewForm(sent(request), project=project, month=on, stored=review, by=by)
    if form.is_bound and form.is_valid() and _stored(request, form):
        return redirect(_address(project, on))
    return _page(request, project, on, review, form)


@login_required
@require_POST
@transaction.atomic
def review_draft(request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
    """What is typed is kept as it is typed."""
    project, on = editable(request, code, Part.REVIEW), _month(year, month)
    stored = project.reviews.filter(month=on).first()
    by = cast("User", request.user)
    form = ReviewForm(request.POST, project=project, month=on, stored=stored, by=by)
    kept = None
    if form.is_valid():
        try:
            kept = reviews.save_draft(
                project=project, month=on, content=form.content, by=by, at=timezone.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
    context = {"kept": kept, "form": form}
    return render(request, "portfolio/reviews/draft_state.html", context)


@login_required
@require_POST
@transaction.atomic
def nothing_changed(request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
    """The last review again, in one tap."""
    project, on = editable(request, code, Part.REVIEW), _month(year, month)
    try:
        reviews.nothing_changed(
            project=project, month=on, by=cast("User", request.user), at=timezone.now()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        followed_by_alerts(project)
    return redirect(_address(project, on))


@login_required
@require_POST
@transaction.atomic
def take_back(request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
    """Undo: a draft again."""
    project, on = editable(request, code, Part.REVIEW), _month(year, month)
    review = get_object_or_404(project.reviews, month=on)
    try:
        reviews.take_back(review=review, by=cast("User", request.user), at=timezone.now())
        messages.success(request, _("The review is a draft again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        followed_by_alerts(project)
    return redirect(_address(project, on))


def _stored(request: HttpRequest, form: ReviewForm) -> bool:
    verb = reviews.save_draft if request.POST.get("action") == "save" else reviews.submit
    try:
        verb(
            project=form.project, month=form.month, content=form.content, by=form.by,
            at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if verb is reviews.save_draft:
        messages.success(request, _("Draft saved."))
    followed_by_alerts(form.project)
    return True


def _page(
    request: HttpRequest, project: Project, month: date, review: Review | None,
    form: ReviewForm | None,
) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    health = healths([project.pk], today=today)[project.pk]
    earlier = month_before(month)
    context = {
        "project": project,
        "month": month,
        "review": review,
        "axes": review_queries.axes(review) if review else [],
        "form": form,
        "last": reviews.last_written(project, before=month),
        "health": health,
        "axis_fields": _axis_fields(form, health) if form else [],
        "earlier": earlier if _owes(project, earlier) else None,
        "next_project": None if form else _next_project(request, project, today),
        "today": today,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "portfolio/reviews/page.html", context, status=status)


def _axis_fields(form: ReviewForm, health: Health) -> list[dict[str, object]]:
    judged = {"cost": health.cost, "schedule": health.schedule}
    return [{"field": form[axis], "name": axis, "judged": judged.get(axis)} for axis in Review.AXES]


def _owes(project: Project, month: date) -> bool:
    owing = review_queries.without_review(Project.objects.filter(pk=project.pk), month)
    return owing.exists()


def _next_project(request: HttpRequest, done: Project, today: date) -> Project | None:
    """The next review that its reader has to write."""
    mine = Project.objects.editable_by(request.user, Part.REVIEW).answered_by(
        cast("User", request.user)
    )
    owing = review_queries.without_review(mine, month_to_review(today))
    return owing.exclude(pk=done.pk).order_by("name_fr", "code").first()


def _month(year: int | None, month: int | None) -> date:
    """Of the address; 404 where it is none, or still to come."""
    today = timezone.localdate()
    if year is None or month is None:
        return month_to_review(today)
    if not (1990 <= year <= 2100 and 1 <= month <= 12):
        raise Http404
    on = date(year, month, 1)
    if on > first_day(today):
        raise Http404
    return on


def _address(project: Project, month: date) -> str:
    return reverse("portfolio:review-month", args=[project.code, month.year, month.month])


# ---------------------------------------------------------------- overriding a computed status


@login_required
@transaction.atomic
def override(request: HttpRequest, code: str, axis: str) -> HttpResponse:
    project = editable(request, code, Part.REVIEW)
    if axis not in AXES:
        raise Http404
    form = OverrideForm(sent(request), project=project, axis=AXES[axis])
    titles = {
        "cout": _("Another status for the cost"),
        "calendrier": _("Another status for the calendar"),
    }
    return answer(request, form, block="review", title=titles[axis])


@login_required
@transaction.atomic
def override_end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    project = editable(request, code, Part.REVIEW)
    word = get_object_or_404(project.overrides.in_force(timezone.localdate()), pk=pk)
    form = EndOverrideForm(sent(request), project=project, override=word)
    return answer(request, form, block="review", title=_("Back to the computed status"))
