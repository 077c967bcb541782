"""Scenarios of arbitration over HTTP, for reading: their terms and their last answer."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin

from portfolio.api.pagination import Pages
from portfolio.api.parameters import StrictParameters
from portfolio.models import SelectionResult, SelectionScenario


class SelectionResultSerializer(serializers.ModelSerializer[SelectionResult]):
    """An answer. `inputs_sha256`: of the frozen inputs; `chosen`: codes of the projects; `spent` and
    `limits` in euros, by `ap` and year. `value` and `gap` are null where nothing fits."""

    status = serializers.CharField(help_text="OPTIMAL, TIME_LIMIT, INFEASIBLE or NO_ANSWER")
    chosen = serializers.SerializerMethodField()
    left_out = serializers.SerializerMethodField()
    not_weighed = serializers.SerializerMethodField()
    spent = serializers.JSONField(source="outcome.spent")
    limits = serializers.JSONField(source="outcome.limits")

    class Meta:
        model = SelectionResult
        fields = (
            "id", "computed_at", "status", "value", "gap", "solver", "method_version", "seed",
            "inputs_sha256", "chosen", "left_out", "not_weighed", "spent", "limits",
        )  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_chosen(self, result: SelectionResult) -> list[str]:
        return self._codes(result, [one["id"] for one in result.outcome["chosen"]])

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_left_out(self, result: SelectionResult) -> list[str]:
        return self._codes(result, result.outcome["left"])

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_not_weighed(self, result: SelectionResult) -> list[str]:
        return [one["code"] for one in result.inputs["unweighed"]]

    def _codes(self, result: SelectionResult, keys: list[str]) -> list[str]:
        codes = {one["id"]: one["code"] for one in result.inputs["candidates"]}
        return [codes[key] for key in keys]


class ScenarioSerializer(serializers.ModelSerializer[SelectionScenario]):
    """A scenario with its last answer; `result` is null where it was never solved."""

    cp = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = SelectionScenario
        fields = (
            "id", "name_fr", "name_en", "purpose_fr", "purpose_en", "state", "first_year",
            "last_year", "ap_total_eur", "cp", "value_source", "is_net", "delay_years",
            "delay_discount", "updated_at", "result",
        )  # fmt: skip

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_cp(self, scenario: SelectionScenario) -> dict[str, str]:
        """Most to be paid, by year; a year that is not there has no limit."""
        rows = sorted(scenario.envelopes.all(), key=lambda one: one.year)
        return {str(one.year): str(one.cp_eur) for one in rows}

    @extend_schema_field(SelectionResultSerializer(allow_null=True))
    def get_result(self, scenario: SelectionScenario) -> Any:
        last = scenario.results.order_by("-computed_at", "-pk").first()
        return SelectionResultSerializer(last).data if last is not None else None


class ScenarioPages(Pages):
    """Fewer at once: each comes with all its projects."""

    default_limit = 20
    max_limit = 50


@extend_schema_view(
    list=extend_schema(summary="Scenarios of arbitration and their last answer", tags=["projects"])
)
class ScenarioViewSet(ListModelMixin, StrictParameters):
    """Those of which the caller may read every project; none without an account."""

    queryset = SelectionScenario.objects.none()
    serializer_class = ScenarioSerializer
    pagination_class = ScenarioPages

    def get_queryset(self) -> QuerySet[SelectionScenario]:
        found = SelectionScenario.objects.visible_to(self.request.user).current()
        return found.prefetch_related("envelopes").order_by("pk")
