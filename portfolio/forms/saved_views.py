"""The form of a saved view."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedViewForm(forms.Form):
    """`query` is the address of the list, after the question mark."""

    name = forms.CharField(label=_("Name of the view"), max_length=80)
    is_shared = forms.BooleanField(label=_("Shared with my department"), required=False)
    is_default = forms.BooleanField(label=_("Opens first"), required=False)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)

    def clean_query(self) -> Any:
        return self.cleaned_data["query"].removeprefix("?")
