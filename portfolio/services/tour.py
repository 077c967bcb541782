"""The guided tour: offered once to each person."""

from datetime import datetime

from portfolio.models import User


def finish(*, user: User, at: datetime) -> None:
    """Taken or left: it is not offered again. The help page still gives it."""
    if user.toured_at is None:
        user.toured_at = at
        user.save(update_fields=["toured_at"])
