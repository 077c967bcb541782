"""The key or password of a source: written, used by the pull, never shown."""

from datetime import datetime

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.connectors.base import SourceError
from indicators.connectors.registry import about
from indicators.models import DataSource
from portfolio import encryption
from portfolio.models import User

LONGEST = 2000


class SecretLostError(SourceError):
    """The key is stored, but none of FIELD_KEYS reads it."""

    code = "SECRET_LOST"


@transaction.atomic
def put(*, source: DataSource, secret: str, by: User | None, at: datetime) -> None:
    """Replace the key; an empty one takes it away. Raises ValidationError where the protocol asks
    for none, or on a text that cannot be one."""
    text = cleaned(secret, protocol=source.protocol)
    held = DataSource.objects.select_for_update().get(pk=source.pk)
    held.secret_encrypted = encryption.encrypt(text) if text else ""
    held.secret_set_at, held.secret_set_by = at, by
    held.save(update_fields=["secret_encrypted", "secret_set_at", "secret_set_by"])


def cleaned(secret: str, *, protocol: str) -> str:
    """A key as it is stored. Raises ValidationError where the protocol asks for none, or on a text
    that cannot be one."""
    text = secret.strip()
    if text and not about(protocol).secret:
        raise ValidationError({"secret": _("This protocol asks for no key.")})
    if len(text) > LONGEST or any(ord(sign) < 32 for sign in text):
        raise ValidationError({"secret": _("A key is one line of text.")})
    return text


def read(source: DataSource) -> str:
    """Empty where there is none. Raises SecretLostError."""
    if not source.secret_encrypted:
        return ""
    try:
        return encryption.decrypt(source.secret_encrypted)
    except InvalidToken as error:
        raise SecretLostError(f"the key of {source.code} cannot be read") from error
