"""Query parameters are all understood, or refused by name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.viewsets import GenericViewSet

ALWAYS = {"limit", "offset", "format"}


class StrictParameters(GenericViewSet[Any]):
    """A misspelt filter would answer with everything: better a 400 that names it."""

    filterset_class: Any = None

    def filter_queryset(self, queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        unknown = set(self.request.query_params) - set(filters) - ALWAYS
        if unknown:
            raise ValidationError({name: [_("Unknown parameter.")] for name in sorted(unknown)})
        return super().filter_queryset(queryset)
