"""What a scenario gave, from inputs frozen that day: never changed, solved again at will."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portfolio.models.scenario import SelectionScenario
from portfolio.querysets import SelectionResultQuerySet

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class SelectionResult(models.Model):
    """One answer. `inputs` (see `portfolio.analysis.arbitration`) and `inputs_sha256` say what was
    asked, `solver`, `method_version` and `seed` how; `outcome` is what was told."""

    class Status(models.TextChoices):
        OPTIMAL = "OPTIMAL", _("proven to be the best")
        TIME_LIMIT = "TIME_LIMIT", _("the best found in the time given")
        INFEASIBLE = "INFEASIBLE", _("nothing fits")
        NO_ANSWER = "NO_ANSWER", _("no answer in the time given")

    scenario = models.ForeignKey(
        SelectionScenario, models.PROTECT, related_name="results", verbose_name=_("scenario")
    )
    inputs = models.JSONField(_("inputs"))
    inputs_sha256 = models.CharField(_("digest of the inputs"), max_length=64)
    solver = models.CharField(_("solver"), max_length=60)
    method_version = models.CharField(_("version of the method"), max_length=20)
    seed = models.PositiveIntegerField(_("seed"), default=0)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    value = models.FloatField(_("value"), null=True)
    gap = models.FloatField(_("proven gap"), null=True)
    outcome = models.JSONField(_("outcome"))
    computed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("computed by"),
    )  # fmt: skip
    computed_at = models.DateTimeField(_("computed at"))

    objects = SelectionResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of a scenario")
        verbose_name_plural = _("results of scenarios")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["OPTIMAL", "TIME_LIMIT"], value__isnull=False)
                | Q(status__in=["INFEASIBLE", "NO_ANSWER"], value=None, gap=None),
                name="selection_value_of_a_programme",
            )
        ]
        indexes = [models.Index(fields=["scenario", "-computed_at"], name="selection_latest")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.scenario} {self.computed_at:%Y-%m-%d %H:%M}"

    @property
    def has_programme(self) -> bool:
        return self.value is not None


class SelectionExplanation(models.Model):
    """Why each project is in or out, prices, alternatives, frontier: of one result, once."""

    result = models.OneToOneField(
        SelectionResult, models.PROTECT, related_name="explanation", verbose_name=_("result")
    )
    content = models.JSONField(_("content"))
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        verbose_name = _("explanation of a result")
        verbose_name_plural = _("explanations of results")
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.result)


class SelectionJob(models.Model):
    """How far the explanation of a result is. The row is the truth; the broker only rings."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("waiting")
        RUNNING = "RUNNING", _("under way")
        DONE = "DONE", _("done")
        FAILED = "FAILED", _("failed")

    result = models.OneToOneField(
        SelectionResult, models.CASCADE, related_name="job", verbose_name=_("result")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("total"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("job of an explanation")
        verbose_name_plural = _("jobs of explanations")

    def __str__(self) -> str:
        return f"{self.result}: {self.state}"
