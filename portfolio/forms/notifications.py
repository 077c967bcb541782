"""What a person wants to be told by mail, and how often."""

from typing import Any

from django import forms
from django.forms.models import fields_for_model, model_to_dict

from portfolio.models import NotificationChoice

FIELDS = ["language", *NotificationChoice.TOPICS]


class NotificationForm(forms.Form):
    """The fields of the choice, with their labels."""

    def __init__(self, data: Any = None, *, choice: NotificationChoice) -> None:
        super().__init__(data, initial=model_to_dict(choice, FIELDS))
        self.fields = {**fields_for_model(NotificationChoice, fields=FIELDS)}
