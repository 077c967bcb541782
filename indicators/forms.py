"""Forms of the evidence screens."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """What a steward does with a batch that is held, and why."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("It stays with the figures: say what you checked, and with whom."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
