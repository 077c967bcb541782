"""Forms of the evidence screens."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
