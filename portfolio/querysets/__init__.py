"""Named questions about the register, chainable; a file a noun."""

from portfolio.querysets.among import Among
from portfolio.querysets.documents import ProjectDocumentQuerySet, RiskQuerySet
from portfolio.querysets.governance import (
    AgendaProposalQuerySet,
    CommitteeQuerySet,
    ConditionQuerySet,
    ConflictOfInterestQuerySet,
    DecisionQuerySet,
    FollowUpActionQuerySet,
    MeetingQuerySet,
)
from portfolio.querysets.people import (
    ImportJobQuerySet,
    RoleAssignmentQuerySet,
    SavedViewQuerySet,
    StakeholderQuerySet,
)
from portfolio.querysets.prioritisation import (
    CandidateQuerySet,
    ExerciseQuerySet,
    MemberWeightsQuerySet,
    ScoreQuerySet,
)
from portfolio.querysets.projects import ProgrammeQuerySet, ProjectQuerySet
from portfolio.querysets.reviews import AlertQuerySet, OverrideQuerySet, ReviewQuerySet
from portfolio.querysets.scenarios import ScenarioQuerySet, SelectionResultQuerySet
from portfolio.querysets.schedule import MilestoneQuerySet, ProcedureQuerySet
from portfolio.querysets.withdrawable import WithdrawableQuerySet

__all__ = [
    "AgendaProposalQuerySet",
    "AlertQuerySet",
    "Among",
    "CandidateQuerySet",
    "CommitteeQuerySet",
    "ConditionQuerySet",
    "ConflictOfInterestQuerySet",
    "DecisionQuerySet",
    "ExerciseQuerySet",
    "FollowUpActionQuerySet",
    "ImportJobQuerySet",
    "MeetingQuerySet",
    "MemberWeightsQuerySet",
    "MilestoneQuerySet",
    "OverrideQuerySet",
    "ProcedureQuerySet",
    "ProgrammeQuerySet",
    "ProjectDocumentQuerySet",
    "ProjectQuerySet",
    "ReviewQuerySet",
    "RiskQuerySet",
    "RoleAssignmentQuerySet",
    "SavedViewQuerySet",
    "ScenarioQuerySet",
    "ScoreQuerySet",
    "SelectionResultQuerySet",
    "StakeholderQuerySet",
    "WithdrawableQuerySet",
]
