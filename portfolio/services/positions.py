"""What each member says of an item, hidden from the others until the chair shows it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import AgendaItem, Position, User
from portfolio.queries.meetings import conflicted
from portfolio.services.history import recorded
from portfolio.services.meetings import locked_item


def say(
    *, item: AgendaItem, user: User, choice: str, key: UUID, at: datetime, comment: str = ""
) -> Position:
    """The member's position; said again with another key it replaces the one before. The same key
    sent twice says nothing new, even if the member changed their mind meanwhile.

    Raises ValidationError: no seat with a vote, not there, an interest declared, the positions
    shown, the item decided, the meeting not open.
    """
    with recorded(by=user, reason=_("Position of a member")):
        stored = locked_item(item)
        if known := Position.objects.filter(key=key).first():
            if known.user_id != user.pk or known.item_id != stored.pk:
                raise ValidationError(_("Open this page again, and give your position."))
            return known
        _check(stored, user)
        position = Position(
            item=stored, user=user, choice=choice, comment=comment.strip(), key=key, said_at=at
        )
        position.full_clean(exclude={"item", "user", "key"}, validate_unique=False)
        position.save(force_insert=True)
    return position


def _check(item: AgendaItem, user: User) -> None:
    if not item.meeting.is_open:
        raise ValidationError(_("This meeting is not open."))
    if hasattr(item, "decision"):
        raise ValidationError(_("This item is decided: positions stay as they are."))
    if item.revealed_at is not None:
        raise ValidationError(_("The positions are shown: they stay as they are."))
    if user.pk in conflicted(item):
        raise ValidationError(
            _("You declared an interest in this project: you take no part in this item.")
        )
    if not item.meeting.attendances.filter(user=user, votes=True, state="PRESENT").exists():
        raise ValidationError(_("Only members who have a vote and are present take a position."))
