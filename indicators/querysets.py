"""Named questions about the evidence, chainable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from portfolio.models import Project
from portfolio.permissions import may
from portfolio.roles import Part

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from indicators.models import (
        CausalLink,
        ComparedPlace,
        DataSource,
        Deposit,
        Depositor,
        Evaluation,
        EvaluationResult,
        Feed,
        FeedDraft,
        ForecastResult,
        Indicator,
        KnownBreak,
        ObservationVersion,
        Run,
        SupplyAgreement,
        Target,
        Usage,
    )
    from portfolio.models import User


HELD_BY_A_WORKER = ("LEASED", "FETCHED", "STAGED")
DEPOSITED = "drop"  # the protocol of sources whose files are deposited by somebody


class SourceQuerySet(models.QuerySet["DataSource"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Sources are a matter for agents; residents see their names beside the figures."""
        return self.all() if user.is_authenticated else self.none()


class FeedQuerySet(models.QuerySet["Feed"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Feeds are a matter for agents."""
        return self.all() if user.is_authenticated else self.none()

    def pulled(self) -> Self:
        """Those whose source is asked by itself."""
        return self.exclude(source__protocol=DEPOSITED)

    def open_to(self, user: User | AnonymousUser) -> Self:
        """Those whose files `user` may deposit: the data team all, others those opened to them."""
        deposited = self.filter(source__protocol=DEPOSITED)
        if may(user, Part.SOURCES):
            return deposited
        opened = {"depositors__user": user.pk, "depositors__closed_at": None}
        return deposited.filter(**opened) if user.is_authenticated else self.none()


class DepositorQuerySet(models.QuerySet["Depositor"]):
    def open(self) -> Self:
        """Rights that hold now."""
        return self.filter(closed_at=None)


class DepositQuerySet(models.QuerySet["Deposit"]):
    def open_to(self, user: User | AnonymousUser) -> Self:
        """The deposits to feeds that `user` deposits to."""
        if may(user, Part.SOURCES):
            return self.filter(feed__source__protocol=DEPOSITED)
        opened = {"feed__depositors__user": user.pk, "feed__depositors__closed_at": None}
        return self.filter(**opened) if user.is_authenticated else self.none()

    def withdrawals(self) -> Self:
        """Those that say earlier values again."""
        return self.filter(withdraws__isnull=False)


class DraftQuerySet(models.QuerySet["FeedDraft"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A draft is a matter of its author alone."""
        return self.filter(author=user) if user.is_authenticated else self.none()


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The ledger is a matter for agents."""
        return self.all() if user.is_authenticated else self.none()

    def claimable(self, now: datetime) -> Self:
        """Due now, or leased to a worker that has not been heard of since; of sources that are not
        left alone for their faults."""
        lapsed = Q(state__in=HELD_BY_A_WORKER, lease_until__lt=now)
        asks = Q(replay_of=None, fetched_attempt=None)  # the others read what was kept
        resting = asks & Q(feed__source__resting_until__gt=now)
        return self.filter(Q(state="DUE", due_at__lte=now) | lapsed).exclude(resting)

    def held(self) -> Self:
        """By a worker whose lease runs, by the clock of the database."""
        return self.filter(state__in=HELD_BY_A_WORKER, lease_until__gte=Now())

    def open(self) -> Self:
        """Due or under way."""
        return self.filter(state__in=["DUE", *HELD_BY_A_WORKER])

    def closed(self) -> Self:
        return self.filter(state__in=["SUCCEEDED", "PARTIAL", "FAILED", "HELD"])

    def waiting_for_a_decision(self) -> Self:
        """Held, and nobody has accepted or rejected them yet."""
        return self.filter(state="HELD", decision="")


class ObservationQuerySet(models.QuerySet["ObservationVersion"]):
    def current(self) -> Self:
        """What is known now."""
        return self.filter(superseded_at__isnull=True)

    def as_of(self, instant: datetime) -> Self:
        """What was known at `instant`."""
        open_then = Q(superseded_at__isnull=True) | Q(superseded_at__gt=instant)
        return self.filter(open_then, known_from__lte=instant)


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Targets of the territory, and of the projects that `user` may read."""
        visible = Project.objects.visible_to(user)
        return self.filter(Q(project__isnull=True) | Q(project__in=visible))

    def standing(self) -> Self:
        """Those that were not taken off."""
        return self.filter(withdrawn_at=None)


class CausalLinkQuerySet(models.QuerySet["CausalLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Links of the projects that `user` may read."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def standing(self) -> Self:
        """Those that were not taken off."""
        return self.filter(withdrawn_at=None)


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Definitions of measures are public, whoever reads."""
        return self.all()


class AgreementQuerySet(models.QuerySet["SupplyAgreement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Contracts of supply are a matter for agents."""
        return self.all() if user.is_authenticated else self.none()

    def in_force(self, day: date) -> Self:
        return self.filter(starts_on__lte=day).exclude(ends_on__lt=day)


class UsageQuerySet(models.QuerySet["Usage"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For agents; those of a project, for who may read it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(project=None) | Q(project__in=Project.objects.visible_to(user)))


class ForecastQuerySet(models.QuerySet["ForecastResult"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the targets that `user` may read."""
        visible = Project.objects.visible_to(user)
        return self.filter(Q(target__project=None) | Q(target__project__in=visible))

    def last_of(self, target_ids: Iterable[int], *, by: datetime | None = None) -> Self:
        """The last one of each target, now or as it stood at an instant."""
        found = self.filter(target__in=list(target_ids))
        found = found if by is None else found.filter(computed_at__lte=by)
        return found.order_by("target_id", "-computed_at", "-pk").distinct("target_id")


class KnownBreakQuerySet(models.QuerySet["KnownBreak"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """They are told beside each forecast, whoever reads it."""
        return self.all()

    def standing(self, at: datetime | None = None) -> Self:
        """Declared and not withdrawn, now or at an instant."""
        if at is None:
            return self.filter(withdrawn_at=None)
        still = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
        return self.filter(still, declared_at__lte=at)


class ComparedPlaceQuerySet(models.QuerySet["ComparedPlace"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The list is a matter for agents; residents see the names beside the figures."""
        return self.all() if user.is_authenticated else self.none()


class EvaluationQuerySet(models.QuerySet["Evaluation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Locked ones go with their project, withdrawn ones too; a draft is for who may write it."""
        readable = Q(locked_at__isnull=False, project__in=Project.objects.visible_to(user))
        return self.filter(readable | Q(project__in=Project.objects.editable_by(user)))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Those of the projects whose facts `user` may change."""
        return self.filter(project__in=Project.objects.editable_by(user))

    def locked(self) -> Self:
        return self.filter(locked_at__isnull=False)

    def standing(self, at: datetime | None = None) -> Self:
        """Locked and not withdrawn, now or at an instant: what is computed, and published."""
        if at is None:
            return self.locked().filter(withdrawn_at=None)
        still = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
        return self.filter(still, locked_at__lte=at)


class EvaluationResultQuerySet(models.QuerySet["EvaluationResult"]):
    def last_of_each(self) -> Self:
        """The last one of each evaluation."""
        ordered = self.order_by("evaluation_id", "-computed_at", "-pk")
        return ordered.distinct("evaluation_id")

    def as_of(self, instant: datetime) -> Self:
        """Those that had been computed by then."""
        return self.filter(computed_at__lte=instant)
