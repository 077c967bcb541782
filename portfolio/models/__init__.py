"""The register."""

from portfolio.models.budget import Authorisation, FinanceParameter, PaymentCredit, Section
from portfolio.models.document import ProjectDocument
from portfolio.models.finance import CostEstimate
from portfolio.models.funding import Funding
from portfolio.models.organisation import Organisation
from portfolio.models.place import ExcludedZone, ProjectZone, Zone
from portfolio.models.programme import Programme
from portfolio.models.project import Project
from portfolio.models.risk import Risk
from portfolio.models.schedule import Milestone, MilestoneRevision, Phase, PhaseSet
from portfolio.models.stakeholder import Stakeholder
from portfolio.models.user import User

__all__ = [
    "Authorisation",
    "CostEstimate",
    "ExcludedZone",
    "FinanceParameter",
    "Funding",
    "Milestone",
    "MilestoneRevision",
    "Organisation",
    "PaymentCredit",
    "Phase",
    "PhaseSet",
    "Programme",
    "Project",
    "ProjectDocument",
    "ProjectZone",
    "Risk",
    "Section",
    "Stakeholder",
    "User",
    "Zone",
]
