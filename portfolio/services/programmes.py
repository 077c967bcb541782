"""Changing the texts of a programme."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portfolio.models import Programme, User
from portfolio.services.history import recorded

TEXTS = ("name_fr", "name_en", "objective_fr", "objective_en")


def update(
    *, programme: Programme, texts: Mapping[str, str], by: User | None, reason: str, at: datetime
) -> Programme:
    """Change names and objectives; what is already so is not recorded. `at` is when it is said;
    the history bears the instant it is stored. Raises ValidationError by field."""
    foreign = sorted(texts.keys() - set(TEXTS))
    if foreign:
        raise ValidationError({name: _("This field cannot be changed.") for name in foreign})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the programme changes.")})
    with recorded(by=by, reason=reason.strip()):
        stored = Programme.objects.select_for_update().get(pk=programme.pk)
        changed = [name for name, text in texts.items() if getattr(stored, name) != text.strip()]
        for name in changed:
            setattr(stored, name, texts[name].strip())
        stored.full_clean(exclude={"parent"})
        if changed:
            stored.save(update_fields=changed)
    return stored
