"""What one project's finance says over HTTP, beside its budget."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portfolio.analysis.prices import Actualised
from portfolio.models import CostEstimate, GreenAxis, GreenMark, RunningCost
from portfolio.queries.green import AxisMark
from portfolio.queries.prices import EstimateRow


class ActualisedSerializer(serializers.Serializer[Actualised]):
    """An amount in the prices of `month` (its first day)."""

    amount_eur = serializers.DecimalField(14, 2, source="amount")
    month = serializers.DateField()
    is_provisional = serializers.BooleanField()


class EstimateSerializer(serializers.ModelSerializer[CostEstimate]):
    """A version of the cost, all taxes included, in euros of `valued_on`. Null: not said."""

    index = serializers.CharField(source="index.code", allow_null=True, default=None)

    class Meta:
        model = CostEstimate
        fields = ("version", "amount_eur", "before_tax_eur", "scope", "valued_on", "index",
                  "reason")  # fmt: skip


class EstimateRowSerializer(serializers.Serializer[EstimateRow]):
    """A version, and the same in the prices of the last month published (null: not known)."""

    estimate = EstimateSerializer()
    last_published = serializers.SerializerMethodField()

    @extend_schema_field(ActualisedSerializer(allow_null=True))
    def get_last_published(self, row: EstimateRow) -> Any:
        last = row.last
        return ActualisedSerializer(last).data if isinstance(last, Actualised) else None


class AxisSerializer(serializers.ModelSerializer[GreenAxis]):
    class Meta:
        model = GreenAxis
        fields = ("code", "name_fr", "name_en")


class GreenMarkSerializer(serializers.Serializer[AxisMark]):
    """Every axis; NOT_RATED where nobody has looked, which is not NEUTRAL."""

    axis = AxisSerializer()
    mark = serializers.ChoiceField(choices=GreenMark.Mark.choices)
    justification = serializers.CharField()


class RunningCostSerializer(serializers.ModelSerializer[RunningCost]):
    """A yearly amount; a revenue or a saving is negative; `to_year` null: it goes on."""

    class Meta:
        model = RunningCost
        fields = ("nature", "from_year", "to_year", "yearly_eur", "basis")
