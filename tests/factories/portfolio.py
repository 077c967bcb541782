"""Records of the register for tests: valid by default, every argument may be given."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from portfolio.models import (
    Authorisation,
    CostEstimate,
    Dependency,
    Funding,
    Milestone,
    Organisation,
    PaymentCredit,
    Phase,
    PhasePeriod,
    PhaseSet,
    Procedure,
    ProcedureKind,
    Programme,
    Project,
    Risk,
    RoleAssignment,
    Stakeholder,
    User,
    Zone,
)  # fmt: skip

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_organisation(**fields) -> Organisation:
    number = next(_numbers)
    return Organisation.objects.create(
        **({"code": f"dir-{number}", "name_fr": f"Direction {number}"} | fields)
    )


def make_user(*, password: str = "mot-de-passe-long", **fields) -> User:
    fields = {"username": f"agent-{next(_numbers)}"} | fields
    return User.objects.create_user(password=password, **fields)


def make_phase_set(code: str = "infrastructure") -> PhaseSet:
    phase_set, created = PhaseSet.objects.get_or_create(
        code=code, defaults={"name_fr": "Infrastructure", "name_en": "Infrastructure"}
    )
    names = [("etudes", "Études", "Studies"), ("travaux", "Travaux", "Works"),
             ("service", "Mise en service", "In service")]  # fmt: skip
    if created:
        for rank, (phase, name_fr, name_en) in enumerate(names, start=1):
            Phase.objects.create(
                phase_set=phase_set, code=phase, name_fr=name_fr, name_en=name_en, rank=rank
            )
    return phase_set


def make_programme(**fields) -> Programme:
    number = next(_numbers)
    return Programme.objects.create(
        **({"code": f"programme-{number}", "name_fr": f"Programme {number}"} | fields)
    )


def square(x: float = -0.5, y: float = 45.2, side: float = 0.02) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((x, y, x + side, y + side)), srid=4326)


def make_zone(**fields) -> Zone:
    number = next(_numbers)
    defaults = {"code": f"Z{number:05d}", "name": f"Commune {number}", "kind": "COMMUNE",
                "geometry": square(), "population": 10_000}  # fmt: skip
    return Zone.objects.create(**(defaults | fields))


def make_project(*, cost: Decimal | None = Decimal("1200000"), **fields) -> Project:
    """A public project in its works phase, at a point of the demonstration territory."""
    number = next(_numbers)
    phase_set = fields.pop("phase_set", None) or make_phase_set()
    defaults = {
        "code": f"P-{number:04d}", "name_fr": f"Projet {number}", "name_en": f"Project {number}",
        "phase_set": phase_set, "phase": phase_set.phases.get(rank=2), "visibility": "PUBLIC",
        "geometry": Point(-0.49, 45.21, srid=4326), "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    project = Project.objects.create(**(defaults | fields))
    if cost is not None:
        make_estimate(project, cost)
    return project


def make_estimate(project: Project, amount: Decimal, **fields) -> CostEstimate:
    version = project.cost_estimates.count() + 1
    defaults = {"version": version, "amount_eur": amount, "valued_on": date(2024, 1, 1),
                "reason": "" if version == 1 else "Révision", "recorded_at": NOW}  # fmt: skip
    return CostEstimate.objects.create(project=project, **(defaults | fields))


def make_milestone(project: Project, **fields) -> Milestone:
    number = next(_numbers)
    defaults = {"code": f"jalon-{number}", "name_fr": "Ouverture", "name_en": "Opening",
                "original_on": date(2027, 3, 1), "current_on": date(2027, 3, 1)}  # fmt: skip
    return Milestone.objects.create(project=project, **(defaults | fields))


def make_authorisation(project: Project, amount="1000000", **fields) -> Authorisation:
    defaults = {"kind": "VOTED", "amount_eur": Decimal(amount), "voted_on": date(2024, 1, 1),
                "deliberation": "2024-001", "recorded_at": NOW}  # fmt: skip
    if fields.get("kind", "VOTED") != "VOTED":
        defaults["reason"] = "Ajustement"
    return Authorisation.objects.create(project=project, **(defaults | fields))


def make_credit(project: Project, year: int = 2026, **fields) -> PaymentCredit:
    defaults = {"voted_eur": Decimal(500_000), "committed_eur": Decimal(300_000),
                "paid_eur": Decimal(200_000), "carried_over_eur": Decimal(0),
                "recorded_at": NOW}  # fmt: skip
    return PaymentCredit.objects.create(project=project, year=year, **(defaults | fields))


def make_funding(project: Project, amount="100000", **fields) -> Funding:
    defaults = {"scheme": "DSIL", "requested_eur": Decimal(amount),
                "requested_on": date(2024, 1, 1), "recorded_at": NOW}  # fmt: skip
    if "funder" not in fields:
        defaults["funder"] = make_organisation(kind="PARTNER")
    return Funding.objects.create(project=project, **(defaults | fields))


def make_role(user: User, role: str, where=None, **fields) -> RoleAssignment:
    """`where` is a department, a programme, a project, or None for the whole metropolis."""
    place = {type(where).__name__.lower(): where} if where else {}
    defaults = {"from_on": date(2020, 1, 1), "granted_at": NOW}
    return RoleAssignment.objects.create(user=user, role=role, **(defaults | place | fields))


def make_period(project: Project, rank: int = 2, **fields) -> PhasePeriod:
    """The dates of the phase of that rank, three months from 1 March 2027 unless told."""
    starts, ends = date(2027, 3, 1), date(2027, 5, 31)
    defaults = {"original_starts_on": starts, "original_ends_on": ends,
                "current_starts_on": starts, "current_ends_on": ends}  # fmt: skip
    phase = project.phase_set.phases.get(rank=rank)
    return PhasePeriod.objects.create(project=project, phase=phase, **(defaults | fields))


def make_procedure(project: Project, code: str = "concertation", **fields) -> Procedure:
    defaults = {"foreseen_starts_on": date(2027, 1, 4), "foreseen_ends_on": date(2027, 2, 12),
                "recorded_at": NOW}  # fmt: skip
    if "kind" not in fields:
        defaults["kind"] = ProcedureKind.objects.get(code=code)
    return Procedure.objects.create(project=project, **(defaults | fields))


def make_dependency(project: Project, other: Project, **fields) -> Dependency:
    defaults = {"kind": "PREREQUISITE", "recorded_at": NOW}
    return Dependency.objects.create(project=project, other=other, **(defaults | fields))


def make_stakeholder(project: Project, **fields) -> Stakeholder:
    if "organisation" not in fields and "person" not in fields:
        fields["organisation"] = make_organisation(kind="PARTNER")
    return Stakeholder.objects.create(
        project=project, **({"role": "PARTNER", "recorded_at": NOW} | fields)
    )


def make_risk(project: Project, probability: int = 2, severity: int = 3, **fields) -> Risk:
    number = next(_numbers)
    defaults = {"title": f"Risque {number}", "category": "TECHNICAL", "response": "REDUCE",
                "action": "Sonder le sol", "opened_on": date(2026, 1, 5),
                "probability": probability, "severity": severity, "recorded_at": NOW}  # fmt: skip
    return Risk.objects.create(project=project, **(defaults | fields))
