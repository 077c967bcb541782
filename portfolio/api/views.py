"""The register over HTTP, for reading."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.viewsets import ReadOnlyModelViewSet

from portfolio.addresses import CODE_PATTERN
from portfolio.api.filters import ProjectFilter
from portfolio.api.pagination import GeoJsonPages
from portfolio.api.parameters import StrictParameters
from portfolio.api.serializers import ProjectDetailSerializer, ProjectSerializer
from portfolio.api.steering_filters import filters_for
from portfolio.models import Milestone, Project, User, Zone


@extend_schema_view(
    list=extend_schema(summary="Projects, as a GeoJSON FeatureCollection", tags=["projects"]),
    retrieve=extend_schema(summary="One project, as a GeoJSON Feature", tags=["projects"]),
)
class ProjectViewSet(StrictParameters, ReadOnlyModelViewSet[Project]):
    """The projects that the caller may see; without an account, the public ones."""

    queryset = Project.objects.none()
    serializer_class = ProjectSerializer
    pagination_class = GeoJsonPages
    lookup_field = "code"
    lookup_value_regex = CODE_PATTERN

    @property
    def filterset_class(self) -> type[ProjectFilter]:
        """Of the caller; the published schema is that of a caller without an account."""
        return filters_for(getattr(self.request, "user", AnonymousUser()))

    def get_serializer_class(self) -> type[ProjectSerializer]:
        return ProjectDetailSerializer if self.action == "retrieve" else ProjectSerializer

    def get_queryset(self) -> QuerySet[Project]:
        return (
            Project.objects.visible_to(self.request.user)
            .with_costs()
            .select_related("programme", "lead", "phase")
            .prefetch_related(
                Prefetch("zones", Zone.objects.order_by("code")),
                Prefetch("milestones", _milestones(self.request.user), "shown_milestones"),
            )
            .order_by("code")
        )


def _milestones(reader: User | AnonymousUser) -> QuerySet[Milestone]:
    milestones = Milestone.objects.current().order_by("current_on", "code")
    return milestones.filter(is_public=True) if reader.is_anonymous else milestones
