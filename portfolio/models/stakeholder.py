"""Who takes part in a project: organisations in a role, people to write to."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.querysets import StakeholderQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Stakeholder(models.Model):
    """An organisation, a person of it, or both, in one role of a project.

    What is kept of a person is how to reach them at work. `is_public` shows the organisation and
    its role to residents, never the person.
    """

    class Role(models.TextChoices):
        OWNER = "OWNER", _("owner (MOA)")
        OWNER_ASSISTANT = "OWNER_ASSISTANT", _("assistant to the owner (AMO)")
        DESIGNER = "DESIGNER", _("designer (MOE)")
        COORDINATOR = "COORDINATOR", _("site coordination (OPC)")
        SAFETY = "SAFETY", _("health and safety coordination (CSPS)")
        INSPECTOR = "INSPECTOR", _("technical inspection")
        CONTRACTOR = "CONTRACTOR", _("contractor")
        CONCESSIONAIRE = "CONCESSIONAIRE", _("network operator (concessionnaire)")
        PARTNER = "PARTNER", _("partner")
        FUTURE_OPERATOR = "FUTURE_OPERATOR", _("future operator")
        ASSOCIATION = "ASSOCIATION", _("association of residents or users")
        OTHER = "OTHER", _("other")

    project = models.ForeignKey(
        "portfolio.Project",
        models.CASCADE,
        related_name="stakeholders",
        verbose_name=_("project"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        "portfolio.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("organisation"),
    )
    person = models.CharField(_("person"), max_length=120, blank=True)
    job = models.CharField(_("function"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail at work"), blank=True)
    phone = models.CharField(_("phone at work"), max_length=30, blank=True)
    since_on = models.DateField(_("since"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    is_public = models.BooleanField(_("organisation shown to residents"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = StakeholderQuerySet.as_manager()

    class Meta:
        verbose_name = _("stakeholder")
        verbose_name_plural = _("stakeholders")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(person=""),
                name="stakeholder_is_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(organisation__isnull=False),
                name="stakeholder_public_is_an_organisation",
            ),
            models.CheckConstraint(
                condition=~Q(person="") | Q(job="", email="", phone=""),
                name="stakeholder_contact_is_of_a_person",
            ),
            # SQL lets a comparison with an unknown day pass: that is what is meant.
            models.CheckConstraint(
                condition=Q(since_on__lte=models.F("until_on")), name="stakeholder_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.person or str(self.organisation)
