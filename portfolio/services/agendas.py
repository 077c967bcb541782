"""The agenda of a meeting: put on it, changed, put in order, taken off."""

from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.db.models import F, Max
from django.utils.translation import gettext as _

from portfolio.models import AgendaItem, Exercise, Meeting, Project, SelectionScenario, User
from portfolio.services.history import recorded
from portfolio.services.meetings import locked, locked_item


@dataclass(frozen=True)
class ItemFields:
    """About a project, or about a subject in words; what it rests on, if anything."""

    question: str
    project: Project | None = None
    subject: str = ""
    reason: str = ""
    minutes: int = 10
    scenario: SelectionScenario | None = None
    exercise: Exercise | None = None


def put(*, meeting: Meeting, given: ItemFields, by: User | None) -> AgendaItem:
    """Add an item at the end; the same question about the same subject is one item. Raises
    ValidationError by field."""
    with recorded(by=by, reason=_("Put on the agenda")):
        stored = locked(meeting)
        _must_be_changeable(stored)
        question = given.question.strip()
        same = stored.items.filter(project=given.project, subject=given.subject.strip())
        if twin := same.filter(question=question).first():
            return twin
        last = stored.items.aggregate(last=Max("rank"))["last"] or 0
        item = AgendaItem(meeting=stored, rank=last + 1)
        _set(item, given)
        item.save(force_insert=True)
        if stored.is_open and stored.current_item_id is None:
            stored.current_item = item
            stored.save(update_fields=["current_item"])
    return item


def change(*, item: AgendaItem, given: ItemFields, by: User | None) -> AgendaItem:
    """What is asked, and how long it takes. Raises ValidationError by field."""
    with recorded(by=by, reason=_("Agenda changed")):
        stored = locked_item(item)
        _must_be_untouched(stored)
        _set(stored, given)
        stored.save()
    return stored


def shift(*, item: AgendaItem, down: bool, by: User | None) -> AgendaItem:
    """One place later, or earlier; at the end of the list it stays. Raises ValidationError."""
    with recorded(by=by, reason=_("Agenda put in order")):
        stored = locked_item(item)
        _must_be_changeable(stored.meeting)
        others = stored.meeting.items.exclude(pk=stored.pk)
        other = (
            others.filter(rank__gt=stored.rank).order_by("rank").first()
            if down
            else others.filter(rank__lt=stored.rank).order_by("-rank").first()
        )
        if other is not None:
            stored.rank, other.rank = other.rank, stored.rank
            stored.save(update_fields=["rank"])
            other.save(update_fields=["rank"])
    return stored


def take_off(*, item: AgendaItem, by: User | None) -> None:
    """Raises ValidationError where somebody said something about it already."""
    with recorded(by=by, reason=_("Taken off the agenda")):
        stored = locked_item(item)
        _must_be_untouched(stored)
        meeting, rank = stored.meeting, stored.rank
        stored.delete()
        meeting.items.filter(rank__gt=rank).update(rank=F("rank") - 1)


def _set(item: AgendaItem, given: ItemFields) -> None:
    for field in fields(ItemFields):
        value = getattr(given, field.name)
        setattr(item, field.name, value.strip() if isinstance(value, str) else value)
    errors: dict[str, list[str]] = {}
    try:
        item.full_clean(
            exclude={"meeting", "project", "scenario", "exercise", "revealed_at"},
            validate_constraints=False,
        )
    except ValidationError as error:
        errors.update(error.message_dict)
    if item.exercise is not None and item.exercise.is_draft:
        errors["exercise"] = [_("This exercise has no scores yet: open it first.")]
    if item.project is None and not item.subject:
        errors["subject"] = [_("Choose a project, or say what the item is about.")]
    if not 1 <= item.minutes <= 480:
        errors["minutes"] = [_("Between 1 and 480 minutes.")]
    if errors:
        raise ValidationError(errors)


def _must_be_changeable(meeting: Meeting) -> None:
    if meeting.is_closed:
        raise ValidationError(_("This meeting is closed: its agenda stays."))


def _must_be_untouched(item: AgendaItem) -> None:
    _must_be_changeable(item.meeting)
    if item.positions.exists() or hasattr(item, "decision"):
        raise ValidationError(_("Members spoke about this item already: it stays as it is."))
