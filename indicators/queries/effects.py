"""What a project undertakes to change, with what is measured: ready for a page or a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import translation

from indicators.analysis.progress import Status
from indicators.charts.path import PathChart, path_chart
from indicators.charts.wording import sentence
from indicators.models import Target
from indicators.queries.targets import target_views
from indicators.results import TargetView
from portfolio.models import Project


@dataclass(frozen=True)
class ProjectEffect:
    """`chart` goes straight into `{% include "indicators/charts/path.html" with chart=… %}`."""

    view: TargetView
    chart: PathChart
    sentence: str

    @property
    def status(self) -> Status:
        return self.view.status


def project_effects(
    project: Project, *, today: date, language: str = "", as_of: datetime | None = None
) -> list[ProjectEffect]:
    """Every target of the project, in the order of the indicators' codes.

    The caller has already checked that the reader may see the project. `language` is "fr" or
    "en"; empty means the active one.
    """
    targets = (
        Target.objects.filter(project=project)
        .select_related("indicator", "zone")
        .order_by("indicator__code", "zone__code")
    )
    with translation.override(language or translation.get_language() or "fr"):
        return [
            ProjectEffect(view, path_chart(view), sentence(view))
            for view in target_views(targets, today=today, as_of=as_of)
        ]
