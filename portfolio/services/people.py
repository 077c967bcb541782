"""Accounts: inviting somebody, closing and opening again. An account is never deleted, since the
history names it."""

from dataclasses import dataclass, fields
from datetime import datetime

import pghistory
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portfolio.machine_reasons import by_machine
from portfolio.models import Organisation, User
from portfolio.services.history import recorded

FIRST_SIGN_IN = gettext_noop("First sign-in by %(label)s")

FORGOTTEN = "second_factor_removed"


@dataclass(frozen=True)
class Person:
    """Who somebody is. The mail address is what a sign-in provider knows them by."""

    username: str
    first_name: str
    last_name: str
    email: str
    organisation: Organisation | None = None


def invite(*, person: Person, by: User | None, reason: str, at: datetime) -> User:
    """Open an account without a password: its owner sets one by a link that serves once.

    Raises ValidationError by field.
    """
    user = User(
        date_joined=at, **{field.name: getattr(person, field.name) for field in fields(person)}
    )
    user.email = User.objects.normalize_email(user.email)
    user.set_unusable_password()
    with recorded(by=by, reason=reason):
        _check(user)
        user.save(force_insert=True)
    return user


def close(*, user: User, by: User, reason: str) -> None:
    """Nobody signs in by this account any more; open sessions end at their next page.

    Raises ValidationError for one's own account.
    """
    if user.pk == by.pk:
        raise ValidationError(_("Another administrator has to close your account."), code="own")
    _set_active(user, active=False, by=by, reason=reason)


def reopen(*, user: User, by: User, reason: str) -> None:
    """The account serves again, with the roles it still has."""
    _set_active(user, active=True, by=by, reason=reason)


def _set_active(user: User, *, active: bool, by: User, reason: str) -> None:
    with recorded(by=by, reason=reason):
        user.is_active = active
        user.save(update_fields=["is_active"])


def _check(user: User) -> None:
    errors: dict[str, list[str]] = {}
    try:
        user.full_clean(exclude={"password"})
    except ValidationError as error:
        errors.update(error.message_dict)
    if not user.email:
        errors["email"] = [_("Give a mail address: the link is sent there.")]
    elif User.objects.filter(email__iexact=user.email).exists():
        errors["email"] = [_("Somebody has this mail address already.")]
    if errors:
        raise ValidationError(errors)


def bind(*, user: User, subject: str, label: str) -> User:
    """From now on, that identity at the sign-in provider opens this account."""
    with recorded(by=None, reason=by_machine(FIRST_SIGN_IN, label=label)):
        user.provider_subject = subject
        user.save(update_fields=["provider_subject"])
    return user


def forget_second_factor(*, user: User, by: User, reason: str) -> None:
    """For somebody who lost their telephone and their recovery codes: their password alone opens
    the account until they set up another. Raises ValidationError for one's own account."""
    if user.pk == by.pk:
        raise ValidationError(_("Remove your own second factor on your own page."), code="own")
    with recorded(by=by, reason=reason):
        Authenticator.objects.filter(user=user).delete()
        pghistory.create_event(user, label=FORGOTTEN)


def choose_language(*, user: User, language: str) -> None:
    """The language of somebody's screens and mails: theirs to choose, and no fact of the record."""
    user.language = language
    user.save(update_fields=["language"])
