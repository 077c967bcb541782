"""Scores of candidates: said, corrected by a new version, read from the register. None is erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio.models import Candidate, Criterion, Exercise, Score, User
from portfolio.queries.candidate_facts import Read, facts_of, why_unknown
from portfolio.results import Unknown
from portfolio.services.exercises import leaves_of, locked
from portfolio.services.history import recorded

Kind = Criterion.Kind
Source = Score.Source
NOT_KNOWN = (None, None, None)


@dataclass(frozen=True)
class Said:
    """A score in the unit of its criterion. Without a central one it is not known, and
    `justification` says why; without `low` and `high` it is taken for sure."""

    central: float | None
    low: float | None = None
    high: float | None = None
    justification: str = ""
    source: str = Source.ENTERED
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def range(self) -> tuple[float | None, float | None, float | None]:
        if self.central is None:
            return NOT_KNOWN
        low = self.central if self.low is None else self.low
        return low, self.central, self.central if self.high is None else self.high


def score(
    *, candidate: Candidate, criterion: Criterion, said: Said, by: User | None, at: datetime,
    seen: int | None = None,
) -> Score:  # fmt: skip
    """Keep a score; the same as before adds no version. `seen`: the version that its author looked
    at (0: none); another one meanwhile is told, and nothing is kept. Raises ValidationError by field.
    """
    with recorded(by=by, reason=_("Score of a candidate")):
        last = _last(candidate, criterion)
        if seen is not None and seen != (last.version if last else 0):
            raise ValidationError(
                _("Somebody else scored this meanwhile: look at their score, then decide."),
                code="stale",
            )
        _check(criterion, said)
        if last is not None and _is_same(last, said):
            return last
        return _keep(candidate, criterion, said, last, by=by, at=at)


def measure_from_register(*, exercise: Exercise, by: User | None, at: datetime) -> int:
    """Read every criterion that a fact of the register measures, for every candidate; how many
    scores are new or otherwise than before. What the register does not know becomes unknown."""
    criteria = [one for one in leaves_of(exercise) if one.fact]
    candidates = list(exercise.candidates.current().select_related("project", "exercise"))
    projects = [candidate.project for candidate in candidates]
    today = timezone.localdate(at)
    read = {one.pk: facts_of(projects, one.fact, today=today) for one in criteria}
    new = 0
    with recorded(by=by, reason=_("Scores read in the register")):
        for criterion in criteria:
            for candidate in candidates:
                told = read[criterion.pk][candidate.project_id]
                kept = score(candidate=candidate, criterion=criterion, by=by, at=at,
                             said=as_said(told, source=Source.REGISTER))  # fmt: skip
                new += kept.scored_at == at
    return new


def as_said(told: Read, *, source: str) -> Said:
    """What was read, as a score with its provenance."""
    if isinstance(told.value, Unknown):
        words = why_unknown(told.value.reason)
        return Said(None, justification=words, source=source, provenance=told.provenance)
    return Said(told.value, source=source, provenance=told.provenance)


# ---------------------------------------------------------------- below


def _last(candidate: Candidate, criterion: Criterion) -> Score | None:
    """The last version, its exercise being held: two who score at once wait for each other."""
    exercise = locked(candidate.exercise)
    if not exercise.is_scoring:
        raise ValidationError(_("Scores are not taken now: scoring is not open, or is closed."))
    if candidate.withdrawn_at is not None:
        raise ValidationError(_("This project is withdrawn from the exercise."))
    if criterion.is_group or criterion.exercise_id != exercise.pk:
        raise ValidationError(_("This is no criterion of the exercise."))
    return candidate.scores.filter(criterion=criterion).order_by("-version").first()


def _keep(
    candidate: Candidate, criterion: Criterion, said: Said, last: Score | None, *,
    by: User | None, at: datetime,
) -> Score:  # fmt: skip
    low, central, high = said.range
    kept = Score(
        candidate=candidate, criterion=criterion, version=last.version + 1 if last else 1,
        low=low, central=central, high=high, source=said.source,
        justification=said.justification.strip(), provenance=dict(said.provenance),
        author=by, scored_at=at,
    )  # fmt: skip
    kept.save(force_insert=True)
    return kept


def _is_same(last: Score, said: Said) -> bool:
    before = (last.low, last.central, last.high), last.justification, last.source
    return before == (said.range, said.justification.strip(), said.source)


def _check(criterion: Criterion, said: Said) -> None:
    low, central, high = said.range
    if low is None or central is None or high is None:
        if said.low is not None or said.high is not None:
            raise ValidationError({"central": _("Give the best guess, or leave all three empty.")})
        if not said.justification.strip():
            raise ValidationError({"justification": _("Say why it is not known.")})
        return
    if low > central:
        raise ValidationError({"low": _("The low end is above the best guess.")})
    if high < central:
        raise ValidationError({"high": _("The high end is below the best guess.")})
    _check_scale(criterion, (low, central, high))
    needs_words = criterion.kind == Kind.QUALITATIVE or (
        criterion.kind == Kind.MEASURED and said.source == Source.ENTERED
    )
    if needs_words and not said.justification.strip():
        raise ValidationError({"justification": _("Say what this judgement rests on.")})


def _check_scale(criterion: Criterion, told: tuple[float, float, float]) -> None:
    if criterion.kind == Kind.QUALITATIVE and not (told[0] >= 0 and told[2] <= 100):
        raise ValidationError({"central": _("A judgement goes from 0 to 100.")})
    if criterion.kind == Kind.LEVELS:
        last = len(criterion.levels) - 1
        if any(one != int(one) or not 0 <= one <= last for one in told):
            raise ValidationError({"central": _("This is no level of the scale.")})
