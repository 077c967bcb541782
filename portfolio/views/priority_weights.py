"""A member's weights, in four ways; the weights of all, without names, as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portfolio.analysis.ranking import Choice, next_choice
from portfolio.forms.weighing import (
    ChoiceForm,
    ComparisonsForm,
    PointsForm,
    SwingsForm,
    WeightsForm,
    choices_of,
)
from portfolio.models import Criterion, Exercise, MemberWeights, User
from portfolio.queries.prioritisation import board_of, own_weights, weighting_of
from portfolio.services import weighing
from portfolio.services.exercises import leaves_of
from portfolio.views.priorities import found
from portfolio.views.project_export import spreadsheet


@dataclass(frozen=True)
class Way:
    slug: str
    form: type[WeightsForm]
    label: str | Promise
    words: str | Promise


WAYS = (
    Way("points", PointsForm, gettext_lazy("Share out points"),
        gettext_lazy("The quickest: a number for each criterion, their proportions count.")),
    Way("ecarts", SwingsForm, gettext_lazy("Rate the swings"),
        gettext_lazy("100 for the swing from worst to best that matters most, the others their part of it.")),
    Way("comparaisons", ComparisonsForm, gettext_lazy("Compare two by two"),
        gettext_lazy("Every two swings, by how much one matters more; what contradicts itself is told.")),
    Way("choix", ChoiceForm, gettext_lazy("Choose between projects"),
        gettext_lazy("A few choices between two imagined projects: no number to give.")),
)  # fmt: skip
BY_SLUG = {way.slug: way for way in WAYS}


@dataclass(frozen=True)
class Asked:
    """A choice as it is put to the member."""

    choice: Choice
    one: Criterion
    other: Criterion

    @property
    def is_whole(self) -> bool:
        return self.choice.part == 1


@login_required
def weights_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The four ways, and what the member gave."""
    exercise = _weighed(request, pk)
    last = own_weights(exercise, cast("User", request.user))
    context = {"exercise": exercise, "ways": WAYS, "last": last,
               "shares": _shares(exercise, last)}  # fmt: skip
    return render(request, "portfolio/priorities/weights.html", context)


@login_required
def weights_give(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """One of the ways."""
    exercise, told = _weighed(request, pk), BY_SLUG.get(way)
    if told is None:
        raise Http404
    by = cast("User", request.user)
    sent = request.POST if request.method == "POST" else None
    form = told.form(sent, exercise=exercise, last=own_weights(exercise, by))
    if form.is_bound and form.is_valid() and _is_kept(form, by):
        messages.success(request, _("Your weights are kept; only you see them for now."))
        again = told.form is ChoiceForm or _contradicts(form)
        return redirect("portfolio:priority-weigh", pk, way) if again else redirect(
            "portfolio:priority-weights", pk)  # fmt: skip
    context = {"exercise": exercise, "way": told, "form": form, **_about(exercise, form, by)}
    status = 422 if form.errors else 200
    return render(request, f"portfolio/priorities/{_template(told)}", context, status=status)


@login_required
def weights_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Of all members once they are revealed, by number: names are never told."""
    exercise = found(request, pk)
    weighting = weighting_of(exercise, request.user)
    if weighting.members is None:
        raise Http404
    leaves = leaves_of(exercise)
    rows: list[list[object]] = [
        [number, *(float(row[str(leaf.pk)]) for leaf in leaves)]
        for number, (_key, row) in enumerate(weighting.members.iterrows(), 1)
    ]
    rows.append(["group", *(float(weighting.weights[str(leaf.pk)]) for leaf in leaves)])
    return spreadsheet(f"poids-{pk}.csv", ["member", *(leaf.name for leaf in leaves)], rows)


# ---------------------------------------------------------------- below


def _weighed(request: HttpRequest, pk: int) -> Exercise:
    """One that the reader may weigh, or 404."""
    exercise = found(request, pk)
    if not Exercise.objects.scored_by(request.user).filter(pk=pk).exists():
        raise Http404
    return exercise


def _is_kept(form: WeightsForm, by: User) -> bool:
    try:
        form.save(by=by, at=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _contradicts(form: WeightsForm) -> bool:
    if not isinstance(form, ComparisonsForm):
        return False
    return bool(weighing.triads_of(form.exercise, form.ratios))


def _template(way: Way) -> str:
    return {"comparaisons": "compare.html", "choix": "choose.html"}.get(way.slug, "points.html")


def _about(exercise: Exercise, form: WeightsForm, by: User) -> dict[str, Any]:
    """What each page tells beside its form."""
    told: dict[str, Any] = {"ranges": _ranges(exercise, by)}
    if isinstance(form, ChoiceForm):
        leaves = {leaf.pk: leaf for leaf in leaves_of(exercise)}
        before = choices_of(form.last)
        asked = next_choice(list(leaves), before)
        told["asked"] = _asked(asked, leaves) if asked is not None else None
        told["answers"] = [_asked(one, leaves) for one in before]
    last = form.last
    if isinstance(form, ComparisonsForm) and last is not None:
        told["triads"] = weighing.triads_of(exercise, last.judgements["ratios"])
        told["consistency"] = last.consistency
    return told


def _asked(choice: Choice, leaves: dict[int, Criterion]) -> Asked:
    return Asked(choice, leaves[choice.one], leaves[choice.other])  # type: ignore[index]  # keys are those of leaves


def _ranges(exercise: Exercise, by: User) -> dict[int, tuple[float, float]]:
    """Between which scores the candidates lie, by key of criterion: the weight is that of the swing."""
    found: dict[int, list[float]] = {}
    for row in board_of(exercise, by).rows:
        for cell in row.cells:
            if cell.score is not None and cell.score.central is not None:
                found.setdefault(cell.criterion.pk, []).append(cell.score.central)
    return {key: (min(scores), max(scores)) for key, scores in found.items()}


def _shares(exercise: Exercise, last: MemberWeights | None) -> list[tuple[Criterion, float]]:
    if last is None:
        return []
    return [(leaf, last.weights[str(leaf.pk)]) for leaf in leaves_of(exercise)]
