"""Evaluations over HTTP, for reading: locked plans, what they gave, what they gave before."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from indicators import evaluation_words as words
from indicators.api.filters import by_code, visible_projects
from indicators.models import Evaluation, EvaluationResult, Indicator
from indicators.queries.evaluations import Judged
from portfolio.api.pagination import Pages
from portfolio.api.parameters import StrictParameters


class EvaluationFilter(django_filters.FilterSet):
    project = by_code(visible_projects, "project", "Code of a project.")  # type: ignore[arg-type]  # asked with the request
    indicator = by_code(Indicator.objects.all(), "indicator", "Code of an indicator.")

    class Meta:
        model = Evaluation
        fields: list[str] = []


class ResultSerializer(serializers.ModelSerializer[EvaluationResult]):
    """What was said at `computed_at` of the figures known on `as_of`. `verdict` counts the
    correction for several evaluations; `effect` is null where nothing can be judged."""

    rule = serializers.SerializerMethodField()
    effect = serializers.SerializerMethodField()

    class Meta:
        model = EvaluationResult
        fields = (
            "computed_at", "as_of", "because", "verdict", "own_verdict", "grade", "rule",
            "reasons", "sentence_fr", "sentence_en", "effect", "p_value", "q_value", "family",
            "family_size", "method_version", "input_hash", "seed",
        )  # fmt: skip

    def get_rule(self, result: EvaluationResult) -> str:
        return words.rule(result.grade)

    @extend_schema_field(serializers.JSONField(allow_null=True))
    def get_effect(self, result: EvaluationResult) -> dict[str, Any] | None:
        if not result.grade:
            return None
        return {name: value for name, value in result.effect.items() if name != "parts"}


class EvaluationSerializer(serializers.Serializer[Judged]):
    """A locked plan. `is_preregistered` false: exploratory, the design was fixed too late.
    `placebo_indicator`: one that the project cannot move, on which the design must find nothing
    (`effect.placebo_outcome` of a result). `results`: every verdict, the last first."""

    id = serializers.IntegerField(source="plan.pk")
    project = serializers.CharField(source="plan.project.code")
    indicator = serializers.CharField(source="plan.outcome.code")
    placebo_indicator = serializers.SerializerMethodField()
    question = serializers.CharField(source="plan.question")
    design = serializers.ChoiceField(Evaluation.Design.choices, source="plan.design")
    expected_direction = serializers.ChoiceField(
        Evaluation.Direction.choices, source="plan.expected_direction"
    )
    zones = serializers.SerializerMethodField()
    compared_with = serializers.SerializerMethodField()
    starts = serializers.SerializerMethodField()
    intervention_on = serializers.DateField(source="plan.intervention_on")
    before_from = serializers.DateField(source="plan.before_from")
    after_until = serializers.DateField(source="plan.after_until")
    breaks = serializers.JSONField(source="plan.breaks")
    reason = serializers.CharField(source="plan.reason")
    locked_at = serializers.DateTimeField(source="plan.locked_at")
    is_preregistered = serializers.BooleanField(source="plan.is_preregistered")
    withdrawn_at = serializers.DateTimeField(source="plan.withdrawn_at", allow_null=True)
    withdrawn_reason = serializers.CharField(source="plan.withdrawn_reason")
    results = serializers.SerializerMethodField()

    def get_placebo_indicator(self, one: Judged) -> str | None:
        placebo = one.plan.placebo_indicator
        return placebo.code if placebo else None

    def get_zones(self, one: Judged) -> list[str]:
        return self._codes(one, "TREATED")

    def get_starts(self, one: Judged) -> dict[str, date | None]:
        """By treated zone: the first day with the project there."""
        held = one.plan.evaluation_zones.all()
        return {told.zone.code: told.starts_on or one.plan.intervention_on
                for told in held if told.role == "TREATED"}  # fmt: skip

    def get_compared_with(self, one: Judged) -> list[str]:
        return self._codes(one, "COMPARISON")

    @extend_schema_field(ResultSerializer(many=True))
    def get_results(self, one: Judged) -> Any:
        found = sorted(one.plan.results.all(), key=lambda r: (r.computed_at, r.pk), reverse=True)
        return ResultSerializer(found, many=True).data

    def _codes(self, one: Judged, role: str) -> list[str]:
        held = one.plan.evaluation_zones.all()
        return sorted(told.zone.code for told in held if told.role == role)


class EvaluationPages(Pages):
    """Fewer at once: each comes with all its results."""

    default_limit = 20
    max_limit = 50


class EvaluationViewSet(StrictParameters):
    """The locked evaluations of the projects that the caller may see."""

    queryset = Evaluation.objects.none()
    serializer_class = EvaluationSerializer
    filterset_class = EvaluationFilter
    pagination_class = EvaluationPages

    def get_queryset(self) -> QuerySet[Evaluation]:
        plans = Evaluation.objects.visible_to(self.request.user).locked()
        related = plans.select_related("project", "indicator", "placebo_indicator")
        # What they show by period is heavy, and not told here.
        results = Prefetch("results", EvaluationResult.objects.defer("series"))
        return related.prefetch_related("evaluation_zones__zone", results).order_by("pk")

    @extend_schema(
        summary="Evaluations: what projects changed, with verdict and grade",
        tags=["indicators"],
        responses=EvaluationSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = [Judged(plan, None) for plan in page]
        return self.get_paginated_response(self.get_serializer(found, many=True).data)
