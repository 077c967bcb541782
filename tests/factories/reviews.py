"""Reviews and alerts for tests."""

from datetime import date

from portfolio.models import Alert, Review
from tests.factories.portfolio import NOW, make_project


def make_review(project=None, month=date(2026, 5, 1), **fields) -> Review:
    """A draft; give `state` for a later step, whose instants are filled in."""
    defaults = {"sentence": "Le chantier avance.", "schedule": "CLOUDY", "updated_at": NOW}
    state = fields.get("state", "DRAFT")
    if state != "DRAFT":
        defaults["submitted_at"] = NOW
    if state in {"VALIDATED", "PUBLISHED"}:
        defaults["validated_at"] = NOW
    if state == "PUBLISHED":
        defaults["published_at"] = NOW
    return Review.objects.create(
        project=project or make_project(), month=month, **(defaults | fields)
    )


def make_alert(project=None, **fields) -> Alert:
    defaults = {"kind": "MILESTONE_LATE", "subject": "ouverture", "opened_at": NOW,
                "data": {"name_fr": "Ouverture", "name_en": "Opening", "on": "2026-05-01",
                         "days": 31}}  # fmt: skip
    return Alert.objects.create(project=project or make_project(), **(defaults | fields))
