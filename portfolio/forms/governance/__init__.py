"""The forms of committees, their meetings and what they decide; a file a noun."""

from portfolio.forms.governance.committees import CommitteeForm, InterestForm, SeatForm
from portfolio.forms.governance.decisions import (
    AcceptForm,
    DecisionForm,
    DismissForm,
    RegisterFilterForm,
    WordForm,
)
from portfolio.forms.governance.meetings import (
    ItemForm,
    MeetingForm,
    OpeningForm,
    PositionForm,
)

__all__ = [
    "AcceptForm",
    "CommitteeForm",
    "DecisionForm",
    "DismissForm",
    "InterestForm",
    "ItemForm",
    "MeetingForm",
    "OpeningForm",
    "PositionForm",
    "RegisterFilterForm",
    "SeatForm",
    "WordForm",
]
