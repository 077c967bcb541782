"""The addresses under `/api/v1/`, and what its schema describes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from config import api_docs
from indicators.api.evaluations import EvaluationViewSet
from indicators.api.forecasts import ForecastViewSet
from indicators.api.views import IndicatorViewSet, ObservationViewSet, TargetViewSet
from portfolio.api.decisions import DecisionViewSet
from portfolio.api.exercises import ExerciseViewSet
from portfolio.api.scenarios import ScenarioViewSet
from portfolio.api.views import ProjectViewSet

router = SimpleRouter()
router.register("projects", ProjectViewSet, "api-project")
router.register("decisions", DecisionViewSet, "api-decision")
router.register("indicators", IndicatorViewSet, "api-indicator")
router.register("observations", ObservationViewSet, "api-observation")
router.register("targets", TargetViewSet, "api-target")
router.register("forecasts", ForecastViewSet, "api-forecast")
router.register("exercises", ExerciseViewSet, "api-exercise")
router.register("scenarios", ScenarioViewSet, "api-scenario")
router.register("evaluations", EvaluationViewSet, "api-evaluation")


def only_ours(endpoints: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """A hook of the schema: the editors' own interfaces are not part of the API."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith("/api/v1/")]


def documentation(request: HttpRequest) -> HttpResponse:
    """The API speaks English, and so does its documentation."""
    with translation.override("en"):
        generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library has no types
        schema = generator.get_schema(public=True)  # type: ignore[no-untyped-call]
        context = {"documentation": api_docs.read(schema), "alternates": {}}
        return render(request, "portfolio/api/docs.html", context)


urlpatterns = [
    *router.urls,
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", documentation, name="api-docs"),
]
