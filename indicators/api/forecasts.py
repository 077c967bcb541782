"""The forecasts of targets over HTTP, for reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.filters import TargetFilter
from indicators.api.views import TargetViewSet
from indicators.forecasts import Break, Chance, ForecastView, Record, Step
from indicators.queries import target_views
from indicators.queries.forecasts import forecasts_of
from indicators.results import TargetView
from portfolio.api.filters import described


@dataclass(frozen=True)
class ForecastRow:
    """A target with the forecast of its measure; None where none was computed yet."""

    view: TargetView
    forecast: ForecastView | None


class ChanceSerializer(serializers.Serializer[Chance]):
    """`low` and `high`: over all models that forecast nearly as well. `reached_on`: first period
    where the central path is there; null where it is not within ten years."""

    probability = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    reached_on = serializers.DateField(allow_null=True)


class RecordSerializer(serializers.Serializer[Record]):
    """How good such forecasts were on the past of this very series. `mase` and `naive`: mean
    absolute errors in units of the seasonal naive error; null where there was nothing to try."""

    model = serializers.CharField()
    mase = serializers.FloatField(allow_null=True)
    naive = serializers.FloatField(allow_null=True)
    coverage80 = serializers.FloatField(allow_null=True)
    coverage95 = serializers.FloatField(allow_null=True)
    widened = serializers.FloatField()
    origins = serializers.IntegerField()
    horizon = serializers.IntegerField()
    points = serializers.IntegerField()
    set_aside = serializers.IntegerField()


class AheadSerializer(serializers.Serializer[dict[str, date | float]]):
    """What is expected of the period that begins on that day; bounds of 50, 80 and 95 %."""

    on = serializers.DateField()
    mean = serializers.FloatField()
    lower50 = serializers.FloatField()
    upper50 = serializers.FloatField()
    lower80 = serializers.FloatField()
    upper80 = serializers.FloatField()
    lower95 = serializers.FloatField()
    upper95 = serializers.FloatField()


class StepSerializer(serializers.Serializer[Step]):
    """An earlier point of the target, read off the fan; bounds of 80 %."""

    due_on = serializers.DateField()
    mean = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class BreakSerializer(serializers.Serializer[Break]):
    """A known break that is reckoned with; `until` null: the level stays another."""

    on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    reason_fr = serializers.CharField()
    reason_en = serializers.CharField()


class StoredForecastSerializer(serializers.Serializer[ForecastView]):
    """`reason`: why nothing can be said, and then `chance` is null. `without_breaks`: the chance
    where no known break is reckoned with; null without breaks. `is_outdated`: what it rests on has
    changed since. `fan`: empty unless it is asked for."""

    computed_at = serializers.DateTimeField()
    as_of = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    reason = serializers.CharField(source="lack")
    points_known = serializers.IntegerField(source="points")
    points_needed = serializers.IntegerField(source="needed")
    chance = ChanceSerializer(allow_null=True)
    without_breaks = ChanceSerializer(source="without", allow_null=True)
    record = RecordSerializer(allow_null=True)
    steps = StepSerializer(many=True)
    breaks = BreakSerializer(many=True)
    is_outdated = serializers.BooleanField()
    method_version = serializers.CharField()
    code_version = serializers.CharField()
    input_hash = serializers.CharField()
    fan = serializers.SerializerMethodField()

    @extend_schema_field(AheadSerializer(many=True))
    def get_fan(self, forecast: ForecastView) -> Any:
        wanted = forecast.ahead if self.context.get("fan") else ()
        return [AheadSerializer(one.named).data for one in wanted]


class ForecastSerializer(serializers.Serializer[ForecastRow]):
    """A target, and the forecast of its measure: null where none was computed by then."""

    target = serializers.IntegerField(source="view.target.pk")
    project = serializers.CharField(source="view.target.project.code", default=None)
    indicator = serializers.CharField(source="view.indicator.code")
    zone = serializers.CharField(source="view.zone.code")
    group = serializers.CharField(source="view.target.group.code", default=None)
    forecast = StoredForecastSerializer(allow_null=True)


class ForecastFilter(TargetFilter):
    fan = described("true: with the bounds of every period ahead.")(
        django_filters.BooleanFilter(method="same_targets")
    )


class ForecastViewSet(TargetViewSet):
    """The forecasts of the targets that the caller may see, as they stood at an instant."""

    serializer_class = ForecastSerializer  # type: ignore[assignment]  # the same targets, told otherwise
    filterset_class = ForecastFilter

    @extend_schema(
        summary="Forecasts of the measures of targets",
        tags=["indicators"],
        responses=ForecastSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page, chosen = self.chosen_page(request)
        as_of = chosen["as_of"]
        views = target_views(page, today=timezone.localdate(as_of), as_of=as_of)
        found = forecasts_of(views)
        rows = [ForecastRow(view, found.get(view.target.pk)) for view in views]
        context = {**self.get_serializer_context(), "fan": bool(chosen.get("fan"))}
        told = [ForecastSerializer(row, context=context).data for row in rows]
        return self.get_paginated_response(told)
