"""An exercise of prioritisation: criteria fixed beforehand, candidates, scores, members' weights."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portfolio.analysis.ranking import JUDGED, ValueFunction, levels
from portfolio.models.prioritisation_rules import (
    CANDIDATES_GUARDED,
    CRITERIA_FIXED,
    ONLY_FORWARD,
    SCORES_GUARDED,
    WEIGHTS_GUARDED,
)
from portfolio.models.translated import Translated
from portfolio.querysets import (
    CandidateQuerySet,
    ExerciseQuerySet,
    MemberWeightsQuerySet,
    ScoreQuerySet,
)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Exercise(models.Model):
    """Projects compared on the same criteria, by people who weigh them.

    DRAFT: criteria and scales are written. SCORING: they stand still for ever, candidates are
    scored and criteria weighed. CLOSED: nothing changes. It never goes back. `reference_*`: what every
    candidate is compared with (doing nothing, the current upkeep). `retained`: how many projects there
    is room for, where that is known. `draws` and `seed` make the analysis of robustness again.
    `weights_revealed_at`: from then on members' weights are shown, without names.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("being prepared")
        SCORING = "SCORING", _("being scored")
        CLOSED = "CLOSED", _("closed")

    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    purpose_fr = models.TextField(_("purpose in French"), blank=True)
    purpose_en = models.TextField(_("purpose in English"), blank=True)
    reference_fr = models.CharField(_("reference option in French"), max_length=400, blank=True)
    reference_en = models.CharField(_("reference option in English"), max_length=400, blank=True)
    retained = models.PositiveSmallIntegerField(_("projects to retain"), null=True, blank=True)
    draws = models.PositiveIntegerField(_("weightings drawn"), default=10_000)
    seed = models.PositiveIntegerField(_("seed of the draws"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("owner"),
    )  # fmt: skip
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    weights_revealed_at = models.DateTimeField(_("weights revealed at"), null=True)

    name = Translated()
    purpose = Translated()
    reference = Translated()
    objects = ExerciseQuerySet.as_manager()

    class Meta:
        verbose_name = _("prioritisation exercise")
        verbose_name_plural = _("prioritisation exercises")
        constraints = [
            models.CheckConstraint(condition=~Q(name_fr=""), name="exercise_has_name"),
            models.CheckConstraint(
                condition=Q(retained=None) | Q(retained__gte=1), name="exercise_retains_some"
            ),
            models.CheckConstraint(
                condition=Q(draws__range=(100, 100_000)), name="exercise_draws_plausible"
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFT", opened_at=None, closed_at=None, weights_revealed_at=None)
                | Q(state="SCORING", opened_at__isnull=False, closed_at=None)
                | Q(state="CLOSED", opened_at__isnull=False, closed_at__isnull=False),
                name="exercise_states_are_dated",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="only_forward", when=pgtrigger.Before, operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="DRAFT"), func=ONLY_FORWARD,
            ),
            pgtrigger.Protect(
                name="opened_is_kept", operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="DRAFT"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_scoring(self) -> bool:
        return self.state == self.State.SCORING


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Criterion(models.Model):
    """A node of the tree: a GROUP, or what candidates are scored on.

    `points`: value function of a number, pairs [score, value], scores rising, values between 0 and
    100, straight between them, level beyond the ends. `levels`: of LEVELS, from the first to the last,
    {"value": 0..100, "fr": text, "en": text}; the score is the place of the level, from 0. A QUALITATIVE
    score is a value of 0..100 with its justification. MEASURED comes from the register (`fact`) or
    from a measure (`indicator_code`; its model lies above this one). `indifference`, `strict`:
    differences of value that do not count, and that count whole, where projects are compared two by
    two.
    """

    class Kind(models.TextChoices):
        GROUP = "GROUP", _("group of criteria")
        NUMERIC = "NUMERIC", _("number on a scale")
        LEVELS = "LEVELS", _("described levels")
        MEASURED = "MEASURED", _("measured")
        QUALITATIVE = "QUALITATIVE", _("judged, with its justification")

    class Direction(models.TextChoices):
        UP = "UP", _("more is better")
        DOWN = "DOWN", _("less is better")

    class Fact(models.TextChoices):
        COST = "COST", _("cost, in euros")
        COST_PER_INHABITANT = "COST_PER_INHABITANT", _("cost per inhabitant of its zones, in euros")
        OWN_SHARE = "OWN_SHARE", _("share that the metropolis pays, in percent")
        MATURITY = "MATURITY", _("how far along its phases it is, in percent")
        RISK_EXPOSURE = "RISK_EXPOSURE", _("criticality of its risks under way, added up")
        POPULATION = "POPULATION", _("inhabitants of its zones")

    exercise = models.ForeignKey(
        Exercise, models.CASCADE, related_name="criteria", verbose_name=_("exercise")
    )
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children",
        verbose_name=_("group"),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    description_fr = models.TextField(_("what is judged, in French"), blank=True)
    description_en = models.TextField(_("what is judged, in English"), blank=True)
    kind = models.CharField(_("scale"), max_length=12, choices=Kind)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction, default=Direction.UP
    )
    unit_fr = models.CharField(_("unit in French"), max_length=60, blank=True)
    unit_en = models.CharField(_("unit in English"), max_length=60, blank=True)
    points = models.JSONField(_("value function"), default=list, blank=True)
    levels = models.JSONField(_("levels"), default=list, blank=True)
    fact = models.CharField(_("fact of the register"), max_length=20, choices=Fact, blank=True)
    indicator_code = models.CharField(_("measure"), max_length=80, blank=True)
    indifference = models.FloatField(_("difference that does not count"), default=5.0)
    strict = models.FloatField(_("difference that counts whole"), default=25.0)

    name = Translated()
    description = Translated()
    unit = Translated()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.CheckConstraint(condition=~Q(name_fr=""), name="criterion_has_name"),
            models.CheckConstraint(
                condition=Q(kind="MEASURED") & (~Q(fact="") & Q(indicator_code="")
                                                | Q(fact="") & ~Q(indicator_code=""))
                | ~Q(kind="MEASURED") & Q(fact="", indicator_code=""),
                name="criterion_measured_from_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["NUMERIC", "MEASURED"]) & ~Q(points=[]) & Q(levels=[])
                | Q(kind="LEVELS", points=[]) & ~Q(levels=[])
                | Q(kind__in=["GROUP", "QUALITATIVE"], points=[], levels=[]),
                name="criterion_scale_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(indifference__gte=0, strict__gt=F("indifference"), strict__lte=100),
                name="criterion_thresholds_in_order",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="fixed_before_scores", when=pgtrigger.Before, func=CRITERIA_FIXED,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def is_group(self) -> bool:
        return self.kind == self.Kind.GROUP

    @property
    def function(self) -> ValueFunction:
        """From a score to a value of 0..100. Raises ValueError on a scale that is none."""
        if self.kind == self.Kind.LEVELS:
            return levels([level["value"] for level in self.levels])
        if self.kind == self.Kind.QUALITATIVE:
            return JUDGED
        return ValueFunction(tuple((float(score), float(value)) for score, value in self.points))


class Candidate(models.Model):
    """A project of an exercise. Once scoring is open it is withdrawn with a reason, not removed."""

    exercise = models.ForeignKey(
        Exercise, models.CASCADE, related_name="candidates", verbose_name=_("exercise")
    )
    project = models.ForeignKey(
        "portfolio.Project", models.PROTECT, related_name="candidacies", verbose_name=_("project")
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip
    added_at = models.DateTimeField(_("added at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "project"], condition=Q(withdrawn_at=None),
                name="candidate_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason=""),
                name="candidate_withdrawn_says_why",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Trigger(
                name="candidates_guarded", when=pgtrigger.Before, func=CANDIDATES_GUARDED,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.project)


class Score(models.Model):
    """What one candidate is worth on one criterion, as said once; a correction is a new version.

    In the unit of the criterion: between `low` and `high`, `central` being the best guess. All three
    None: not known, with the reason in `justification`; it is never zero. `provenance`: what a
    measured score was read from (series, version, instant), for whoever asks.
    """

    class Source(models.TextChoices):
        ENTERED = "ENTERED", _("typed in")
        REGISTER = "REGISTER", _("read in the register")
        INDICATOR = "INDICATOR", _("measured")

    candidate = models.ForeignKey(
        Candidate, models.PROTECT, related_name="scores", verbose_name=_("candidate")
    )
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    low = models.FloatField(_("low"), null=True, blank=True)
    central = models.FloatField(_("central"), null=True, blank=True)
    high = models.FloatField(_("high"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.ENTERED)
    justification = models.TextField(_("justification"), blank=True)
    provenance = models.JSONField(_("where it comes from"), default=dict, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    scored_at = models.DateTimeField(_("scored at"))

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "criterion", "version"], name="score_version_once"
            ),
            models.CheckConstraint(
                condition=Q(low=None, central=None, high=None) & ~Q(justification="")
                | Q(low__isnull=False, central__isnull=False, high__isnull=False)
                & Q(low__lte=F("central"), high__gte=F("central")),
                name="score_known_or_says_why_not",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="scores_guarded", when=pgtrigger.Before, func=SCORES_GUARDED,
                operation=pgtrigger.Insert,
            ),
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.candidate} – {self.criterion} v{self.version}"

    @property
    def is_known(self) -> bool:
        return self.central is not None


class MemberWeights(models.Model):
    """The weights of one member, as given once; the last version counts.

    `weights`: share by key of criterion (its leaves), sum 1. `judgements`: what was really asked and
    answered, by method: points; swings; comparisons two by two; choices. `consistency`: ratio of the
    comparisons, the worst of the groups compared.
    """

    class Method(models.TextChoices):
        DIRECT = "DIRECT", _("points shared out")
        SWING = "SWING", _("swings rated")
        AHP = "AHP", _("swings compared two by two")
        CHOICES = "CHOICES", _("choices between two projects")

    exercise = models.ForeignKey(
        Exercise, models.PROTECT, related_name="member_weights", verbose_name=_("exercise")
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("member")
    )
    version = models.PositiveSmallIntegerField(_("version"))
    method = models.CharField(_("method"), max_length=10, choices=Method)
    judgements = models.JSONField(_("judgements"), default=dict)
    weights = models.JSONField(_("weights"))
    consistency = models.FloatField(_("consistency ratio"), null=True, blank=True)
    given_at = models.DateTimeField(_("given at"))

    objects = MemberWeightsQuerySet.as_manager()

    class Meta:
        verbose_name = _("weights of a member")
        verbose_name_plural = _("weights of members")
        constraints = [
            models.UniqueConstraint(
                fields=["exercise", "member", "version"], name="weights_version_once"
            ),
            models.CheckConstraint(
                condition=Q(consistency=None) | Q(consistency__gte=0), name="weights_consistency"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="weights_guarded", when=pgtrigger.Before, func=WEIGHTS_GUARDED,
                operation=pgtrigger.Insert,
            ),
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.member} v{self.version}"
