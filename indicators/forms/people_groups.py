"""Groups of people: adding one, describing one otherwise."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from indicators.models import PeopleGroup
from indicators.services import people_groups
from indicators.services.people_groups import GroupFields
from portfolio.models import User

SAID = ("name_fr", "name_en", "definition_fr", "definition_en")


class GroupForm(forms.Form):
    """A new group or, with one, its description."""

    code = forms.CharField(
        label=_("Code"), max_length=40,
        help_text=_("What the mapping of a feed names it by: it stays. Such as moins-25."),
    )  # fmt: skip
    name_fr = forms.CharField(label=_("Name in French"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    definition_fr = forms.CharField(
        label=_("Who is in it, in French"), max_length=240, required=False,
        help_text=_("As the source defines it, so that readers know whom the figure speaks of."),
    )  # fmt: skip
    definition_en = forms.CharField(
        label=_("Who is in it, in English"), max_length=240, required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=240)

    def __init__(self, data: Any = None, *, group: PeopleGroup | None = None) -> None:
        initial = {name: getattr(group, name) for name in SAID} if group else {}
        super().__init__(data, initial=initial)
        self.group = group
        if group:
            del self.fields["code"]

    def save(self, *, by: User, at: datetime) -> None:
        """Calls the service. Raises ValidationError by field."""
        told = self.cleaned_data
        given, reason = GroupFields(**{name: told[name] for name in SAID}), told["reason"]
        if self.group:
            people_groups.describe(group=self.group, given=given, by=by, reason=reason)
        else:
            people_groups.add(code=told["code"], given=given, by=by, reason=reason)
