"""The whole demonstration in one transaction; what exists already is left as it is."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from indicators.demo import breaks, chains, deposits, evaluations, sources, targets, usages
from portfolio.demo import (
    accounts,
    calendar,
    committees,
    documents,
    green,
    history,
    money,
    prices,
    priorities,
    projects,
    reference,
    reviews,
    risks,
    saved_views,
    scenarios,
    stakeholders,
)
from publicsite.demo import stories


class NotADemonstrationError(Exception):
    """The territory of this installation is a real one."""


@dataclass(frozen=True)
class Seeded:
    """What was added; all zero or empty where everything was there."""

    projects: int
    budgets: int
    estimates: int
    marks: int
    calendars: int
    people: int
    risks: int
    documents: int
    reviews: int
    targets: int
    links: int
    evaluations: int
    decisions: int
    stories: int
    sources: int
    deposits: int
    usages: int
    breaks: int
    roles: int
    accounts: list[str]
    views: int
    scenarios: int
    exercises: int


def seed(*, platform_url: str, accounts_file: Path) -> Seeded:
    """Add what is missing. Raises NotADemonstrationError on the territory of a real city."""
    if not settings.TERRITORY.demonstration:
        raise NotADemonstrationError(settings.TERRITORY.name)
    with transaction.atomic():
        reference.seed()
        seeded = Seeded(
            accounts=accounts.seed(accounts_file),
            projects=projects.seed(),
            budgets=money.seed(),
            estimates=prices.seed(),
            marks=green.seed(),
            calendars=calendar.seed(),
            people=stakeholders.seed(),
            risks=risks.seed(),
            documents=documents.seed(),
            reviews=reviews.seed(),
            sources=len(sources.apply(platform_url)),
            deposits=deposits.seed(now=timezone.now()),
            targets=targets.seed(),
            links=chains.seed(),
            evaluations=evaluations.seed(),
            decisions=committees.seed(),
            stories=stories.seed(),
            usages=usages.seed(),
            breaks=breaks.seed(),
            roles=accounts.seed_roles(),
            views=saved_views.seed(),
            scenarios=scenarios.seed(),
            exercises=priorities.seed(),
        )
        history.date_back()
        return seeded
