"""The filters of the evidence."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils import timezone

from indicators.models import Indicator, ObservationVersion, PeopleGroup, Target
from portfolio.api.filters import described
from portfolio.models import Project, Zone

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def by_code(queryset: QuerySet[Any], field_name: str, text: str) -> django_filters.Filter:
    """A filter whose value is the code of a record; an unknown code is an error."""
    return described(text)(
        django_filters.ModelChoiceFilter(
            queryset=queryset, field_name=field_name, to_field_name="code"
        )
    )


def instant(method: str, text: str) -> django_filters.Filter:
    """An instant that a calendar can still add days to."""
    bounds = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return django_filters.IsoDateTimeFilter(method=method, help_text=text, validators=bounds)


def visible_projects(request: Any) -> QuerySet[Project]:
    """Naming a project that one may not see is the same error as one that does not exist."""
    return Project.objects.none() if request is None else Project.objects.visible_to(request.user)


class ObservationFilter(django_filters.FilterSet):
    indicator = by_code(Indicator.objects.all(), "series__feed__indicator", "Code of an indicator.")
    zone = by_code(Zone.objects.all(), "series__zone", "Code of a zone.")
    group = by_code(PeopleGroup.objects.all(), "series__group", "Code of a group of people.")
    since = django_filters.DateFilter(
        method="from_day", help_text="First day: periods that start on it or later."
    )
    until = django_filters.DateFilter(
        method="to_day", help_text="Last day: periods that start on it or earlier."
    )
    as_of = instant("as_known", "What was known at this instant; without it, now.")

    class Meta:
        model = ObservationVersion
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[ObservationVersion]) -> Any:
        known = super().filter_queryset(queryset)
        return known if self.form.cleaned_data["as_of"] else known.current()

    def from_day(self, queryset: Any, name: str, value: date) -> Any:
        return queryset.filter(period_start__gte=_instant(value, time.min))

    def to_day(self, queryset: Any, name: str, value: date) -> Any:
        return queryset.filter(period_start__lte=_instant(value, time.max))

    def as_known(self, queryset: Any, name: str, value: datetime) -> Any:
        return queryset.as_of(value)


class TargetFilter(django_filters.FilterSet):
    project = described("Code of a project.")(
        django_filters.ModelChoiceFilter(queryset=visible_projects, to_field_name="code")
    )
    indicator = by_code(Indicator.objects.all(), "indicator", "Code of an indicator.")
    zone = by_code(Zone.objects.all(), "zone", "Code of a zone.")
    group = by_code(PeopleGroup.objects.all(), "group", "Code of a group of people.")
    as_of = instant("same_targets", "Measures and targets as they were known at this instant.")

    class Meta:
        model = Target
        fields: list[str] = []

    def same_targets(self, queryset: Any, name: str, value: datetime) -> Any:
        """The view reads the history instead: a target may have been removed since."""
        return queryset


def _instant(day: date, moment: time) -> datetime:
    """In the territory's time."""
    return datetime.combine(day, moment, tzinfo=timezone.get_default_timezone())
