"""The monthly review: written, submitted, sent back or validated, published."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.analysis.periods import first_day
from portfolio.machine_reasons import by_machine
from portfolio.models import Project, Review, User, Weather
from portfolio.services.history import recorded, touch

TAKEN_BACK = gettext_noop("Taken back by its author")
VALIDATED = gettext_noop("Review validated")
PUBLISHED = gettext_noop("Review published")
REVIEW_OF = gettext_noop("Review of %(month)s")

State = Review.State


@dataclass(frozen=True)
class Content:
    """What a manager says of a month; None and empty are not known."""

    cost: str = Weather.NOT_SET
    schedule: str = Weather.NOT_SET
    scope: str = Weather.NOT_SET
    impact: str = Weather.NOT_SET
    progress: int | None = None
    sentence: str = ""
    next_step: str = ""
    next_step_on: date | None = None


def content_of(review: Review) -> Content:
    return Content(**{field.name: getattr(review, field.name) for field in fields(Content)})


def last_written(project: Project, *, before: date) -> Review | None:
    """The latest review submitted for a month before this one."""
    return project.reviews.written().filter(month__lt=before).order_by("-month").first()


def save_draft(
    *, project: Project, month: date, content: Content, by: User | None, at: datetime
) -> Review:
    """Keep what is written so far. Raises ValidationError by field, also once submitted."""
    with recorded(by=by, reason=_reason(month)):
        review = _locked(project, month, by, at)
        _must_be(review, State.DRAFT, _("This review is submitted: take it back to change it."))
        _write(review, content, by, at)
        review.is_unchanged = False
        review.save()
    return review


def submit(
    *, project: Project, month: date, content: Content, by: User | None, at: datetime
) -> Review:
    """Write and hand in at once. Raises ValidationError by field."""
    with recorded(by=by, reason=_reason(month)):
        review = _locked(project, month, by, at)
        return _submitted(review, content, by, at, is_unchanged=False)


def nothing_changed(*, project: Project, month: date, by: User | None, at: datetime) -> Review:
    """Hand in the words and judgements of the last review. Raises ValidationError without one."""
    with recorded(by=by, reason=_reason(month)):
        review = _locked(project, month, by, at)
        last = last_written(project, before=month)
        if last is None:
            raise ValidationError(_("There is no earlier review to confirm."))
        return _submitted(review, content_of(last), by, at, is_unchanged=True)


def take_back(*, review: Review, by: User | None, at: datetime) -> Review:
    """A submitted review is a draft again, as long as nobody has validated it."""

    def change(stored: Review) -> None:
        _must_be(stored, State.SUBMITTED, _("Only a review that waits can be taken back."))
        stored.state = State.DRAFT
        stored.submitted_by = stored.submitted_at = None
        stored.is_unchanged = False

    return _change(review, change, by=by, reason=by_machine(TAKEN_BACK), at=at)


def send_back(*, review: Review, by: User | None, reason: str, at: datetime) -> Review:
    """A draft again, with what is to be put right. Raises ValidationError by field."""
    why = reason.strip()
    if not why:
        raise ValidationError({"reason": _("Say what is to be put right.")})

    def change(stored: Review) -> None:
        _must_be(stored, State.SUBMITTED, _("Only a review that waits can be sent back."))
        _must_be_another(stored, by)
        stored.state = State.DRAFT
        stored.returned_by, stored.returned_at, stored.returned_reason = by, at, why
        stored.submitted_by = stored.submitted_at = None

    return _change(review, change, by=by, reason=why, at=at)


def validate(*, review: Review, by: User | None, at: datetime) -> Review:
    """Agreed to by somebody other than who submitted it. Raises ValidationError."""

    def change(stored: Review) -> None:
        _must_be(stored, State.SUBMITTED, _("Only a review that waits can be validated."))
        _must_be_another(stored, by)
        stored.state = State.VALIDATED
        stored.validated_by, stored.validated_at = by, at
        stored.returned_reason = ""

    return _change(review, change, by=by, reason=by_machine(VALIDATED), at=at)


def publish(*, review: Review, by: User | None, at: datetime) -> Review:
    """The sentence and the next step go to the public page. Raises ValidationError."""

    def change(stored: Review) -> None:
        _must_be(stored, State.VALIDATED, _("A review is validated before it is published."))
        if stored.project.visibility != Project.Visibility.PUBLIC:
            raise ValidationError(_("The project is not public: its reviews stay inside."))
        stored.state = State.PUBLISHED
        stored.published_by, stored.published_at = by, at

    return _change(review, change, by=by, reason=by_machine(PUBLISHED), at=at)


# ---------------------------------------------------------------- below


def _reason(month: date) -> str:
    return by_machine(REVIEW_OF, month=f"{month:%m/%Y}")


def _locked(project: Project, month: date, by: User | None, at: datetime) -> Review:
    """The month's review, made where there is none; two who write at once wait for each other."""
    if month != first_day(month) or month > timezone.localdate(at):
        raise ValidationError(_("This month cannot be reviewed yet."))
    Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    review = Review.objects.filter(project=project, month=month).first()
    return review or Review(project=project, month=month, author=by, updated_at=at)


def _write(review: Review, content: Content, by: User | None, at: datetime) -> None:
    for field in fields(Content):
        setattr(review, field.name, getattr(content, field.name))
    review.sentence = review.sentence.strip()
    review.next_step = review.next_step.strip()
    review.author, review.updated_at = by, at
    others = {field.name for field in Review._meta.concrete_fields} - set(Review.CONTENT)
    review.full_clean(exclude=others, validate_unique=False, validate_constraints=False)
    if review.progress is not None and review.progress > 100:
        raise ValidationError({"progress": _("A percentage goes from 0 to 100.")})


def _submitted(
    review: Review, content: Content, by: User | None, at: datetime, *, is_unchanged: bool
) -> Review:
    _must_be(review, State.DRAFT, _("This review is already submitted."))
    if not content.sentence.strip():
        raise ValidationError({"sentence": _("Say in one sentence how the project goes.")})
    _write(review, content, by, at)
    review.state, review.is_unchanged = State.SUBMITTED, is_unchanged
    review.submitted_by, review.submitted_at = by, at
    review.save()
    touch(review.project, at=at)
    return review


def _change(
    review: Review, change: Callable[[Review], None], *, by: User | None, reason: str,
    at: datetime,
) -> Review:  # fmt: skip
    with recorded(by=by, reason=reason):
        locked = Review.objects.select_for_update(of=("self",)).select_related("project")
        stored = locked.get(pk=review.pk)
        change(stored)
        stored.updated_at = at
        stored.save()
    return stored


def _must_be(review: Review, state: str, otherwise: str) -> None:
    if review.state != state:
        raise ValidationError(otherwise)


def _must_be_another(review: Review, by: User | None) -> None:
    if by is not None and review.submitted_by_id == by.pk:
        raise ValidationError(_("Somebody other than its author validates a review."))
