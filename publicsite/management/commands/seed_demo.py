"""manage.py seed_demo"""

import os

from django.core.management.base import BaseCommand, CommandError

from ops.paths import VAR
from publicsite.demo.seed import NotADemonstrationError, Seeded, seed

ACCOUNTS_FILE = VAR / "demo-accounts.txt"


class Command(BaseCommand):
    help = "Adds the fictitious metropolis of Valombre, or what is missing of it."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        url = os.environ.get("PLATFORM_URL", "http://127.0.0.1:8100")
        try:
            done = seed(platform_url=url, accounts_file=ACCOUNTS_FILE)
        except NotADemonstrationError as error:
            raise CommandError(
                f"{error} is not a demonstration: nothing was added. TERRITORY says so."
            ) from error
        self.stdout.write(sentence(done))


def sentence(done: Seeded) -> str:
    counts = {
        "projects": done.projects,
        "targets": done.targets,
        "causal links": done.links,
        "evaluations": done.evaluations,
        "decisions": done.decisions,
        "budgets": done.budgets,
        "estimates completed": done.estimates,
        "green marks": done.marks,
        "calendars": done.calendars,
        "projects with people": done.people,
        "projects with risks": done.risks,
        "documents": done.documents,
        "projects reviewed": done.reviews,
        "stories": done.stories,
        "changes of sources": done.sources,
        "files deposited": done.deposits,
        "uses of figures": done.usages,
        "known breaks": done.breaks,
        "scenarios": done.scenarios,
        "accounts": len(done.accounts),
        "roles": done.roles,
        "exercises of prioritisation": done.exercises,
    }
    added = [f"{number} {what}" for what, number in counts.items() if number]
    return f"Demonstration: {', '.join(added)} added" if added else "Demonstration: all is there"
