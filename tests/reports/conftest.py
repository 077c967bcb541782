"""A project with everything a sheet can say."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.gis.geos import LineString

from portfolio.models import Milestone, MilestoneRevision, Project, ProjectZone
from tests.factories.indicators import make_feed, make_observations, make_target
from tests.factories.portfolio import (
    NOW,
    make_estimate,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_user,
    make_zone,
    square,
)  # fmt: skip


@pytest.fixture
def project(db) -> Project:
    project = make_project(
        code="P-100",
        name_fr="Pont-quai des Mariniers",
        name_en="Mariners' quay bridge",
        summary_fr="Un passage à pied et à vélo, sans voiture, entre les deux rives.",
        summary_en="A crossing on foot and by bicycle between the two banks.",
        cost=Decimal("12400000"),
        programme=make_programme(name_fr="Mobilités actives", name_en="Active travel"),
        lead=make_organisation(name_fr="Direction de la mobilité", name_en="Mobility department"),
        geometry=LineString((-0.505, 45.205), (-0.49, 45.21), (-0.47, 45.208), srid=4326),
    )
    make_estimate(project, Decimal("13100000"), reason="Fondations plus profondes que prévu.")
    postpone(make_milestone(project), date(2027, 11, 1), "Pollution trouvée dans le sol.")
    for name, x in (("Rive-Haute", -0.52), ("Rive-Basse", -0.5), ("Les Prés", -0.48)):
        zone = make_zone(name=name, geometry=square(x, 45.195))
        if name != "Les Prés":
            ProjectZone.objects.create(project=project, zone=zone, origin="INTERSECTION")
    return project


def postpone(milestone: Milestone, to: date, reason: str) -> None:
    MilestoneRevision.objects.create(
        milestone=milestone, before_on=milestone.current_on, after_on=to, reason=reason,
        author=make_user(), revised_at=NOW,
    )  # fmt: skip
    milestone.current_on = to
    milestone.save()


@pytest.fixture
def measured_project(project: Project) -> Project:
    feed = make_feed()
    months = [date(2024 + month // 12, month % 12 + 1, 1) for month in range(29)]
    values = {day: 100 + 2.5 * rank for rank, day in enumerate(months)}
    values[date(2025, 3, 1)] = None
    zone = project.zones.first()
    make_observations(feed, zone, values)
    make_target(project=project, indicator=feed.indicator, zone=zone)
    make_target(project=project, zone=zone)
    return project


LATER = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)
