"""What we do not know, in words: the question, why it is open, what would close it."""

from django.utils.translation import gettext as _

from indicators import evaluation_words
from indicators.reasons import status_reason


def kind(code: str) -> str:
    return {
        "NO_PLAN_BEFORE_OPENING": _("Opens within a year, and no evaluation is planned"),
        "NO_EFFECT_PROMISED": _("Nobody says what it should change"),
        "STATUS_UNKNOWN": _("Where the effect stands is not known"),
        "FIGURES_LATE": _("Figures are late"),
        "CANNOT_BE_JUDGED": _("Its effect cannot be judged"),
        "NO_EXPECTED_EFFECT": _("What the project alone should change is not estimated"),
    }[code]


def action(code: str) -> str:
    """The next thing to do."""
    return {
        "NO_PLAN_BEFORE_OPENING": _(
            "Lock a plan before that day: after it, an evaluation is exploratory for ever."
        ),
        "NO_EFFECT_PROMISED": _("Add an expected effect on the page of the project."),
        "STATUS_UNKNOWN": "",
        "FIGURES_LATE": _("Ask the source of the figures, or its steward."),
        "CANNOT_BE_JUDGED": "",
        "NO_EXPECTED_EFFECT": _("Give it with its bounds and what it rests on."),
    }[code]


def reason(code: str, about: str) -> str:
    """Why a status is not known, or why an effect cannot be judged."""
    return str(status_reason(code)) if about == "STATUS_UNKNOWN" else evaluation_words.reason(code)


def outcome_reason(code: str) -> str:
    """Why no share of the promise is told."""
    return {
        "NOT_DUE": _("not due yet"),
        "NO_BASELINE": _("no starting value"),
        "NO_TARGET": _("no target"),
        "RANGE": _("a range to stay within"),
        "NOT_MEASURED": _("not measured then"),
        "NO_CHANGE_PROMISED": _("no change promised"),
    }[code]
