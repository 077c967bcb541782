"""Saved views of the demonstration: what a manager and a director look at every week."""

from datetime import UTC, datetime

from portfolio.models import SavedView, User
from portfolio.services import saved_views

SAVED_AT = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)
VIEWS = (
    (
        "cheffe",
        "Nos chantiers",
        "phase=travaux&sort=milestone&columns=phase,milestone,ends_on",
        True,
    ),
    ("cheffe", "Sans date de fin", "sort=-ends_on&columns=phase,starts_on,ends_on", False),
    ("directrice", "Les plus coûteux", "state=ACTIVE&sort=-current_eur", False),
    ("directrice", "Suspendus", "state=SUSPENDED&columns=lead,manager", False),
)


def seed() -> int:
    """How many were added; those that exist, even taken off, are left as they are."""
    people = User.objects.in_bulk([view[0] for view in VIEWS], field_name="username")
    added = 0
    for username, name, query, is_shared in VIEWS:
        owner = people.get(username)
        if owner is None or SavedView.objects.filter(owner=owner, name=name).exists():
            continue
        saved_views.save(
            name=name, query=query, is_shared=is_shared, is_default=False, by=owner, at=SAVED_AT
        )
        added += 1
    return added
