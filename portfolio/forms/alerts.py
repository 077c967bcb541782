"""The forms of alerts: which to list, what is done about one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.models import Alert

SCOPES = [("mine", _("Mine")), ("all", _("All"))]
STATES = [
    ("loud", _("To deal with")),
    ("quiet", _("Acknowledged or put off")),
    ("closed", _("Closed by themselves")),
]


class AlertFilterForm(forms.Form):
    """The filter that the address carries; what cannot be read is the default."""

    q = forms.CharField(label=_("Project"), required=False, max_length=200)
    scope = forms.ChoiceField(label=_("Whose"), choices=SCOPES, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("Any")), *Alert.Kind.choices], required=False
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)


class HandleForm(forms.Form):
    """Acknowledged; or, with a day, put off until then."""

    reason = forms.CharField(label=_("Why it may wait"), max_length=500)
    until = DayField(
        label=_("Tell me again on"),
        required=False,
        help_text=_("Empty: not before the cause has gone and come back."),
    )

    def __init__(self, data: Any = None, *, alert: Alert) -> None:
        super().__init__(data, auto_id=f"alert-{alert.pk}-%s")
        self.alert = alert
