"""Who decides, when they meet, what they decide, and what follows."""

from portfolio.models.governance.committee import Committee, CommitteeMember, ConflictOfInterest
from portfolio.models.governance.decision import (
    Condition,
    Decision,
    DecisionChain,
    FollowUpAction,
)
from portfolio.models.governance.meeting import AgendaItem, Attendance, Meeting, Position
from portfolio.models.governance.proposal import AgendaProposal

__all__ = [
    "AgendaItem",
    "AgendaProposal",
    "Attendance",
    "Committee",
    "CommitteeMember",
    "Condition",
    "ConflictOfInterest",
    "Decision",
    "DecisionChain",
    "FollowUpAction",
    "Meeting",
    "Position",
]
