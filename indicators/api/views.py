"""The evidence over HTTP, for reading."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from indicators.api.filters import ObservationFilter, TargetFilter
from indicators.api.serializers import (
    IndicatorSerializer,
    ObservationSerializer,
    TargetSerializer,
)
from indicators.models import Formula, Indicator, ObservationVersion, Target
from indicators.queries import target_views, targets_of
from portfolio.api.pagination import Pages
from portfolio.api.parameters import StrictParameters
from portfolio.models import Project


@extend_schema_view(
    list=extend_schema(summary="Indicators and their definitions", tags=["indicators"]),
    retrieve=extend_schema(summary="One indicator", tags=["indicators"]),
)
class IndicatorViewSet(StrictParameters, ReadOnlyModelViewSet[Indicator]):
    """What is measured, in which unit, and which way is better."""

    queryset = Indicator.objects.order_by("code").prefetch_related(
        Prefetch(
            "formulas",
            Formula.objects.order_by("-version").prefetch_related(
                "inputs__indicator", "inputs__zone"
            ),
        )
    )
    serializer_class = IndicatorSerializer
    pagination_class = Pages
    lookup_field = "code"
    lookup_value_regex = r"[-a-zA-Z0-9_]+"


@extend_schema_view(list=extend_schema(summary="Measured values", tags=["indicators"]))
class ObservationViewSet(ListModelMixin, StrictParameters):
    """The values known now, or at an instant, each with the run and the source behind it."""

    queryset = ObservationVersion.objects.select_related(
        "series__feed__source", "series__feed__indicator", "series__zone", "series__group"
    ).order_by("period_start", "series_id", "pk")
    serializer_class = ObservationSerializer
    filterset_class = ObservationFilter
    pagination_class = Pages


class TargetPages(Pages):
    """Fewer at once: each is computed from all its observations."""

    default_limit = 50
    max_limit = 100


class TargetViewSet(StrictParameters):
    """The targets of the territory and of the projects that the caller may see."""

    queryset = Target.objects.none()
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    pagination_class = TargetPages

    def get_queryset(self) -> QuerySet[Target]:
        targets = Target.objects.standing().visible_to(self.request.user)
        return targets.select_related("project", "indicator", "zone", "group").order_by("pk")

    @extend_schema(
        summary="Targets with their computed status",
        tags=["indicators"],
        responses=TargetSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        page, chosen = self.chosen_page(request)
        as_of = chosen["as_of"]
        views = target_views(page, today=timezone.localdate(as_of), as_of=as_of)
        return self.get_paginated_response(self.get_serializer(views, many=True).data)

    def chosen_page(self, request: Request) -> tuple[Any, dict[str, Any]]:
        """The targets of the page that is asked for, as of its instant; and the parameters."""
        now = self.filter_queryset(self.get_queryset())  # a wrong parameter is refused here
        chosen = _chosen(request, self.filterset_class)
        as_of = chosen["as_of"]
        then = (
            targets_of(_named(request, chosen), as_of=as_of, order=["pgh_obj_id"]) if as_of else now
        )
        return self.paginate_queryset(then), chosen


def _chosen(request: Request, filters: type[TargetFilter]) -> dict[str, Any]:
    """The parameters; already found right by the filter."""
    chosen: Any = filters(request.query_params, Target.objects.none(), request=request)
    return dict(chosen.form.cleaned_data) if chosen.is_valid() else {"as_of": None}


def _named(request: Request, chosen: dict[str, Any]) -> Q:
    """The same choice of targets, which their history understands too."""
    names = ("project", "indicator", "zone", "group")
    named = {name: chosen[name] for name in names if chosen.get(name)}
    readable = Q(project=None) | Q(project__in=Project.objects.visible_to(request.user))
    return readable & Q(**named)
