"""Projects as GeoJSON features. Nothing about people: no names of agents, no addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.contrib.rest_framework_gis import GeoFeatureModelSerializerExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from portfolio.models import Milestone, Organisation, Phase, Programme, Project, Zone

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
        fields = ("code", *Names, "original_on", "current_on", "actual_on")


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
        fields = (
            "id", "code", *Names, "summary_fr", "summary_en", "state", "phase", "programme",
            "lead", "zones", "address", "starts_on", "ends_on", "original_cost_eur",
            "current_cost_eur", "milestones", "source_url", "updated_at",
        )  # fmt: skip


class ProjectSchema(GeoFeatureModelSerializerExtension):  # type: ignore[no-untyped-call]
    """A project has any kind of geometry, or none: the package's own schema says otherwise."""

    target_class = "portfolio.api.serializers.ProjectSerializer"
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
