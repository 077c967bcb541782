"""Phases, procedures and dependencies of one project, as far as the caller may see them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework import serializers

from portfolio.models import Phase, PhasePeriod, Procedure, ProcedureKind, Project, User
from portfolio.queries.calendar import procedures_of
from portfolio.queries.dependencies import Link, links_of
from portfolio.results import Unknown

Reader = User | AnonymousUser


class PhaseOfPeriodSerializer(serializers.ModelSerializer[Phase]):
    class Meta:
        model = Phase
        fields = ("code", "short", "name_fr", "name_en", "rank")


class PhasePeriodSerializer(serializers.ModelSerializer[PhasePeriod]):
    """The dates announced first, those that hold now, and those of the facts (null: not yet)."""

    phase = PhaseOfPeriodSerializer(read_only=True)

    class Meta:
        model = PhasePeriod
        fields = (
            "phase", "original_starts_on", "original_ends_on", "current_starts_on",
            "current_ends_on", "actual_starts_on", "actual_ends_on",
        )  # fmt: skip


class ProcedureKindSerializer(serializers.ModelSerializer[ProcedureKind]):
    class Meta:
        model = ProcedureKind
        fields = ("code", "name_fr", "name_en", "source")


class ProcedureSerializer(serializers.ModelSerializer[Procedure]):
    kind = ProcedureKindSerializer(read_only=True)

    class Meta:
        model = Procedure
        fields = (
            "kind", "state", "foreseen_starts_on", "foreseen_ends_on", "actual_starts_on",
            "actual_ends_on", "reference", "how_fr", "how_en",
        )  # fmt: skip


class DependencySerializer(serializers.Serializer[Link]):
    """`way`: WAITS_FOR, WAITED_FOR_BY or EXCLUDES. `project` is null where the caller may not see
    it."""

    way = serializers.ChoiceField(choices=["WAITS_FOR", "WAITED_FOR_BY", "EXCLUDES"])
    project = serializers.CharField(allow_null=True)
    late_days = serializers.IntegerField(allow_null=True)


def periods(project: Project, reader: Reader) -> list[PhasePeriod]:
    """For agents: the dates of phases are not announced to residents."""
    if reader.is_anonymous:
        return []
    return list(project.periods.current().select_related("phase").order_by("phase__rank"))


def procedures(project: Project, reader: Reader) -> list[Procedure]:
    """Without an account, those shown to residents."""
    return [one for one in procedures_of(project) if one.is_public or not reader.is_anonymous]


def dependencies(project: Project, reader: Reader) -> list[dict[str, Any]]:
    """Without an account, a project that one may not see is not there at all, nor is a delay: it
    follows from dates of phases, which are not announced to residents."""
    links = links_of(project, reader=reader)
    ways = {
        "WAITS_FOR": links.waits_for,
        "WAITED_FOR_BY": links.waited_for_by,
        "EXCLUDES": links.excludes,
    }
    return [
        {
            "way": way,
            "project": link.other.code if link.other else None,
            "late_days": _late_days(link, reader),
        }
        for way, found in ways.items()
        for link in found
        if link.other is not None or not reader.is_anonymous
    ]


def _late_days(link: Link, reader: Reader) -> int | None:
    if reader.is_anonymous or isinstance(link.late_days, Unknown):
        return None
    return link.late_days
