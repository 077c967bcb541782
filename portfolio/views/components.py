"""The living page of components: each one with example inputs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.messages import ERROR, SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portfolio.analysis.risks import Level
from portfolio.charts.gantt import Bar, Gantt, Lane, Mark, gantt
from portfolio.charts.maps.place import example_map
from portfolio.charts.money_bar import money_bar
from portfolio.queries.projects import MilestoneStep
from portfolio.queries.risks import empty_matrix
from portfolio.templatetags.figures import about_euros

STATUSES = ["ON_TRACK", "AT_RISK", "OFF_TRACK", "ACHIEVED", "TOO_EARLY", "UNKNOWN"]
WEATHERS = ["SUNNY", "CLOUDY", "STORMY", "TEMPEST", "NOT_SET"]
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
        "levels": [level.name for level in Level],
        "matrix": empty_matrix(),
        "weathers": WEATHERS,
        "jobs": JOBS,
        "phases": phases,
        "current_phase": phases[1],
        "old_day": date(2025, 3, 1),
        "first_day": date(2027, 3, 1),
        "later_day": date(2027, 11, 1),
        "first_cost": Decimal(12_400_000),
        "current_cost": Decimal(13_087_500),
        "milestones": example_milestones(),
        "updated_at": datetime(2026, 5, 26, 8, 0, tzinfo=UTC),
        "place": example_map(),
        "money": money_bar(original_eur=Decimal(12_400_000), current_eur=Decimal(13_087_500)),
        "gantt": example_gantt(),
        **example_list(),
        **example_messages(),
    }


class ExampleForm(forms.Form):
    """A filter, and a form with an error where nothing is given."""

    q = forms.CharField(label=lazy("Search"))
    phase = forms.ChoiceField(
        label=lazy("Phase"), choices=[("", lazy("Any")), ("works", lazy("Works"))]
    )


def example_list() -> dict[str, object]:
    """The filter bar, the table and the map of a list."""
    columns = [
        SimpleNamespace(label=_("Project"), is_number=False),
        SimpleNamespace(label=_("Cost"), is_number=True),
    ]
    cells = [(_("Example project"), about_euros(Decimal(13_087_500))), (_("Opening"), "–")]
    tiles = {
        layer: reverse("tile", args=[layer, 0, 0, 0]).replace("/0/0/0.pbf", "/{z}/{x}/{y}.pbf")
        for layer in ("communes", "projets")
    }
    return {
        "filter_form": ExampleForm(initial={"phase": "works"}),
        "chips": [SimpleNamespace(label=_("Works"), address="#filters")],
        "columns": columns,
        "table_rows": [list(zip(texts, columns, strict=True)) for texts in cells],
        "tiles": tiles,
        "envelope": ",".join(str(edge) for edge in settings.TERRITORY.envelope),
    }


def example_messages() -> dict[str, object]:
    """What a page says after an action, and a form that was refused."""
    texts = [
        (SUCCESS, _("Changes saved.")),
        (WARNING, _("A pull of this feed is already planned or under way.")),
        (ERROR, _("Failed.")),
    ]
    return {
        "notices": [Message(level, text) for level, text in texts],
        "wrong_form": ExampleForm({"wrong-phase": "works"}, prefix="wrong"),
    }


def example_gantt() -> Gantt | None:
    """A phase done, one under way and late, one to come; a procedure; a milestone that moved."""
    start, end, later = date(2025, 1, 6), date(2025, 8, 29), date(2026, 12, 18)
    lanes = [
        Lane(_("Studies"), (Bar("ORIGINAL", start, end), Bar("ACTUAL", start, end))),
        Lane(
            _("Works"),
            (
                Bar("ORIGINAL", date(2025, 9, 1), date(2026, 9, 30)),
                Bar("CURRENT", date(2025, 9, 15), later),
                Bar("ACTUAL", date(2025, 9, 15), date(2026, 6, 1)),
            ),
        ),
        Lane(_("Procedure"), (Bar("PROCEDURE", date(2025, 3, 3), date(2025, 4, 18)),)),
        Lane(_("Opening"), (), (Mark("ORIGINAL", date(2026, 9, 30)), Mark("CURRENT", later))),
    ]
    return gantt(lanes, today=date(2026, 6, 1), title=_("Example project"))


def example_milestones() -> list[MilestoneStep]:
    start, opening = date(2025, 9, 1), date(2027, 3, 1)
    return [
        MilestoneStep(_("Start of works"), start, start, start, ""),
        MilestoneStep(
            _("Opening"), opening, date(2027, 11, 1), None, _("Pollution found in the ground.")
        ),
    ]
