"""What every form of the record asks for: why, and on which state of the record it was opened."""

from datetime import datetime

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _


def reason_field() -> forms.CharField:
    """Kept with the change."""
    return forms.CharField(
        label=_("Why this changes"),
        help_text=_("Kept in the project's history."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def seen_field() -> forms.CharField:
    """The record's date when the form was opened."""
    return forms.CharField(required=False, widget=forms.HiddenInput)


def check_seen(seen_at: str, stored_at: datetime) -> None:
    """Raises ValidationError (code "stale") if the record changed since the form was opened."""
    if _instant(seen_at) != stored_at:
        raise forms.ValidationError(
            _("Somebody else changed this project in the meantime. Open its form again."),
            code="stale",
        )


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None
