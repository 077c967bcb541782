"""To whom the files of a feed are open."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Depositor, Feed
from portfolio.models import User


@transaction.atomic
def open_feed(*, feed: Feed, to: User, by: User | None, at: datetime) -> Depositor:
    """Let somebody deposit files of the feed; nothing changes where they may already. Raises
    ValidationError for an account that is closed, or a feed that no file is deposited to."""
    Feed.objects.select_for_update().get(pk=feed.pk)
    if not feed.is_deposited:
        raise ValidationError(_("No file is deposited to this feed."))
    if not to.is_active:
        raise ValidationError({"person": _("This account is closed.")})
    held = Depositor.objects.open().filter(feed=feed, user=to).first()
    return held or Depositor.objects.create(feed=feed, user=to, opened_by=by, opened_at=at)


def close_feed(*, feed: Feed, to: User, by: User, at: datetime) -> None:
    """Take the right back; what was deposited stays."""
    held = Depositor.objects.open().filter(feed=feed, user=to)
    held.update(closed_at=at, closed_by=by)
