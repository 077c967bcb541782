"""What a reader asks of a project's history, and why a record is put back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.forms.fields import DayField
from portfolio.forms.seen import reason_field
from portfolio.queries.changes import History, Wanted


class HistoryFilter(forms.Form):
    """State in the address; what cannot be read filters nothing and says so."""

    record = forms.ChoiceField(label=_("Record"), required=False)
    author = forms.TypedChoiceField(label=_("Author"), required=False, coerce=int, empty_value=None)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)

    def offer(self, whole: History) -> None:
        """The records and authors that the history names."""
        self.fields["record"].choices = [("", _("Any")), *whole.models]  # type: ignore[attr-defined]
        self.fields["author"].choices = [("", _("Anybody")), *whole.authors]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        given = self.cleaned_data if self.is_valid() else {}
        return Wanted(
            model=given.get("record", ""),
            author=given.get("author"),
            since=given.get("since"),
            until=given.get("until"),
        )


class RestoreForm(forms.Form):
    """Why a record is put back."""

    reason = reason_field()
