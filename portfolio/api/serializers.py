"""Projects as GeoJSON features. Nothing about people: no names of agents, no addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from drf_spectacular.contrib.rest_framework_gis import GeoFeatureModelSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from portfolio.api import calendar
from portfolio.api.finance import (
    EstimateRowSerializer,
    GreenMarkSerializer,
    RunningCostSerializer,
)
from portfolio.models import (
    Funding,
    Milestone,
    Organisation,
    PaymentCredit,
    Phase,
    Programme,
    Project,
    ProjectDocument,
    Section,
    Stakeholder,
    User,
    Zone,
)
from portfolio.queries import green, prices, running
from portfolio.queries.documents import public_documents
from portfolio.queries.money import ProjectMoney, SectionMoney, money_of, parameters_on
from portfolio.queries.reviews import News, news
from portfolio.queries.stakeholders import public_parts
from portfolio.results import Unknown

Names = ("name_fr", "name_en")


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    class Meta:
        model = Programme
        fields = ("code", *Names)


class LeadSerializer(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ("code", *Names)


class PhaseSerializer(serializers.ModelSerializer[Phase]):
    class Meta:
        model = Phase
        fields = ("code", *Names, "rank")


class ZoneSerializer(serializers.ModelSerializer[Zone]):
    class Meta:
        model = Zone
        fields = ("code", "name", "kind")


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    class Meta:
        model = Milestone
        fields = ("code", *Names, "original_on", "current_on", "actual_on", "is_commissioning")


class ProjectSerializer(GeoFeatureModelSerializer):
    """A project; `original_cost_eur` was announced first, `current_cost_eur` holds now (null:
    not estimated)."""

    id = serializers.CharField(source="code", read_only=True)
    programme = ProgrammeSerializer(read_only=True, allow_null=True)
    lead = LeadSerializer(read_only=True, allow_null=True)
    phase = PhaseSerializer(read_only=True, allow_null=True)
    zones = ZoneSerializer(many=True, read_only=True)
    milestones = MilestoneSerializer(source="shown_milestones", many=True, read_only=True)
    original_cost_eur = serializers.DecimalField(14, 2, read_only=True, allow_null=True)
    current_cost_eur = serializers.DecimalField(14, 2, read_only=True, allow_null=True)

    class Meta:
        model = Project
        geo_field = "geometry"
        id_field = "id"
        fields: tuple[str, ...] = (
            "id", "code", *Names, "summary_fr", "summary_en", "state", "phase", "programme",
            "lead", "zones", "address", "starts_on", "ends_on", "original_cost_eur",
            "current_cost_eur", "milestones", "source_url", "updated_at",
        )  # fmt: skip


class AuthorisationSerializer(serializers.Serializer[SectionMoney]):
    """What may be committed, from the votes and revisions of the council."""

    voted_eur = serializers.DecimalField(14, 2, source="ceiling.voted")
    affected_eur = serializers.DecimalField(14, 2, source="ceiling.affected")
    lapsed_eur = serializers.DecimalField(14, 2, source="ceiling.lapsed")


class CreditSerializer(serializers.ModelSerializer[PaymentCredit]):
    """Null: not known."""

    class Meta:
        model = PaymentCredit
        fields = ("year", "voted_eur", "committed_eur", "paid_eur", "carried_over_eur")


class FundingSerializer(serializers.ModelSerializer[Funding]):
    funder = LeadSerializer(read_only=True)

    class Meta:
        model = Funding
        fields = ("funder", "scheme", "notified_eur", "notified_on", "received_eur", "received_on")


class SectionSerializer(serializers.Serializer[SectionMoney]):
    section = serializers.ChoiceField(choices=Section.choices)
    authorisation = serializers.SerializerMethodField()
    credits = serializers.SerializerMethodField()

    @extend_schema_field(AuthorisationSerializer(allow_null=True))
    def get_authorisation(self, money: SectionMoney) -> Any:
        known = not isinstance(money.ceiling, Unknown)
        return AuthorisationSerializer(money).data if known else None

    @extend_schema_field(CreditSerializer(many=True))
    def get_credits(self, money: SectionMoney) -> Any:
        return CreditSerializer([row.credit for row in money.rows], many=True).data


class BudgetSerializer(serializers.Serializer[ProjectMoney]):
    """Authorisations (AP), yearly credits (CP) and the grants notified. Requests that nobody
    has answered are kept inside."""

    sections = SectionSerializer(many=True)
    fundings = serializers.SerializerMethodField()

    @extend_schema_field(FundingSerializer(many=True))
    def get_fundings(self, money: ProjectMoney) -> Any:
        notified = [funding for funding in money.plan.fundings if funding.notified_eur]
        return FundingSerializer(notified, many=True).data


class StakeholderSerializer(serializers.ModelSerializer[Stakeholder]):
    """An organisation and its role; people are not part of the API."""

    organisation = LeadSerializer(read_only=True)

    class Meta:
        model = Stakeholder
        fields = ("role", "organisation", "since_on", "until_on")


class DocumentSerializer(serializers.ModelSerializer[ProjectDocument]):
    """The last version of a document that residents may read."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = ProjectDocument
        fields = (
            "title_fr", "title_en", "kind", "dated_on", "version", "media_type", "size_bytes",
            "sha256", "url",
        )  # fmt: skip

    def get_url(self, document: ProjectDocument) -> str:
        address: str = reverse(
            "project-file", args=[document.pk], request=self.context.get("request")
        )
        return address


class NewsSerializer(serializers.Serializer[News]):
    """What was published of a month's review; texts are in French, judgements stay inside."""

    month = serializers.DateField(source="on")
    sentence = serializers.CharField()
    next_step = serializers.CharField()
    next_step_on = serializers.DateField(allow_null=True)


class ProjectDetailSerializer(ProjectSerializer):
    """One project, with its budget, every version of its cost, its green marks, what it costs to
    run, the dates of its phases (for agents), its procedures, its dependencies, the organisations
    that take part, its public documents, its latest news."""

    budget = serializers.SerializerMethodField()
    cost_estimates = serializers.SerializerMethodField()
    green_marks = serializers.SerializerMethodField()
    running_costs = serializers.SerializerMethodField()
    phase_periods = serializers.SerializerMethodField()
    procedures = serializers.SerializerMethodField()
    dependencies = serializers.SerializerMethodField()
    stakeholders = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()
    news = serializers.SerializerMethodField()

    class Meta(ProjectSerializer.Meta):
        fields = (
            *ProjectSerializer.Meta.fields,
            "budget",
            "cost_estimates",
            "green_marks",
            "running_costs",
            "phase_periods",
            "procedures",
            "dependencies",
            "stakeholders",
            "documents",
            "news",
        )

    @extend_schema_field(calendar.PhasePeriodSerializer(many=True))
    def get_phase_periods(self, project: Project) -> Any:
        periods = calendar.periods(project, self._reader)
        return calendar.PhasePeriodSerializer(periods, many=True).data

    @extend_schema_field(calendar.ProcedureSerializer(many=True))
    def get_procedures(self, project: Project) -> Any:
        procedures = calendar.procedures(project, self._reader)
        return calendar.ProcedureSerializer(procedures, many=True).data

    @extend_schema_field(calendar.DependencySerializer(many=True))
    def get_dependencies(self, project: Project) -> Any:
        return calendar.dependencies(project, self._reader)

    @extend_schema_field(StakeholderSerializer(many=True))
    def get_stakeholders(self, project: Project) -> Any:
        parts = public_parts(project, today=timezone.localdate())
        return StakeholderSerializer(parts, many=True).data

    @extend_schema_field(DocumentSerializer(many=True))
    def get_documents(self, project: Project) -> Any:
        documents = public_documents(project)
        return DocumentSerializer(documents, many=True, context=self.context).data

    @property
    def _reader(self) -> User | AnonymousUser:
        reader: User | AnonymousUser = self.context["request"].user
        return reader

    @extend_schema_field(BudgetSerializer)
    def get_budget(self, project: Project) -> Any:
        today = timezone.localdate()
        money = money_of(project, today=today, parameters=parameters_on(today))
        return BudgetSerializer(money).data

    @extend_schema_field(EstimateRowSerializer(many=True))
    def get_cost_estimates(self, project: Project) -> Any:
        rows: Any = prices.estimates(project, today=timezone.localdate())
        return EstimateRowSerializer(rows, many=True).data

    @extend_schema_field(GreenMarkSerializer(many=True))
    def get_green_marks(self, project: Project) -> Any:
        marks: Any = green.marks_of(project)
        return GreenMarkSerializer(marks, many=True).data

    @extend_schema_field(RunningCostSerializer(many=True))
    def get_running_costs(self, project: Project) -> Any:
        return RunningCostSerializer(running.running_of(project).lines, many=True).data

    @extend_schema_field(NewsSerializer(many=True))
    def get_news(self, project: Project) -> Any:
        return [NewsSerializer(item).data for item in news(project)]


class ProjectSchema(GeoFeatureModelSerializerExtension):  # type: ignore[no-untyped-call]
    """A project has any kind of geometry, or none: the package's own schema says otherwise."""

    target_class = "portfolio.api.serializers.ProjectSerializer"
    match_subclasses = True
    priority = 1
    GEOMETRY: ClassVar[dict[str, Any]] = {
        "description": "A GeoJSON geometry in EPSG:4326; null where the place is not drawn.",
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "example": "Point"},
                    "coordinates": {"type": "array", "items": {}},
                },
                "required": ["type"],
            },
            {"type": "null"},
        ],
    }

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        feature = super().map_serializer(auto_schema, direction)  # type: ignore[no-untyped-call]
        schema: dict[str, Any] = feature
        schema["properties"]["geometry"] = self.GEOMETRY
        return {**schema, "required": ["type", "id", "geometry", "properties"]}
