"""What an evaluation gave, each time it was computed: the earlier verdicts stay readable."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.models.evaluation import Evaluation
from indicators.querysets import EvaluationResultQuerySet
from portfolio.models.translated import Translated


class EvaluationResult(models.Model):
    """What a locked plan gave, as the data were known at `as_of`; rows are added, never changed.

    `verdict` counts the correction for several evaluations; `own_verdict` is what its own data say.
    `series_of`: the earlier result whose series are the same to the last digit, so that they are
    stored once; `drawn` reads either. `effect`: point, low, high, level, relative, cumulative, p, smallest (detectable), weights and
    checks; `series`: one entry a period (on, observed, expected, low, high), with the placebos.
    `family` names the evaluations that are corrected together; `q_value` is this one's among them.
    """

    class Verdict(models.TextChoices):
        SHOWN = "SHOWN", _("effect shown")
        LIKELY = "LIKELY", _("effect likely, not shown")
        NOT_SHOWN = "NOT_SHOWN", _("no effect shown")
        CANNOT_BE_JUDGED = "CANNOT_BE_JUDGED", _("cannot be judged")
        TOO_EARLY = "TOO_EARLY", _("too early to tell")

    class Because(models.TextChoices):
        FIRST = "FIRST", _("first look")
        DATA = "DATA", _("figures added or revised")
        METHOD = "METHOD", _("method changed")
        FAMILY = "FAMILY", _("other evaluations of the project")
        CLOSED = "CLOSED", _("end of the window looked at")

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="results", verbose_name=_("evaluation")
    )
    computed_at = models.DateTimeField(_("computed at"))
    as_of = models.DateTimeField(_("figures as known on"))
    because = models.CharField(_("why it was computed"), max_length=10, choices=Because)
    input_hash = models.CharField(_("fingerprint of the figures"), max_length=64)
    method_version = models.CharField(_("version of the method"), max_length=20)
    code_version = models.CharField(_("version of the software"), max_length=60, blank=True)
    seed = models.PositiveIntegerField(_("seed"))
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    own_verdict = models.CharField(_("verdict before correction"), max_length=20, choices=Verdict)
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    rule = models.CharField(_("rule of the grade"), max_length=200, blank=True)
    reasons = models.JSONField(_("why it cannot be judged"), default=list, blank=True)
    effect = models.JSONField(_("effect"), default=dict, blank=True)
    series = models.JSONField(_("series"), default=dict, blank=True)
    series_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("result with the same series"),
    )  # fmt: skip
    sentence_fr = models.TextField(_("sentence in French"))
    sentence_en = models.TextField(_("sentence in English"))
    p_value = models.FloatField(_("p"), null=True)
    q_value = models.FloatField(_("p corrected for several evaluations"), null=True)
    family = models.CharField(_("family"), max_length=200, blank=True)
    family_size = models.PositiveIntegerField(_("size of the family"), default=0)

    sentence = Translated()
    objects = EvaluationResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result of an evaluation")
        verbose_name_plural = _("results of evaluations")
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["CANNOT_BE_JUDGED", "TOO_EARLY"], grade="")
                & ~Q(reasons=[])
                | Q(verdict__in=["SHOWN", "LIKELY", "NOT_SHOWN"], grade__in=list("ABCDE")),
                name="evaluation_result_graded_or_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(series_of=None) | Q(series={}), name="evaluation_series_stored_once"
            ),
        ]
        indexes = [
            models.Index(fields=["evaluation", "-computed_at"], name="evaluation_result_latest")
        ]
        triggers = [
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.computed_at:%Y-%m-%d})"

    @property
    def drawn(self) -> dict[str, Any]:
        """The series, wherever they are stored."""
        held: dict[str, Any] = self.series_of.series if self.series_of else self.series
        return held

    @property
    def pk_text(self) -> str:
        """For an address: never grouped by thousands."""
        return str(self.pk)
