"""The results chain of a project: what is spent, what is built, what that moves, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from indicators.models import CausalLink, Indicator
from indicators.queries.kept import events, last_by, made
from indicators.queries.target_history import targets_of
from indicators.queries.targets import target_views
from indicators.results import LEVELS, Fact, Level, ResultsChain, Step, TargetView
from portfolio.models import Milestone, Project
from portfolio.templatetags.figures import about_euros, day


def results_chain(project: Project, *, today: date, as_of: datetime | None = None) -> ResultsChain:
    """The caller has checked that the reader may see the project. `as_of`: None for now."""
    links = tuple(links_of(project, as_of=as_of))
    views = target_views(targets_of(Q(project=project), as_of=as_of), today=today, as_of=as_of)
    steps = _steps(views, links)
    # Of the past, the register tells its facts on the project's own page.
    facts = _facts(project) if steps and as_of is None else {}
    levels = (Level(family, tuple(_of(family, steps)), facts.get(family, ())) for family in LEVELS)
    return ResultsChain(tuple(level for level in levels if level.steps or level.facts), links)


def _facts(project: Project) -> dict[str, tuple[Fact, ...]]:
    """What is spent, and what is opened."""
    costed: Any = Project.objects.with_costs().get(pk=project.pk)
    amount = costed.current_cost_eur
    paid = project.credits.aggregate(sum=Sum("paid_eur"))["sum"]
    money = [
        Fact(_("Cost of the project"), "" if amount is None else about_euros(amount)),
        Fact(_("Paid so far"), "" if paid is None else about_euros(paid)),
    ]
    opened = project.milestones.filter(is_commissioning=True, withdrawn_at=None)
    dates = (Fact(one.name, _opened(one)) for one in opened)
    return {"INPUT": tuple(fact for fact in money if fact.value), "OUTPUT": tuple(dates)}


def _opened(milestone: Milestone) -> str:
    if milestone.actual_on:
        return _("done on %(day)s") % {"day": day(milestone.actual_on)}
    return _("announced for %(day)s") % {"day": day(milestone.current_on)}


def links_of(project: Project, *, as_of: datetime | None = None) -> list[CausalLink]:
    """Now, or as they stood at an instant; measures joined, in the order of their names."""
    joined = ("cause", "effect", "project")
    if as_of is None:
        now = CausalLink.objects.standing().filter(project=project)
        found = list(now.select_related(*joined))
    else:
        last = last_by(CausalLink, as_of).filter(project=project).values_list("pgh_id", flat=True)
        kept = events(CausalLink).filter(pgh_id__in=list(last), withdrawn_at=None)
        rows = kept.exclude(pgh_label="delete").select_related(*joined)
        found = [_made(row) for row in rows]
    order = {family: place for place, family in enumerate(LEVELS)}
    return sorted(found, key=lambda link: (order[link.cause.family], link.cause.name,
                                           order[link.effect.family], link.effect.name))  # fmt: skip


def _made(row: CausalLink) -> CausalLink:
    link: CausalLink = made(CausalLink, row)
    link.cause, link.effect, link.project = row.cause, row.effect, row.project
    return link


def _steps(views: Iterable[TargetView], links: Iterable[CausalLink]) -> list[Step]:
    """Those with a target first, then those that the links alone name."""
    by_indicator: dict[int, list[TargetView]] = {}
    known: dict[int, Indicator] = {}
    for view in views:
        by_indicator.setdefault(view.indicator.pk, []).append(view)
        known.setdefault(view.indicator.pk, view.indicator)
    for link in links:
        for one in (link.cause, link.effect):
            known.setdefault(one.pk, one)
    return [Step(one, tuple(by_indicator.get(key, ()))) for key, one in known.items()]


def _of(family: str, steps: Iterable[Step]) -> Iterator[Step]:
    return (step for step in steps if step.indicator.family == family)
