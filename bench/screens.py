"""What the screens cost with 200 and 2,000 projects: queries, time on the processor.

Each is asked in this process, so that the load of the machine tells little; the time of the
database is that of its own session on the processor (Linux).
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import project_list as base  # sets Django up
from portfolio.models import (
    Authorisation,
    Funding,
    Organisation,
    PhasePeriod,
    Procedure,
    ProcedureKind,
    Programme,
    Project,
    Review,
    Risk,
    User,
)
from portfolio.services import alerts
from tests.factories.portfolio import (
    NOW,
    make_organisation,
    make_programme,
    make_role,
)

SIZES = (200, 2000)
RUNS = 5
LIST = "/pilotage/projets/"
SORTS = ("name", "programme", "lead", "manager", "phase", "starts_on", "ends_on", "milestone",
         "commissioning", "original_eur", "current_eur", "updated_at")  # fmt: skip
FILTERS = ("state=ACTIVE", "lead=dep-3", "missing=milestone", "late=ANY", "overrun=YES",
           "computed=OFF_TRACK", "review=MISSING", "alert=ANY", "meteo=STORMY",
           "q=projet+pont", "q=elargie+b-0001")  # fmt: skip
SCREENS = {
    "list": f"{LIST}?all=1",
    **{f"list, {what}": f"{LIST}?{what}" for what in FILTERS},
    **{f"list by {sort}": f"{LIST}?sort=-{sort}" for sort in SORTS},
    "my week": "/pilotage/",
    "dashboard": "/pilotage/tableau-de-bord/?lead=tout",
    "quality": "/pilotage/qualite/",
    "calendar": "/pilotage/calendrier/",
    "plan (PPI)": "/pilotage/ppi/",
    "programmes": "/pilotage/programmes/",
    "one programme": "/pilotage/programmes/politique/",
    "alerts": "/pilotage/alertes/?scope=all",
    "risks": "/pilotage/risques/",
    "reviews to validate": "/pilotage/revues/",
    "one project": f"{LIST}B-00007/",
    "Excel file of the list": "/pilotage/projets.xlsx",
}
READERS = ("administrator", "manager", "director")


@dataclass(frozen=True)
class Cost:
    """`python_ms` and `database_ms`: on the processor, the least of the runs."""

    queries: int
    python_ms: float
    database_ms: float

    @property
    def total_ms(self) -> float:
        return self.python_ms + self.database_ms


def main() -> None:
    base.fresh_database()
    call_command("collectstatic", verbosity=0, interactive=False)
    costs: dict[tuple[str, int], Cost] = {}
    clients: dict[str, Client] = {}
    for size in SIZES:
        _seed(size)
        clients = clients or _readers()
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")  # all in one session
        for reader, client in clients.items():
            for name, address in SCREENS.items():
                if _is_asked(name, reader):
                    costs[f"{name} ({reader})", size] = measured(_asked(client, address))
        costs["look for alerts", size] = measured(lambda: alerts.reconcile(at=timezone.now()))
    _report(costs)
    if kept := os.environ.get("BENCH_KEEP"):
        rows = {f"{name}|{size}": vars(cost) for (name, size), cost in costs.items()}
        Path(kept).write_text(json.dumps(rows))
    base.drop()


def _is_asked(name: str, reader: str) -> bool:
    """Rights of each kind where they weigh; one reader for the rest."""
    return reader == READERS[0] or name in {
        "list", "list, q=projet+pont", "list by milestone", "my week", "dashboard", "one project"
    }  # fmt: skip


def _asked(client: Client, address: str) -> Callable[[], object]:
    def ask() -> None:
        answer = client.get(address, headers={"host": "localhost"})
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        b"".join(answer)

    return ask


def measured(act: Callable[[], object]) -> Cost:
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
        queries = len(captured)  # the next request empties the log
    pairs = [_once(act) for _ in range(RUNS)]
    python, database = (min(column) for column in zip(*pairs, strict=True))
    return Cost(queries, python, database)


def _once(act: Callable[[], object]) -> tuple[float, float]:
    started, session = time.process_time(), _session_ms()
    act()
    return (time.process_time() - started) * 1000, _session_ms() - session


def _session_ms() -> float:
    """What the server's session has used of the processor; 0 where the system does not say."""
    with suppress(OSError):
        pid = connection.connection.info.backend_pid
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
    return 0.0


def _report(costs: dict[tuple[str, int], Cost]) -> None:
    few, many = SIZES
    print("## What the screens cost\n")
    print(
        f"Least of {RUNS} requests, asked in one process; time on the processor. The last column:"
    )
    print(f"the whole time with {many:,} projects beside that with {few}.\n")
    print(f"| what | queries, {few} | queries, {many:,} | Python ms | database ms | ratio |")
    print("|---|---|---|---|---|---|")
    for name in dict.fromkeys(name for name, _size in costs):
        small, large = costs[name, few], costs[name, many]
        print(
            f"| {name} | {small.queries} | {large.queries} | {large.python_ms:.0f} "
            f"| {large.database_ms:.0f} | {large.total_ms / small.total_ms:.1f} |"
        )


# ---------------------------------------------------------------- the register


def _readers() -> dict[str, Client]:
    department = Organisation.objects.get(code="dep-3")
    users = {name: User.objects.create_user(name, organisation=department) for name in READERS}
    User.objects.filter(username="administrator").update(is_superuser=True, organisation=None)
    make_role(users["director"], "PROGRAMME_DIRECTOR", Programme.objects.get(code="politique"))
    for number in range(0, 200, 10):
        Project.objects.filter(code=f"B-{number:05d}").update(manager=users["manager"])
    found = {}
    for name, user in users.items():
        found[name] = Client()
        found[name].force_login(user)
    return found


def _seed(size: int) -> None:
    if not Programme.objects.exists():
        _reference()
    known = set(Project.objects.values_list("pk", flat=True))
    base.seed(size)
    seed = Random(size)
    projects = list(Project.objects.exclude(pk__in=known))
    departments = list(Organisation.objects.filter(code__startswith="dep-"))
    managers = list(User.objects.filter(username__startswith="chef-"))
    for project in projects:
        project.lead = seed.choice(departments)
        project.manager = seed.choice(managers)
        project.summary_fr = "Une rue élargie, des arbres, un passage. " * 6
    Project.objects.bulk_update(projects, ["lead", "manager", "summary_fr"])
    _below(projects, seed)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _reference() -> None:
    root = make_organisation(code="dep-0", kind="DEPARTMENT")
    for number in range(1, 30):
        make_organisation(code=f"dep-{number}", kind="DEPARTMENT", parent=root)
    policy = make_programme(code="politique")
    for number in range(20):
        make_programme(parent=policy if number < 5 else None)
    for number in range(100):
        User.objects.create_user(f"chef-{number}", last_name=f"Nom {number}")


def _below(projects: list[Project], seed: Random) -> None:
    today = timezone.localdate()
    Authorisation.objects.bulk_create(
        Authorisation(project=p, kind="VOTED", amount_eur=Decimal(4 * 10**6),
                      voted_on=date(2024, 1, 1), recorded_at=NOW)
        for p in projects
    )  # fmt: skip
    funders = list(Organisation.objects.all()[:10])
    Funding.objects.bulk_create(
        Funding(project=p, funder=funder, scheme="DSIL", recorded_at=NOW,
                requested_eur=Decimal(10**5), requested_on=date(2024, 1, 1),
                deadline_on=today + timedelta(days=seed.randrange(200)))
        for p in projects for funder in seed.sample(funders, 2)
    )  # fmt: skip
    phases = list(projects[0].phase_set.phases.order_by("rank"))
    PhasePeriod.objects.bulk_create(
        PhasePeriod(project=p, phase=phase, original_starts_on=start, original_ends_on=end,
                    current_starts_on=start, current_ends_on=end)
        for p in projects for rank, phase in enumerate(phases)
        for start, end in [(date(2024 + rank, 1, 1), date(2024 + rank, 12, 31))]
    )  # fmt: skip
    kind = ProcedureKind.objects.order_by("pk")[0]
    Procedure.objects.bulk_create(
        Procedure(project=p, kind=kind, foreseen_starts_on=date(2027, 1, 4), recorded_at=NOW)
        for p in projects
    )
    Risk.objects.bulk_create(
        Risk(project=p, title=f"Risque {n}", category="TECHNICAL", probability=seed.randint(1, 4),
             severity=seed.randint(1, 4), response="REDUCE", action="Sonder le sol",
             opened_on=date(2026, 1, 5), due_on=today + timedelta(days=seed.randrange(-30, 300)),
             recorded_at=NOW)
        for p in projects for n in range(2)
    )  # fmt: skip
    month = today.replace(day=1)
    Review.objects.bulk_create(
        Review(project=p, month=m, state=state, sentence="Le chantier avance.",
               schedule=seed.choice(["SUNNY", "CLOUDY", "STORMY"]), updated_at=NOW,
               submitted_at=NOW, validated_at=NOW)
        for p in projects[: len(projects) * 4 // 5]
        for m, state in ((_before(month, 2), "VALIDATED"), (_before(month, 1), "SUBMITTED"))
    )  # fmt: skip


def _before(month: date, count: int) -> date:
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


if __name__ == "__main__":
    sys.exit(main())
