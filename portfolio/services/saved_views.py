"""Keeping the address of a list under a name."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portfolio.models import SavedView, User


def save(  # noqa: PLR0913 - the facts of a view, each named
    *, name: str, query: str, is_shared: bool, is_default: bool, by: User, at: datetime,
    view: SavedView | None = None,
) -> SavedView:  # fmt: skip
    """Keep a view, or change one's own. Of one's views, one at most opens first. Raises
    ValidationError by field."""
    saved = view or SavedView(owner=by)
    saved.name, saved.query, saved.saved_at = name.strip(), query, at
    saved.is_shared, saved.is_default = is_shared, is_default
    if is_shared and by.organisation_id is None:
        raise ValidationError({"is_shared": _("Your account has no department.")})
    try:
        with transaction.atomic():
            if is_default:
                others = SavedView.objects.current().filter(owner=by, is_default=True)
                others.exclude(pk=saved.pk).update(is_default=False)
            saved.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("You already have a view of this name.")}) from error
    return saved


def withdraw(*, view: SavedView, at: datetime) -> None:
    """Take a view off the lists; it can be brought back."""
    view.withdrawn_at, view.is_default = at, False
    view.save(update_fields=["withdrawn_at", "is_default"])


def bring_back(*, view: SavedView) -> None:
    """Raises ValidationError where its name was taken since."""
    view.withdrawn_at = None
    try:
        with transaction.atomic():
            view.save(update_fields=["withdrawn_at"])
    except IntegrityError as error:
        raise ValidationError(_("You already have a view of this name.")) from error
