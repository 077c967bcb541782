"""Which minimum of the public money the owner has to pay: lead authority, derogations."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import WithdrawableQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class LeadAuthority(models.Model):
    """Whether the metropolis acts as lead authority (chef de file) on a project: its minimum own
    share is then higher (CGCT, art. L1111-9, I, 3°). No row: nobody has said."""

    project = models.OneToOneField(
        "portfolio.Project",
        models.CASCADE,
        related_name="lead_authority",
        verbose_name=_("project"),
    )
    is_lead = models.BooleanField(_("lead authority (chef de file)"))
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("lead authority")
        verbose_name_plural = _("lead authorities")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_lead=False) | ~Q(basis=""), name="lead_authority_has_basis"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ShareDerogation(models.Model):
    """A decision that lets the owner pay less than the minimum (CGCT, art. L1111-10, III).

    `minimum_share`, from 0 to 1, is what the decision still asks for; None: nothing.
    """

    class Kind(models.TextChoices):
        PROTECTED_HERITAGE = "PROTECTED_HERITAGE", _("protected heritage")
        OTHER_HERITAGE = "OTHER_HERITAGE", _("heritage without protection")
        DISASTER = "DISASTER", _("repair after a public disaster")
        URBAN_RENEWAL = "URBAN_RENEWAL", _("urban renewal (loi n° 2003-710, art. 9)")
        TERRITORIAL_COOPERATION = "TERRITORIAL_COOPERATION", _("European territorial cooperation")
        OTHER = "OTHER", _("other")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="share_derogations",
        verbose_name=_("project"),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    legal_basis = models.CharField(_("legal basis"), max_length=200)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("decided by"), max_length=160)
    minimum_share = models.DecimalField(
        _("own share still required"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = WithdrawableQuerySet["ShareDerogation"].as_manager()

    class Meta:
        verbose_name = _("derogation to the minimum own share")
        verbose_name_plural = _("derogations to the minimum own share")
        constraints = [
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(decided_by=""), name="derogation_is_decided"
            ),
            models.CheckConstraint(
                condition=Q(minimum_share=None) | Q(minimum_share__gte=0, minimum_share__lt=1),
                name="derogation_share_plausible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.decided_on}"
