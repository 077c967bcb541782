"""The register."""

from portfolio.models.alert import (
    Alert,
    DigestMail,
    FreshnessCommitment,
    NotificationChoice,
    Rhythm,
)
from portfolio.models.budget import Authorisation, FinanceParameter, PaymentCredit, Section
from portfolio.models.finance import CostEstimate
from portfolio.models.funding import Funding
from portfolio.models.organisation import Organisation
from portfolio.models.place import ProjectZone, Zone
from portfolio.models.programme import Programme
from portfolio.models.project import Project
from portfolio.models.review import Review, StatusOverride, Weather
from portfolio.models.schedule import Milestone, MilestoneRevision, Phase, PhaseSet
from portfolio.models.user import User

__all__ = [
    "Alert",
    "Authorisation",
    "CostEstimate",
    "DigestMail",
    "FinanceParameter",
    "FreshnessCommitment",
    "Funding",
    "Milestone",
    "MilestoneRevision",
    "NotificationChoice",
    "Organisation",
    "PaymentCredit",
    "Phase",
    "PhaseSet",
    "Programme",
    "Project",
    "ProjectZone",
    "Review",
    "Rhythm",
    "Section",
    "StatusOverride",
    "User",
    "Weather",
    "Zone",
]
