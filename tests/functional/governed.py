"""A committee for the world of the screens: a meeting under way, a decision, a proposal."""

from django.utils import timezone

from portfolio.models import AgendaProposal, Project, User
from portfolio.queries.snapshots import snapshot
from portfolio.services import committees, proposals
from tests.factories.governance import (
    action,
    condition,
    make_committee,
    make_decision,
    make_item,
    make_meeting,
    opened,
    people,
    say,
    what,
)
from tests.factories.portfolio import NOW


def governed(project: Project, member: User) -> dict[str, str]:
    """A meeting under way in which the reader has a vote; one that decided; a proposal."""
    earlier = make_decision(
        project, what(conditions=[condition(days=1)], actions=[action(member)]),
        snapshot=snapshot(project, at=NOW), at=NOW,
    )  # fmt: skip
    committee = make_committee(members=5, chair=member)
    item = make_item(make_meeting(committee), project, reason="Les offres sont reçues.")
    make_item(item.meeting, subject="Préparation du budget")
    meeting = opened(item.meeting, absent=1)
    interest = {"reason": "Voisin du chantier", "by": None, "at": NOW}
    committees.declare_interest(user=people(meeting)[2], project=project, **interest)
    say(item, people(meeting)[1], "AGAINST", comment="Trop cher pour ce qu’il change")
    proposals.reconcile(at=timezone.now())
    proposal = AgendaProposal.objects.filter(project=project).earliest("pk")
    return {
        "copil/reunions/<int:pk>": f"copil/reunions/{meeting.pk}",
        "documents/reunions/<int:pk>": f"documents/reunions/{meeting.pk}",
        "copil/points/<int:pk>": f"copil/points/{item.pk}",
        "ecran/<slug:step>": "ecran/decision",
        "copil/membres/<int:pk>": f"copil/membres/{committee.members.earliest('pk').pk}",
        "copil/decisions/<int:pk>": f"copil/decisions/{earlier.pk}",
        "preuves/decisions/<int:pk>": f"preuves/decisions/{earlier.pk}",
        "copil/conditions/<int:pk>": f"copil/conditions/{earlier.conditions.get().pk}",
        "copil/actions/<int:pk>": f"copil/actions/{earlier.actions.get().pk}",
        "copil/propositions/<int:pk>": f"copil/propositions/{proposal.pk}",
        "copil/<int:pk>": f"copil/{committee.pk}",
    }
