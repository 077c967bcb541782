"""The filters of projects: one set for the API, the lists, the map's tiles and the exports."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.contrib.gis.geos import Polygon
from django.db.models import Func, QuerySet, TextField, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from portfolio.models import PaymentCredit, Programme, Project, Section, Zone
from portfolio.queries import phases


def described(text: str) -> Callable[[Any], Any]:
    """What the schema says of a filter whose choices are rows: a text, without asking for them."""
    wrap: Callable[[Any], Any] = extend_schema_field({"type": "string", "description": text})
    return wrap


class Unaccented(Func):
    """Lower case, accents removed, in SQL: "renovation" finds "Rénovation"."""

    function = "regexp_replace"
    template = "%(function)s(normalize(%(expressions)s, NFD), '[\u0300-\u036f]', '', 'g')"
    output_field = TextField()


class BoundsField(forms.CharField):
    """`west,south,east,north` in degrees, cleaned to a polygon."""

    default_error_messages = {"bounds": _("Give west,south,east,north in degrees.")}

    def clean(self, value: Any) -> Polygon | None:
        text = super().clean(value)
        return self._polygon(text) if text else None

    def _polygon(self, text: str) -> Polygon:
        try:
            west, south, east, north = (float(part) for part in text.split(","))
        except ValueError:
            raise forms.ValidationError(self.error_messages["bounds"], code="bounds") from None
        # Written so that NaN is refused too.
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise forms.ValidationError(self.error_messages["bounds"], code="bounds")
        bounds = Polygon.from_bbox((west, south, east, north))
        bounds.srid = 4326
        return bounds


class BoundsFilter(django_filters.Filter):
    field_class = BoundsField


def phase_choices() -> list[tuple[str, str]]:
    """Every phase code once, in the order that projects go through them."""
    return list(phases.names_by_code().items())


@described("Code of a phase.")
class PhaseFilter(django_filters.ChoiceFilter):
    """Its choices are rows: the schema says "a string" without asking the database."""


class ProjectFilter(django_filters.FilterSet):
    """`ProjectFilter(request.GET, queryset=Project.objects.visible_to(user))`.

    Ask `is_valid()` first; `errors` names the wrong parameters.
    """

    q = django_filters.CharFilter(
        # Each word is one more condition on every project.
        max_length=200,
        method="search",
        label=_("Search"),
        help_text=_("Words of the name, summary or code."),
    )
    programme = described("Code of a programme, or of a policy for all its programmes.")(
        django_filters.ModelChoiceFilter(
            queryset=Programme.objects.order_by("code"),
            to_field_name="code",
            method="of_programme",
            label=_("Programme"),
            empty_label=_("Any"),
        )
    )
    phase = PhaseFilter(
        field_name="phase__code",
        choices=phase_choices,
        label=_("Phase"),
        empty_label=_("Any"),
    )
    state = django_filters.ChoiceFilter(
        choices=Project.State.choices, label=_("State"), empty_label=_("Any")
    )
    zone = described("Code of a commune or a district.")(
        django_filters.ModelChoiceFilter(
            queryset=Zone.objects.exclude(kind=Zone.Kind.COMPARATOR).order_by("name"),
            to_field_name="code",
            method="in_zone",
            label=_("Commune or district"),
            empty_label=_("Any"),
        )
    )
    bbox = described("west,south,east,north in degrees (EPSG:4326).")(
        BoundsFilter(
            field_name="geometry",
            lookup_expr="intersects",
            label=_("Map extent"),
        )
    )

    credits = django_filters.NumberFilter(
        method="with_credits",
        min_value=1990,
        max_value=2100,
        label=_("Investment credits in"),
        help_text=_("A year in which the project has investment credits."),
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def search(self, queryset: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Each word must be somewhere in the names, summaries, code or address."""
        for word in value.split():
            queryset = queryset.filter(words__text__contains=Unaccented(Lower(Value(word))))
        return queryset

    def of_programme(
        self, queryset: QuerySet[Project], name: str, value: Programme
    ) -> QuerySet[Project]:
        return queryset.filter(programme__in=Programme.objects.within(value))

    def with_credits(
        self, queryset: QuerySet[Project], name: str, value: Decimal
    ) -> QuerySet[Project]:
        lines = PaymentCredit.objects.filter(year=int(value), section=Section.INVESTMENT)
        return queryset.filter(pk__in=lines.values("project"))

    def in_zone(self, queryset: QuerySet[Project], name: str, value: Zone) -> QuerySet[Project]:
        return queryset.filter(zones=value)
