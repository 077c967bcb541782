"""Committees, who sits in them, and what a member has an interest in."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.translated import Translated
from portfolio.querysets import CommitteeQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Committee(models.Model):
    """A body that instructs (COTECH) or decides (COPIL).

    `quorum`: how many members who vote must be there. The secretary prepares its meetings, the
    chair leads them; both may do either.
    """

    class Kind(models.TextChoices):
        COTECH = "COTECH", _("technical committee (COTECH)")
        COPIL = "COPIL", _("steering committee (COPIL)")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COPIL)
    name_fr = models.CharField(_("name in French"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("chair")
    )
    secretary = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("secretary"),
    )  # fmt: skip
    quorum = models.PositiveSmallIntegerField(_("quorum"))
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    name = Translated()

    objects = CommitteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee")
        verbose_name_plural = _("committees")
        constraints = [
            models.CheckConstraint(condition=Q(quorum__gte=1), name="committee_has_quorum"),
            models.CheckConstraint(condition=~Q(name_fr=""), name="committee_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CommitteeMember(models.Model):
    """Somebody's seat, with or without a vote, for a term. `capacity`: in what name they sit."""

    committee = models.ForeignKey(
        Committee, models.CASCADE, related_name="members", verbose_name=_("committee")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats", verbose_name=_("person")
    )
    capacity = models.CharField(_("sits as"), max_length=160, blank=True)
    votes = models.BooleanField(_("has a vote"), default=True)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a committee")
        verbose_name_plural = _("members of committees")
        constraints = [
            models.UniqueConstraint(fields=["committee", "user"], name="committee_member_once"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="committee_member_term",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class ConflictOfInterest(models.Model):
    """What somebody declared of a project: they take no part in what is decided about it.

    The row stays when it is over (`ended_at`): the votes of that time rest on it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests",
        verbose_name=_("person"),
    )  # fmt: skip
    project = models.ForeignKey(
        "portfolio.Project", models.CASCADE, related_name="conflicts_of_interest",
        verbose_name=_("project"),
    )  # fmt: skip
    reason = models.CharField(_("interest"), max_length=300)
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("declared by"),
    )  # fmt: skip
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "project"], condition=Q(ended_at=None), name="conflict_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="conflict_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.project}"
