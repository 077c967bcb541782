"""The addresses under `/api/v1/`, and what its schema describes."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from indicators.api.views import IndicatorViewSet, ObservationViewSet, TargetViewSet
from portfolio.api.views import ProjectViewSet

router = SimpleRouter()
router.register("projects", ProjectViewSet, "api-project")
router.register("indicators", IndicatorViewSet, "api-indicator")
router.register("observations", ObservationViewSet, "api-observation")
router.register("targets", TargetViewSet, "api-target")


def only_ours(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A hook of the schema: the editors' own interfaces are not part of the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


urlpatterns = [
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema", template_name="portfolio/api/docs.html"
        ),
        name="api-docs",
    ),
]
