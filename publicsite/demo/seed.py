"""The whole demonstration in one transaction; what exists already is left as it is."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from indicators.demo import sources, targets
from portfolio.demo import accounts, history, money, projects, reference
from publicsite.demo import stories


class NotADemonstrationError(Exception):
    """The territory of this installation is a real one."""


@dataclass(frozen=True)
class Seeded:
    """What was added; all zero or empty where everything was there."""

    projects: int
    budgets: int
    targets: int
    stories: int
    sources: int
    accounts: list[str]


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
            sources=len(sources.apply(platform_url)),
            targets=targets.seed(),
            stories=stories.seed(),
        )
        history.date_back()
        return seeded
