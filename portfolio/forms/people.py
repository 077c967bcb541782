"""The forms of accounts and roles."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.models import Organisation, Programme, Project, User
from portfolio.roles import Role
from portfolio.services import people, roles
from portfolio.services.people import Person
from portfolio.services.roles import Given, Place

DEPARTMENTS = Organisation.objects.filter(kind=Organisation.Kind.DEPARTMENT)
PLACES = ("organisation", "programme", "project")
FIELD_OF = {"scope": "organisation", "user": NON_FIELD_ERRORS}  # of what the service names


def why() -> forms.CharField:
    """Kept with the change."""
    return forms.CharField(
        label=_("Why this changes"),
        help_text=_("Kept in the account's history."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReasonForm(forms.Form):
    """An act on an account that needs nothing but its reason."""

    reason = why()


class PeopleFilter(forms.Form):
    """Which people the address asks for."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Any")), *Role.choices]
    )
    department = forms.ModelChoiceField(
        DEPARTMENTS, label=_("Department"), required=False, to_field_name="code",
        empty_label=_("Any"),
    )  # fmt: skip
    account = forms.ChoiceField(
        label=_("Account"),
        required=False,
        choices=[
            ("", _("Any")),
            ("open", _("open")),
            ("waiting", _("not signed in yet")),
            ("closed", _("closed")),
        ],
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _order(self.fields["department"])


class InviteForm(forms.Form):
    """Who is invited."""

    first_name = forms.CharField(label=_("First name"), max_length=150)
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    email = forms.EmailField(
        label=_("Work address"), max_length=254, help_text=_("The link is sent there.")
    )
    username = forms.CharField(
        label=_("Name to sign in with"),
        max_length=150,
        required=False,
        help_text=_("Empty: the mail address."),
    )
    organisation = forms.ModelChoiceField(
        DEPARTMENTS,
        label=_("Department"),
        required=False,
        help_text=_("Without a role of its own, the account works on this department's projects."),
    )
    reason = why()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        _order(self.fields["organisation"])

    def save(self, *, by: User, at: datetime) -> User:
        """Raises ValidationError by field."""
        given = self.cleaned_data
        person = Person(
            username=given["username"] or given["email"].lower(),
            first_name=given["first_name"],
            last_name=given["last_name"],
            email=given["email"],
            organisation=given["organisation"],
        )
        return people.invite(person=person, by=by, reason=given["reason"], at=at)


class GrantForm(forms.Form):
    """Which role, where, and until when."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "–"), *Role.choices])
    organisation = forms.ModelChoiceField(
        DEPARTMENTS,
        label=_("In a department"),
        required=False,
        empty_label="–",
        help_text=_("With the departments below it. No place at all: the whole metropolis."),
    )
    programme = forms.ModelChoiceField(
        Programme.objects.all(),
        label=_("Or in a programme"),
        required=False,
        empty_label="–",
        help_text=_("With the programmes below it."),
    )
    project = forms.ModelChoiceField(
        Project.objects.all(),
        label=_("Or for one project"),
        required=False,
        to_field_name="code",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Its code."),
        error_messages={"invalid_choice": _("No project has this code.")},
    )
    from_on = DayField(label=_("From"))
    until_on = DayField(label=_("Until"), required=False, help_text=_("Empty: until taken back."))
    reason = why()

    def __init__(self, data: Any = None, *, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.user = user
        for name in ("organisation", "programme"):
            _order(self.fields[name])

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if len(self._places(cleaned)) > 1:
            self.add_error("organisation", _("Choose one place: a role holds in one."))
        return cleaned

    def save(self, *, by: User, at: datetime) -> None:
        """Raises ValidationError by field."""
        cleaned = self.cleaned_data
        given = Given(
            role=Role(cleaned["role"]),
            where=next(iter(self._places(cleaned)), None),
            from_on=cleaned["from_on"],
            until_on=cleaned["until_on"],
        )
        try:
            roles.grant(user=self.user, given=given, by=by, reason=cleaned["reason"], at=at)
        except ValidationError as error:
            raise ValidationError(
                {FIELD_OF.get(name, name): texts for name, texts in error.message_dict.items()}
            ) from error

    @staticmethod
    def _places(cleaned: dict[str, Any]) -> list[Place]:
        return [cleaned[name] for name in PLACES if cleaned.get(name)]


class LanguageForm(forms.Form):
    """The language of one's screens and mails."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def _order(field: Any) -> None:
    field.queryset = field.queryset.order_by("name_fr", "code")
