"""Filters that agents alone have: they tell of judgements and of what is late inside."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portfolio.analysis.periods import month_to_review
from portfolio.api.filters import ProjectFilter, described
from portfolio.models import (
    Alert,
    Milestone,
    Organisation,
    Programme,
    Project,
    Review,
    User,
    Weather,
)
from portfolio.queries import quality
from portfolio.queries.health import healths
from portfolio.queries.reviews import GRAVITY, missing, without_review
from portfolio.querysets import ProjectQuerySet

LATE = [
    ("ANY", _("late")),
    ("OVERDUE", _("a date has passed")),
    ("SLIPPED", _("later than announced")),
]
REVIEWS = [
    ("EXPECTED", _("to write")),
    ("MISSING", _("missing")),
    ("WAITING", _("to validate")),
]
COMPUTED = [
    ("OFF_TRACK", _("off track")),
    ("AT_RISK", _("to watch")),
    ("UNKNOWN", _("not known")),
]


class SteeringFilter(ProjectFilter):
    """`ProjectFilter`, and what only those who steer may ask."""

    lead = described("Code of a department; those below it are meant too.")(
        django_filters.ModelChoiceFilter(
            queryset=Organisation.objects.filter(kind="DEPARTMENT").order_by("name_fr"),
            to_field_name="code",
            method="led_by",
            null_label=_("None"),
            label=_("Department"),
            empty_label=_("Any"),
        )
    )
    programme = django_filters.ModelChoiceFilter(
        queryset=Programme.objects.order_by("code"),
        to_field_name="code",
        null_label=_("None"),
        method="of_programme",
        label=_("Programme"),
        empty_label=_("Any"),
    )
    missing = django_filters.ChoiceFilter(
        choices=quality.choices,
        method="lacking",
        label=_("Missing or stale fact"),
        empty_label=_("Any"),
    )
    late = django_filters.ChoiceFilter(choices=LATE, method="is_late", label=_("Milestone"))
    overrun = django_filters.ChoiceFilter(
        choices=[("YES", _("above the first estimate"))], method="is_dearer", label=_("Cost")
    )
    computed = django_filters.ChoiceFilter(
        choices=COMPUTED, method="has_computed", label=_("Computed status")
    )
    review = django_filters.ChoiceFilter(choices=REVIEWS, method="by_review", label=_("Review"))
    alert = django_filters.ChoiceFilter(
        choices=[("ANY", _("any")), *Alert.Kind.choices], method="with_alert", label=_("Alert")
    )
    meteo = django_filters.ChoiceFilter(
        choices=Weather.choices, method="by_weather", label=_("Gravest judgement")
    )

    STEERING = ("late", "overrun", "computed", "review", "alert", "meteo", "missing")

    def led_by(
        self, queryset: ProjectQuerySet, name: str, value: Organisation | str
    ) -> ProjectQuerySet:
        if isinstance(value, str):  # "null": led by nobody
            return queryset.filter(lead=None)
        return queryset.led_within(value.pk)

    def of_programme(
        self, queryset: QuerySet[Project], name: str, value: Programme | str
    ) -> QuerySet[Project]:
        if isinstance(value, str):  # "null": without programme
            return queryset.filter(programme=None)
        return super().of_programme(queryset, name, value)

    def lacking(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        return quality.lacking(queryset, value, timezone.localdate())

    def is_late(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        overdue = Q(current_on__lt=timezone.localdate())
        slipped = Q(current_on__gt=F("original_on"))
        late = {"OVERDUE": overdue, "SLIPPED": slipped, "ANY": overdue | slipped}
        ahead = Milestone.objects.ahead().filter(late[value])
        return queryset.reviewable().filter(pk__in=ahead.values("project"))

    def is_dearer(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        costed: Any = Project.objects.with_costs()  # annotations have no types
        dearer = costed.filter(current_cost_eur__gt=F("original_cost_eur"))
        return queryset.reviewable().filter(pk__in=dearer.values("pk"))

    def has_computed(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        """The worse of the calendar's and the cost's, overrides included; of those under way."""
        judged = healths(queryset.reviewable().ids(), today=timezone.localdate())
        return queryset.filter(pk__among=[pk for pk, one in judged.items() if one.code == value])

    def by_review(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        today = timezone.localdate()
        if value == "EXPECTED":
            return without_review(queryset, month_to_review(today))
        if value == "MISSING":
            return missing(queryset, today)
        waiting = Review.objects.filter(state=Review.State.SUBMITTED)
        return queryset.filter(pk__in=waiting.values("project"))

    def with_alert(self, queryset: ProjectQuerySet, name: str, value: str) -> QuerySet[Project]:
        loud = Alert.objects.loud(timezone.localdate())
        kinds = loud if value == "ANY" else loud.filter(kind=value)
        return queryset.reviewable().filter(pk__in=kinds.values("project"))

    def by_weather(self, queryset: QuerySet[Project], name: str, value: str) -> QuerySet[Project]:
        """Of the last review submitted: this judgement on an axis, and none that is graver."""
        latest = Review.objects.latest_of_each_project().values("pk")
        graver = GRAVITY[GRAVITY.index(value) + 1 :]
        said, worse = Q(), Q()
        for axis in Review.AXES:
            said |= Q(**{axis: value})
            worse |= Q(**{f"{axis}__in": graver})
        found = Review.objects.filter(said, ~worse, pk__in=latest)
        return queryset.filter(pk__in=found.values("project"))


def filters_for(user: User | AnonymousUser) -> type[ProjectFilter]:
    """What is said inside does not come out through a filter."""
    return SteeringFilter if user.is_authenticated else ProjectFilter
