"""The register."""

from portfolio.models.alert import (
    Alert,
    DigestMail,
    FreshnessCommitment,
    NotificationChoice,
    Rhythm,
)
from portfolio.models.budget import Authorisation, FinanceParameter, PaymentCredit, Section
from portfolio.models.dependency import Dependency
from portfolio.models.document import ProjectDocument
from portfolio.models.finance import CostEstimate
from portfolio.models.funding import Funding
from portfolio.models.governance import (
    AgendaItem,
    AgendaProposal,
    Attendance,
    Committee,
    CommitteeMember,
    Condition,
    ConflictOfInterest,
    Decision,
    DecisionChain,
    FollowUpAction,
    Meeting,
    Position,
)
from portfolio.models.green import GreenAxis, GreenMark
from portfolio.models.import_job import ImportJob, ImportLine
from portfolio.models.organisation import Organisation
from portfolio.models.own_share import LeadAuthority, ShareDerogation
from portfolio.models.phase_period import PhasePeriod, PhasePeriodRevision
from portfolio.models.place import ExcludedZone, ProjectZone, Zone
from portfolio.models.prices import PriceIndex, PriceIndexValue
from portfolio.models.prioritisation import (
    Candidate,
    Criterion,
    Exercise,
    MemberWeights,
    Score,
)
from portfolio.models.procedure import Procedure, ProcedureKind
from portfolio.models.programme import Programme
from portfolio.models.project import Project
from portfolio.models.project_words import ProjectWords
from portfolio.models.reminder import Reminder
from portfolio.models.review import Review, StatusOverride, Weather
from portfolio.models.risk import Risk
from portfolio.models.role import RoleAssignment
from portfolio.models.running import RunningCost
from portfolio.models.saved_view import SavedView
from portfolio.models.scenario import (
    ScenarioCandidate,
    ScenarioVariant,
    ScenarioYear,
    SelectionScenario,
)
from portfolio.models.scenario_condition import ScenarioCondition
from portfolio.models.schedule import Milestone, MilestoneRevision, Phase, PhaseSet
from portfolio.models.selection import SelectionExplanation, SelectionJob, SelectionResult
from portfolio.models.stakeholder import Stakeholder
from portfolio.models.user import User

__all__ = [
    "AgendaItem",
    "AgendaProposal",
    "Alert",
    "Attendance",
    "Authorisation",
    "Candidate",
    "Committee",
    "CommitteeMember",
    "Condition",
    "ConflictOfInterest",
    "CostEstimate",
    "Criterion",
    "Decision",
    "DecisionChain",
    "Dependency",
    "DigestMail",
    "ExcludedZone",
    "Exercise",
    "FinanceParameter",
    "FollowUpAction",
    "FreshnessCommitment",
    "Funding",
    "GreenAxis",
    "GreenMark",
    "ImportJob",
    "ImportLine",
    "LeadAuthority",
    "Meeting",
    "MemberWeights",
    "Milestone",
    "MilestoneRevision",
    "NotificationChoice",
    "Organisation",
    "PaymentCredit",
    "Phase",
    "PhasePeriod",
    "PhasePeriodRevision",
    "PhaseSet",
    "Position",
    "PriceIndex",
    "PriceIndexValue",
    "Procedure",
    "ProcedureKind",
    "Programme",
    "Project",
    "ProjectDocument",
    "ProjectWords",
    "ProjectZone",
    "Reminder",
    "Review",
    "Rhythm",
    "Risk",
    "RoleAssignment",
    "RunningCost",
    "SavedView",
    "ScenarioCandidate",
    "ScenarioCondition",
    "ScenarioVariant",
    "ScenarioYear",
    "Score",
    "Section",
    "SelectionExplanation",
    "SelectionJob",
    "SelectionResult",
    "SelectionScenario",
    "ShareDerogation",
    "Stakeholder",
    "StatusOverride",
    "User",
    "Weather",
    "Zone",
]
