"""Forms of the evidence screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.models import User


class SecretForm(forms.Form):
    """The key or password of a source: it is never shown again."""

    secret = forms.CharField(
        label=_("Key or password"),
        help_text=_(
            "It is stored encrypted and never shown again. Left empty, the key is taken away."
        ),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class DecisionForm(forms.Form):
    """What a steward does with a batch that is held, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays with the figures: say what you checked, and with whom."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DepositForm(forms.Form):
    """A file for a feed; what it is is told from its content."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "Excel (.xlsx) or CSV, up to 10 MB. Nothing is published before you have seen it."
        ),
        allow_empty_file=True,  # said in the same words as other files that hold no table
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PublishForm(forms.Form):
    """What somebody says of the file that they publish; `seen` names what they were shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)  # written by the page
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Kept with the figures. Needed where published values change."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WithdrawForm(forms.Form):
    """Why a deposit is withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays with the figures."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DepositorForm(forms.Form):
    """Somebody to whom a feed is opened."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        people = User.objects.filter(is_active=True).order_by("last_name", "first_name", "username")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # of a choice of records
