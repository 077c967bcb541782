"""Support staff only: accounts and reference tables. The record itself is read-only here, since
its changes go through the services, with an author and a reason.

The base classes take no type argument at run time, hence the `type-arg` remarks.
"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portfolio.models import (
    CostEstimate,
    Milestone,
    MilestoneRevision,
    Organisation,
    Phase,
    PhaseSet,
    Programme,
    Project,
    User,
    Zone,
)


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "last_name", "first_name", "organisation", "is_active", "is_staff")
    list_select_related = ("organisation",)
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Department"), {"fields": ("organisation",)}))


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name_fr", "kind", "parent")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("code", "name_fr")


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name_fr", "parent")
    list_select_related = ("parent",)
    search_fields = ("code", "name_fr")


class PhaseInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Phase
    extra = 0


@admin.register(PhaseSet)
class PhaseSetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name_fr")
    inlines = (PhaseInline,)


class ReadOnly:
    """Shows, changes nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Zone)
class ZoneAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name", "kind", "population")
    list_filter = ("kind",)
    search_fields = ("code", "name")
    exclude = ("geometry",)


class CostInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = CostEstimate
    fields = ("version", "amount_eur", "valued_on", "reason", "author", "recorded_at")


class MilestoneInline(ReadOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = Milestone
    fields = ("code", "name_fr", "original_on", "current_on", "actual_on", "is_public")


@admin.register(Project)
class ProjectAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("code", "name_fr", "lead", "state", "visibility", "updated_at")
    list_filter = ("state", "visibility")
    list_select_related = ("lead",)
    search_fields = ("code", "name_fr")
    # Named one by one: the map and the history have their own screens.
    fields = (
        "code", "name_fr", "name_en", "summary_fr", "summary_en", "programme", "lead", "manager",
        "phase_set", "phase", "state", "visibility", "address", "starts_on", "ends_on",
        "source_url", "created_at", "updated_at",
    )  # fmt: skip
    inlines = (CostInline, MilestoneInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return Project.objects.visible_to(request.user)


@admin.register(MilestoneRevision)
class MilestoneRevisionAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("milestone", "before_on", "after_on", "reason", "author", "revised_at")
    list_select_related = ("milestone", "author")

    def get_queryset(self, request: HttpRequest) -> QuerySet[MilestoneRevision]:
        visible = Project.objects.visible_to(request.user)
        return MilestoneRevision.objects.filter(milestone__project__in=visible)
