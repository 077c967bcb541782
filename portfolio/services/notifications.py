"""A person's own choices of notifications."""

from collections.abc import Mapping

from portfolio.models import NotificationChoice, User

NAMES = ("language", *NotificationChoice.TOPICS)


def choose(*, user: User, choices: Mapping[str, str]) -> NotificationChoice:
    """Keep them; what is not named stays as it is. Raises ValidationError by field."""
    stored = NotificationChoice.objects.filter(user=user).first() or NotificationChoice(user=user)
    for name in NAMES:
        setattr(stored, name, choices.get(name, getattr(stored, name)))
    stored.clean_fields(exclude={"user"})
    NotificationChoice.objects.update_or_create(
        user=user, defaults={name: getattr(stored, name) for name in NAMES}
    )
    return stored
