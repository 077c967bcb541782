"""The register."""

from portfolio.models.budget import Authorisation, FinanceParameter, PaymentCredit, Section
from portfolio.models.dependency import Dependency
from portfolio.models.finance import CostEstimate
from portfolio.models.funding import Funding
from portfolio.models.organisation import Organisation
from portfolio.models.phase_period import PhasePeriod, PhasePeriodRevision
from portfolio.models.place import ProjectZone, Zone
from portfolio.models.procedure import Procedure, ProcedureKind
from portfolio.models.programme import Programme
from portfolio.models.project import Project
from portfolio.models.schedule import Milestone, MilestoneRevision, Phase, PhaseSet
from portfolio.models.user import User

__all__ = [
    "Authorisation",
    "CostEstimate",
    "Dependency",
    "FinanceParameter",
    "Funding",
    "Milestone",
    "MilestoneRevision",
    "Organisation",
    "PaymentCredit",
    "Phase",
    "PhasePeriod",
    "PhasePeriodRevision",
    "PhaseSet",
    "Procedure",
    "ProcedureKind",
    "Programme",
    "Project",
    "ProjectZone",
    "Section",
    "User",
    "Zone",
]
