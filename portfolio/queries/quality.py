"""Which facts of the register are missing or stale: the rules, one a row, and what they find.

A fact that does not apply to a project is neither known nor missing. Unknown is not zero: a year
whose payments nobody entered is missing, a year in which nothing was paid is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    Value,
    When,
)  # fmt: skip
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portfolio.models import (
    Authorisation,
    CostEstimate,
    Funding,
    Milestone,
    Organisation,
    PaymentCredit,
    Phase,
    Programme,
    Project,
    Section,
)
from portfolio.querysets import ProjectQuerySet

STALE_AFTER = 62  # days: two monthly reviews
ANSWER_WITHIN = 365  # days that a funder has to answer
FLAG = "quality_"  # before a rule's code, among the annotations

Condition = Callable[[date], Q]


@dataclass(frozen=True)
class Rule:
    """`missing` and `applies` say which projects; `block` is the part of the project's page where
    the fact is entered, `form` the address of its form where it has one of its own; `days`: the
    fact is renewed within so many days."""

    code: str
    label: Promise
    why: Promise
    who: Promise
    missing: Condition
    block: str
    form: str = ""
    days: int | None = None
    applies: Condition | None = None

    def flag(self, today: date) -> Case:
        """True: missing; False: known; None: does not apply."""
        applies = self.applies(today) if self.applies else None
        missing = self.missing(today)
        known = When(applies, then=Value(value=False)) if applies else None
        return Case(
            When(missing & applies if applies else missing, then=Value(value=True)),
            *([known] if known else []),
            default=None if applies else Value(value=False),
            output_field=BooleanField(null=True),
        )


def _below(model: type[Model], **conditions: object) -> Exists:
    return Exists(model._default_manager.filter(project=OuterRef("pk"), **conditions))


def _ahead(**conditions: object) -> Exists:
    return Exists(Milestone.objects.ahead().filter(project=OuterRef("pk"), **conditions))


def _is_not_in_last_phase(today: date) -> Q:
    later = Phase.objects.filter(phase_set=OuterRef("phase_set"), rank__gt=OuterRef("phase__rank"))
    return Q(phase=None) | Q(Exists(later))


def _updated_before(day: date) -> Q:
    return Q(updated_at__lt=timezone.make_aware(datetime.combine(day, time.min)))


MANAGER, FINANCE = _("project manager"), _("finance officer")
STEWARD = _("data steward")
EDIT = "portfolio:project-edit"
RULES = (
    Rule("summary_fr", _("Summary in French"), _("Residents read it first."), MANAGER,
         lambda today: Q(summary_fr=""), "facts", EDIT),
    Rule("summary_en", _("Summary in English"), _("The public site is in two languages."), MANAGER,
         lambda today: Q(summary_en=""), "facts", EDIT),
    Rule("phase", _("Phase"), _("Without it nobody knows how far the project is."), MANAGER,
         lambda today: Q(phase=None), "facts", EDIT),
    Rule("programme", _("Programme"), _("Its money and effects count in no roll-up without it."),
         STEWARD, lambda today: Q(programme=None), "facts"),
    Rule("department", _("Lead department"), _("Somebody has to answer for it."), STEWARD,
         lambda today: Q(lead=None), "facts"),
    Rule("manager", _("Project manager"), _("Reviews and alerts go to a person."), STEWARD,
         lambda today: Q(manager=None), "facts"),
    Rule("geometry", _("Place on the map"), _("Works that meet are found by their places."),
         MANAGER, lambda today: Q(geometry=None), "place"),
    Rule("milestone", _("Milestone ahead"), _("A project under way has a next date."), MANAGER,
         lambda today: ~Q(_ahead()), "milestones", applies=_is_not_in_last_phase),
    Rule("overdue", _("What became of past dates"),
         _("A date that has passed was kept, or is moved with its reason."), MANAGER,
         lambda today: Q(_ahead(current_on__lt=today)), "milestones",
         applies=lambda today: Q(_below(Milestone, withdrawn_at=None))),
    Rule("estimate", _("Cost estimate"), _("The council votes on a cost."), MANAGER,
         lambda today: ~Q(_below(CostEstimate)), "costs"),
    Rule("authorisation", _("Authorisation (AP)"), _("It limits what may be committed."), FINANCE,
         lambda today: ~Q(_below(Authorisation, kind="VOTED")), "money"),
    Rule("credits", _("Credits (CP) of this year"), _("They limit what may be paid this year."),
         FINANCE,
         lambda today: ~Q(_below(PaymentCredit, year=today.year, section=Section.INVESTMENT)),
         "money", days=365),
    Rule("paid", _("Payments of closed years"), _("What was paid is known once a year is closed."),
         FINANCE, lambda today: Q(_below(PaymentCredit, year__lt=today.year, paid_eur=None)),
         "money", days=365, applies=lambda today: Q(_below(PaymentCredit, year__lt=today.year))),
    Rule("funding", _("Answers of the funders"), _("A request of a year ago has an answer."),
         FINANCE,
         lambda today: Q(_below(Funding, notified_eur=None,
                                requested_on__lt=today - timedelta(days=ANSWER_WITHIN))),
         "money", days=ANSWER_WITHIN, applies=lambda today: Q(_below(Funding))),
    Rule("update", _("Recent update"), _("A record nobody touches is not to be trusted."), MANAGER,
         lambda today: _updated_before(today - timedelta(days=STALE_AFTER)), "facts", EDIT,
         days=STALE_AFTER),
)  # fmt: skip


@dataclass(frozen=True)
class Count:
    """`missing` of the `applicable` projects."""

    rule: Rule
    missing: int
    applicable: int


@dataclass(frozen=True)
class Group:
    """A department or a programme; its code is empty for projects without one."""

    code: str
    name: str
    projects: int
    counts: tuple[Count, ...]

    @property
    def known(self) -> int:
        return sum(count.applicable - count.missing for count in self.counts)

    @property
    def applicable(self) -> int:
        return sum(count.applicable for count in self.counts)

    @property
    def percent(self) -> float | None:
        """Of the facts that apply, how many are known."""
        return 100 * self.known / self.applicable if self.applicable else None

    @property
    def gaps(self) -> list[Count]:
        """What is missing, the most frequent first."""
        return sorted((c for c in self.counts if c.missing), key=lambda c: -c.missing)


@dataclass(frozen=True)
class Board:
    whole: Group
    departments: tuple[Group, ...]
    programmes: tuple[Group, ...]


@dataclass(frozen=True)
class Completeness:
    """The facts of one project: `known` of `applicable`, and the rules that are not met."""

    known: int
    applicable: int
    missing: tuple[Rule, ...]


def choices() -> list[tuple[str, Promise]]:
    return [(rule.code, rule.label) for rule in RULES]


def lacking(projects: ProjectQuerySet, code: str, today: date) -> ProjectQuerySet:
    """Active projects of which a rule finds the fact missing or stale."""
    rule = next(rule for rule in RULES if rule.code == code)
    return projects.alias(lacking=rule.flag(today)).filter(state="ACTIVE", lacking=True)


def completeness(project: Project, today: date) -> Completeness:
    (flags,) = _flags(Project.objects.filter(pk=project.pk), today)
    pairs = [(rule, flags[FLAG + rule.code]) for rule in RULES]
    missing = tuple(rule for rule, flag in pairs if flag)
    applicable = sum(flag is not None for _rule, flag in pairs)
    return Completeness(applicable - len(missing), applicable, missing)


def board(projects: ProjectQuerySet, today: date) -> Board:
    """Active `projects` by department and by programme; four queries."""
    once = projects.filter(state="ACTIVE").once()
    flags = list(_flags(once, today))
    return Board(
        whole=_group("", "", flags),
        departments=_groups(flags, "lead_id", Organisation),
        programmes=_groups(flags, "programme_id", Programme),
    )


# ---------------------------------------------------------------- below

Flags = dict[str, object]


def _flags(projects: ProjectQuerySet, today: date) -> Iterable[Flags]:
    flags = {FLAG + rule.code: rule.flag(today) for rule in RULES}
    names = ["lead_id", "programme_id", *flags]
    found: Iterable[Flags] = projects.annotate(**flags).order_by(F("pk")).values(*names)
    return found


def _groups(
    flags: Sequence[Flags], column: str, model: type[Organisation] | type[Programme]
) -> tuple[Group, ...]:
    by_key: dict[object, list[Flags]] = defaultdict(list)
    for row in flags:
        by_key[row[column]].append(row)
    named = model._base_manager.in_bulk([key for key in by_key if key is not None])
    groups = [
        _group(named[key].code if key else "", named[key].name if key else "", rows)
        for key, rows in by_key.items()
    ]
    return tuple(sorted(groups, key=lambda group: (not group.code, group.name)))


def _group(code: str, name: str, rows: Sequence[Flags]) -> Group:
    counts = tuple(
        Count(
            rule,
            missing=sum(row[FLAG + rule.code] is True for row in rows),
            applicable=sum(row[FLAG + rule.code] is not None for row in rows),
        )
        for rule in RULES
    )
    return Group(code, name, len(rows), counts)
