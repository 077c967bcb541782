"""The register of decisions over HTTP, for reading."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.viewsets import GenericViewSet

from portfolio.api.filters import described
from portfolio.api.pagination import Pages
from portfolio.api.parameters import StrictParameters
from portfolio.models import Condition, Decision, FollowUpAction, Project
from portfolio.queries.decision_grounds import Reading


class ConditionSerializer(serializers.ModelSerializer[Condition]):
    """`met_at` is null until it is met."""

    class Meta:
        model = Condition
        fields = ("text", "due_on", "met_at", "met_how")


class ActionSerializer(serializers.ModelSerializer[FollowUpAction]):
    """`done_at` is null until it is done."""

    class Meta:
        model = FollowUpAction
        fields = ("text", "due_on", "done_at", "done_how")


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """A decision as it was sealed: `rested_on` is what was known when it was taken, as far as it
    names projects that one may read, `seal` the
    HMAC over it and the one before. `project` is null where it is about none. People are not
    named here."""

    project = serializers.CharField(source="project.code", allow_null=True, default=None)
    committee = serializers.CharField(source="item.meeting.committee.name_fr")
    question = serializers.CharField(source="item.question")
    tally = serializers.SerializerMethodField()
    rested_on = serializers.SerializerMethodField()
    conditions = ConditionSerializer(many=True)
    actions = ActionSerializer(many=True)

    class Meta:
        model = Decision
        fields = (
            "number", "project", "committee", "question", "kind", "text", "reason", "decided_at",
            "tally", "conditions", "actions", "rested_on", "snapshot_sha256", "seal",
        )  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_rested_on(self, decision: Decision) -> dict[str, Any]:
        told: dict[str, Any] = self.context["reading"].of(decision.rested_on)
        return told

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_tally(self, decision: Decision) -> dict[str, int]:
        found: dict[str, int] = decision.sealed["tally"]
        return found


def _visible_projects(request: object) -> QuerySet[Project]:
    """Naming a project that one may not see is the same error as one that does not exist."""
    user = getattr(request, "user", AnonymousUser())
    return Project.objects.visible_to(user)


class DecisionFilter(django_filters.FilterSet):
    project = described("Code of a project.")(
        django_filters.ModelChoiceFilter(
            queryset=_visible_projects, field_name="project", to_field_name="code"
        )
    )
    kind = django_filters.ChoiceFilter(choices=Decision.Kind.choices, help_text="What was decided.")
    since = django_filters.DateFilter(
        field_name="decided_at", lookup_expr="date__gte", help_text="Decided on that day or later."
    )

    class Meta:
        model = Decision
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(summary="Decisions of committees, as they were sealed", tags=["projects"])
)
class DecisionViewSet(StrictParameters, ListModelMixin, GenericViewSet[Decision]):
    """Those about the projects that the caller may see; none without an account."""

    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter
    pagination_class = Pages

    def get_serializer_context(self) -> dict[str, Any]:
        """What the reader may be told is asked once for the whole page."""
        return {**super().get_serializer_context(), "reading": Reading(self.request.user)}

    def get_queryset(self) -> QuerySet[Decision]:
        related = Decision.objects.visible_to(self.request.user).select_related(
            "project", "item__meeting__committee"
        )
        return related.prefetch_related("conditions", "actions").order_by("number")
