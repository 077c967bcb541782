"""The evidence over HTTP: values with where they come from, targets with their status."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from indicators.analysis.progress import Status
from indicators.models import (
    DataSource,
    Formula,
    FormulaInput,
    Indicator,
    ObservationVersion,
    Target,
)
from indicators.results import (
    Comparator,
    Coverage,
    Freshness,
    Observation,
    Origin,
    Point,
    TargetView,
)
from portfolio.results import Unknown


class FormulaInputSerializer(serializers.ModelSerializer[FormulaInput]):
    """What a name stands for; `zone` null: the zone that is computed."""

    indicator = serializers.CharField(source="indicator.code", read_only=True)
    zone = serializers.CharField(source="zone.code", default=None, read_only=True)

    class Meta:
        model = FormulaInput
        fields = ("name", "indicator", "zone", "time", "unit")


class FormulaSerializer(serializers.ModelSerializer[Formula]):
    """The version that holds; `factor` makes the indicator's unit of what it gives."""

    inputs = FormulaInputSerializer(many=True, read_only=True)

    class Meta:
        model = Formula
        fields = (
            "version", "expression", "inputs", "unit", "factor", "are_units_checked", "valid_from",
            "agreed_at",
        )  # fmt: skip


class IndicatorSerializer(serializers.ModelSerializer[Indicator]):
    """`formula` is null where the indicator is measured; `machine_unit` empty where not known."""

    formula = serializers.SerializerMethodField()

    @extend_schema_field(FormulaSerializer(allow_null=True))
    def get_formula(self, indicator: Indicator) -> dict[str, Any] | None:
        versions = indicator.formulas.all()  # read at once for a page, the last one first
        return FormulaSerializer(versions[0]).data if versions else None

    class Meta:
        model = Indicator
        fields = (
            "code", "name_fr", "name_en", "explanation_fr", "explanation_en", "unit_fr", "unit_en",
            "machine_unit", "family", "direction", "frequency", "zone_aggregation", "decimals",
            "stale_after_days", "formula",
        )  # fmt: skip


class SourceSerializer(serializers.ModelSerializer[DataSource]):
    class Meta:
        model = DataSource
        fields = ("code", "name", "licence")


class ObservationSerializer(serializers.ModelSerializer[ObservationVersion]):
    """A value over [period_start, period_end); null with the reason in `absence`. `status` is
    PROVISIONAL or FINAL; `coverage`: the share of the period, or of the zone, that was measured,
    where that is known; `group`: of which group of people it is, null for everyone. Values of
    groups overlap: never add them."""

    indicator = serializers.CharField(source="series.feed.indicator.code", read_only=True)
    zone = serializers.CharField(source="series.zone.code", default=None, read_only=True)
    group = serializers.CharField(source="series.group.code", default=None, read_only=True)
    series = serializers.CharField(source="series.key", read_only=True)
    feed = serializers.CharField(source="series.feed.code", read_only=True)
    run = serializers.IntegerField(source="run_id", read_only=True)
    # A declared field leaves the class: it does not hide DRF's own attribute.
    source = SourceSerializer(source="series.feed.source", read_only=True)  # type: ignore[assignment]

    class Meta:
        model = ObservationVersion
        fields = (
            "indicator", "zone", "group", "series", "period_start", "period_end", "value", "absence",
            "status", "coverage", "known_from", "superseded_at", "run", "feed", "source",
        )  # fmt: skip


class ObservedSerializer(serializers.Serializer[Observation]):
    """A figure as pages show it: of a zone, maybe put together from several series."""

    on = serializers.DateField()
    until = serializers.DateField()
    value = serializers.FloatField()
    status = serializers.ChoiceField(ObservationVersion.Status.choices)
    coverage = serializers.FloatField(allow_null=True)


class CoverageSerializer(serializers.Serializer[Coverage]):
    """How many communes a total of the metropolis rests on."""

    measured = serializers.IntegerField()
    expected = serializers.IntegerField()


class PointSerializer(serializers.Serializer[Point]):
    """`value`, or `low` and `high` for a range."""

    due_on = serializers.DateField()
    value = serializers.SerializerMethodField(method_name="single")
    low = serializers.SerializerMethodField()
    high = serializers.SerializerMethodField()

    def single(self, point: Point) -> float | None:
        return None if isinstance(point.value, tuple) else point.value

    def get_low(self, point: Point) -> float | None:
        return point.value[0] if isinstance(point.value, tuple) else None

    def get_high(self, point: Point) -> float | None:
        return point.value[1] if isinstance(point.value, tuple) else None


class StatusSerializer(serializers.Serializer[Status]):
    """The computed status. `progress` is a share of the way, not clamped; null: see `reason`."""

    code = serializers.ChoiceField(
        ["ON_TRACK", "AT_RISK", "OFF_TRACK", "ACHIEVED", "TOO_EARLY", "UNKNOWN"]
    )
    reason = serializers.CharField()
    progress = serializers.SerializerMethodField()
    expected_progress = serializers.SerializerMethodField()
    actual = serializers.FloatField(allow_null=True)
    actual_on = serializers.DateField(allow_null=True)
    expected_value = serializers.FloatField(allow_null=True)

    def get_progress(self, status: Status) -> float | None:
        return None if isinstance(status.progress, Unknown) else status.progress

    def get_expected_progress(self, status: Status) -> float | None:
        expected = status.expected_progress
        return None if isinstance(expected, Unknown) else expected


class FreshnessSerializer(serializers.Serializer[Freshness]):
    """`data_on`: last day of the last period that has a value."""

    data_on = serializers.DateField(allow_null=True)
    age_days = serializers.IntegerField(allow_null=True)
    overdue = serializers.BooleanField()
    overdue_since = serializers.DateField(allow_null=True)


class OriginSerializer(serializers.Serializer[Origin]):
    feed = serializers.CharField(source="feed_code")
    # As above: the field's name is the API's, and DRF keeps its own attribute.
    source = serializers.CharField(source="source_code")  # type: ignore[assignment]
    name = serializers.CharField(source="source_name")
    producer = serializers.CharField()
    licence = serializers.CharField()
    run = serializers.IntegerField(source="run_id", allow_null=True)
    run_state = serializers.CharField()


class ComparatorSerializer(serializers.Serializer[Comparator]):
    """The same measure outside the territory; its values: `observations`, by its zone. `name` is
    the French one; what nobody said is empty."""

    zone = serializers.CharField(source="zone.code")
    name = serializers.CharField(source="zone.name")
    name_en = serializers.CharField(source="zone.compared_place.name_en", default="")
    kind = serializers.CharField(source="zone.compared_place.kind", default="")
    purpose_fr = serializers.CharField(source="zone.compared_place.purpose_fr", default="")
    purpose_en = serializers.CharField(source="zone.compared_place.purpose_en", default="")
    last = ObservedSerializer(source="measured.last_known")
    origin = OriginSerializer(allow_null=True)


class TargetSerializer(serializers.Serializer[TargetView]):
    """A target and where it stands on `today`; `as_of`: the instant whose knowledge is used, null
    for now. `last` is the last value known; `group`: for whom, null for everyone."""

    id = serializers.IntegerField(source="target.pk")
    project = serializers.CharField(source="target.project.code", default=None)
    indicator = serializers.CharField(source="indicator.code")
    zone = serializers.CharField(source="zone.code")
    group = serializers.CharField(source="target.group.code", default=None)
    baseline_value = serializers.FloatField(source="target.baseline_value", allow_null=True)
    baseline_on = serializers.DateField(source="target.baseline_on", allow_null=True)
    path = serializers.ChoiceField(Target.Path.choices, source="target.path")
    points = PointSerializer(many=True)
    today = serializers.DateField()
    as_of = serializers.DateTimeField(allow_null=True)
    computed_status = StatusSerializer(source="status")
    last = ObservedSerializer(source="measured.last_known", allow_null=True)
    coverage = CoverageSerializer(allow_null=True)
    freshness = FreshnessSerializer()
    origin = OriginSerializer(allow_null=True)
    comparators = ComparatorSerializer(many=True)
