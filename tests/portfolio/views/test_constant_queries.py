"""A screen asks the database as often for 200 projects as for 20, whoever reads it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.models import (
    Alert,
    Authorisation,
    CostEstimate,
    Milestone,
    PaymentCredit,
    PhasePeriod,
    Project,
    Review,
    Risk,
)
from portfolio.services import alerts
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_phase_set,
    make_programme,
    make_role,
    make_user,
)

SCREENS = (
    "/pilotage/",
    "/pilotage/tableau-de-bord/?lead=tout",
    "/pilotage/qualite/",
    "/pilotage/calendrier/",
    "/pilotage/ppi/",
    "/pilotage/programmes/",
    "/pilotage/programmes/politique/",
    "/pilotage/alertes/?scope=all",
    "/pilotage/risques/",
    "/pilotage/revues/",
    "/pilotage/projets.xlsx",
)
LISTS = tuple(
    f"/pilotage/projets/?{query}"
    for query in (
        "sort=-commissioning", "sort=manager", "missing=milestone", "late=ANY", "overrun=YES",
        "computed=OFF_TRACK", "review=MISSING", "alert=ANY", "meteo=STORMY", "q=ecole+n-0001",
    )
)  # fmt: skip


@pytest.fixture
def register(db):
    return make_programme(code="politique"), make_organisation(code="dir-a", kind="DEPARTMENT")


@pytest.fixture(params=["administrator", "manager", "director"])
def reader(request, client, register):
    programme, department = register
    user = make_user(is_superuser=request.param == "administrator")
    if request.param == "manager":
        user.organisation = department
        user.save()
    if request.param == "director":
        make_role(user, "PROGRAMME_DIRECTOR", programme)
    client.force_login(user)
    return user


@pytest.mark.parametrize("address", [*SCREENS, *LISTS])
def test_ten_times_the_projects_take_no_more_queries(client, register, reader, address):
    add(20, *register, manager=reader)
    few = count(client, address)
    add(180, *register, manager=reader)
    assert count(client, address) == few


def test_the_look_for_alerts_takes_no_more_queries_where_nothing_changes(register):
    add(20, *register, manager=make_user())
    few = look()
    add(180, *register, manager=None)
    alerts.reconcile(at=timezone.now())
    assert look() == few


def look() -> int:
    alerts.reconcile(at=timezone.now())
    with CaptureQueriesContext(connection) as captured:
        alerts.reconcile(at=timezone.now())
        return len(captured)


def count(client, address: str) -> int:
    client.get(address)  # what is seen for the first time is marked
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
        return len(captured)


def add(number: int, programme, department, *, manager) -> None:
    today, known = timezone.localdate(), Project.objects.count()
    phase_set = make_phase_set()
    phase = phase_set.phases.get(rank=2)
    projects = Project.objects.bulk_create(
        Project(code=f"N-{n:05d}", name_fr=f"École {n}", phase_set=phase_set, phase=phase,
                visibility="INTERNAL", programme=programme, lead=department, manager=manager,
                created_at=NOW, updated_at=NOW)
        for n in range(known, known + number)
    )  # fmt: skip
    last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    day = timedelta(days=1)
    below = [
        (
            Milestone(project=project, code="j", name_fr="J", original_on=today - 40 * day,
                      current_on=today + 3 * day, is_commissioning=True),
            CostEstimate(project=project, version=1, amount_eur=Decimal(100),
                         valued_on=date(2025, 1, 1), recorded_at=NOW),
            CostEstimate(project=project, version=2, amount_eur=Decimal(150), reason="Révision",
                         valued_on=date(2025, 1, 1), recorded_at=NOW),
            PaymentCredit(project=project, year=today.year, voted_eur=Decimal(10), recorded_at=NOW),
            Authorisation(project=project, kind="VOTED", amount_eur=Decimal(90),
                          voted_on=date(2025, 1, 1), recorded_at=NOW),
            PhasePeriod(project=project, phase=phase, original_starts_on=today,
                        original_ends_on=today, current_starts_on=today, current_ends_on=today),
            Risk(project=project, title="Sol", category="TECHNICAL", probability=2, severity=3,
                 response="ACCEPT", opened_on=today, recorded_at=NOW),
            Review(project=project, month=last_month, schedule="STORMY", sentence="Retard.",
                   state="SUBMITTED", submitted_at=NOW, updated_at=NOW),
            Alert(project=project, kind="MILESTONE_DUE", subject="j", opened_at=NOW,
                  data={"name_fr": "J", "name_en": "", "on": today.isoformat()}),
        )
        for project in projects
    ]  # fmt: skip
    for rows in zip(*below, strict=True):
        type(rows[0]).objects.bulk_create(rows)
