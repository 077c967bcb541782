"""The living page of components: each one with example inputs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portfolio.charts.maps.place import example_map
from portfolio.queries.projects import MilestoneStep

STATUSES = ["ON_TRACK", "AT_RISK", "OFF_TRACK", "ACHIEVED", "TOO_EARLY", "UNKNOWN"]
JOBS = ["WAITING", "RUNNING", "DONE", "FAILED"]


@login_required
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "portfolio/pages/components.html", examples())


def examples() -> dict[str, object]:
    """Inputs that show every state of every component; nothing here is read from the register."""
    phases = [
        SimpleNamespace(name=name, rank=rank)
        for rank, name in enumerate([_("Studies"), _("Works"), _("In service")], start=1)
    ]
    return {
        "statuses": STATUSES,
        "jobs": JOBS,
        "phases": phases,
        "current_phase": phases[1],
        "first_day": date(2027, 3, 1),
        "later_day": date(2027, 11, 1),
        "first_cost": Decimal(12_400_000),
        "current_cost": Decimal(13_087_500),
        "milestones": example_milestones(),
        "updated_at": datetime(2026, 5, 26, 8, 0, tzinfo=UTC),
        "place": example_map(),
    }


def example_milestones() -> list[MilestoneStep]:
    start, opening = date(2025, 9, 1), date(2027, 3, 1)
    return [
        MilestoneStep(_("Start of works"), start, start, start, ""),
        MilestoneStep(
            _("Opening"), opening, date(2027, 11, 1), None, _("Pollution found in the ground.")
        ),
    ]
