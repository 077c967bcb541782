"""Reviews that wait for somebody to agree: several at once, or one sent back with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portfolio.forms.reviews import SendBackForm
from portfolio.models import Project, Review, User
from portfolio.queries import reviews as review_queries
from portfolio.queries.health import Health, healths
from portfolio.querysets import ReviewQuerySet
from portfolio.services import reviews
from portfolio.views.editing import sent

PER_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    review: Review
    axes: list[review_queries.Axis]
    health: Health


@login_required
def validation(request: HttpRequest) -> HttpResponse:
    """What its reader may validate; the ones ticked are validated, and published if asked."""
    if request.method == "POST":
        return _validated(request)
    found = _waiting(request).order_by("project__name_fr", "month", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    waiting = list(page.object_list)
    health = healths([r.project_id for r in waiting], today=timezone.localdate())
    context = {
        "page": page,
        "waiting": [Waiting(r, review_queries.axes(r), health[r.project_id]) for r in waiting],
        "all_ticked": request.GET.get("tick") == "all",
        "may_publish": any(r.project.visibility == Project.Visibility.PUBLIC for r in waiting),
    }
    return render(request, "portfolio/reviews/validation.html", context)


@login_required
@transaction.atomic
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(_waiting(request), pk=pk)
    form = SendBackForm(sent(request))
    if form.is_bound and form.is_valid() and _sent_back(request, review, form):
        messages.success(request, _("The review is sent back to its author."))
        return redirect("portfolio:validation")
    context = {"form": form, "review": review}
    status = 422 if form.errors else 200
    return render(request, "portfolio/reviews/send_back.html", context, status=status)


def _waiting(request: HttpRequest) -> ReviewQuerySet:
    user = cast("User", request.user)
    readable = Review.objects.filter(project__in=Project.objects.visible_to(user))
    return readable.waiting_for(user).select_related("project", "project__lead", "submitted_by")


def _sent_back(request: HttpRequest, review: Review, form: SendBackForm) -> bool:
    try:
        reviews.send_back(
            review=review, by=cast("User", request.user), reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _validated(request: HttpRequest) -> HttpResponse:
    """One by one: a review that somebody took back meanwhile leaves the others valid."""
    ticked = [pk for pk in request.POST.getlist("review") if pk.isascii() and pk.isdigit()]
    chosen = list(_waiting(request).filter(pk__in=ticked))
    done = _each(chosen, cast("User", request.user), publish="publish" in request.POST)
    if done:
        text = ngettext("%(count)s review validated.", "%(count)s reviews validated.", done)
        messages.success(request, text % {"count": done})
    if done < len(ticked) or not ticked:
        lost = len(ticked) - done
        text = ngettext(
            "%(count)s review no longer waited for you.",
            "%(count)s reviews no longer waited for you.", lost,
        )  # fmt: skip
        messages.warning(request, text % {"count": lost} if ticked else _("No review was ticked."))
    return redirect("portfolio:validation")


def _each(chosen: Iterable[Review], by: User, *, publish: bool) -> int:
    done = 0
    for review in chosen:
        try:
            with transaction.atomic():
                validated = reviews.validate(review=review, by=by, at=timezone.now())
                if publish and review.project.visibility == Project.Visibility.PUBLIC:
                    reviews.publish(review=validated, by=by, at=timezone.now())
        except ValidationError:
            continue
        done += 1
    return done
