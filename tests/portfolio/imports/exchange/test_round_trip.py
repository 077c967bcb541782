"""What goes out comes back the same; what was edited, and nothing else, changes."""

import io
import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from portfolio.imports.exchange.columns import COLUMNS
from portfolio.models import (
    Authorisation,
    CostEstimate,
    Milestone,
    PaymentCredit,
    Programme,
    Project,
    ProjectZone,
)  # fmt: skip
from tests.factories.portfolio import NOW, make_organisation, make_phase_set, make_user
from tests.portfolio.imports.exchange.sheets import apply, cell, exported, put, saved, send
from tests.portfolio.imports.files import PARIS, needs_paris

pytestmark = pytest.mark.django_db
SEED, PROJECTS, EDITS = 20260601, 1000, 400
TABLES = (Project, PaymentCredit, Milestone, CostEstimate, Authorisation, ProjectZone)
# Texts that a spreadsheet, an archive or a form treats in its own way.
ODD = ["=1+1", "+33 5 56", " deux  espaces ", "ligne\r\nligne\r\n\r\nfin ", "tab\tici", "'apostrophe",
       "n.d.", "-", "TRUE", "1.5", "2026-01-01", "#N/A?", "\u00a0insécable\u202f!", "é" * 240,
       "<b>&amp;</b>", "00012", "1e5", "", "\u200bzéro", "emoji 🚲"]  # fmt: skip


@pytest.fixture
def owner(client, db):
    owner = make_user(is_superuser=True, first_name="Inès", last_name="Roy")
    client.force_login(owner)
    return owner


@pytest.fixture
def seed() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def register(owner, seed) -> list[Project]:
    """A thousand projects, whose texts are odd and whose facts are often missing."""
    departments = [make_organisation(name_fr=f"Direction {i}") for i in range(8)]
    programmes = [Programme.objects.create(code=f"p{i}", name_fr=f"Programme {i % 6}")
                  for i in range(9)]  # fmt: skip
    agents = [make_user(first_name="A", last_name=f"Agent {i % 4}") for i in range(6)]
    phase_set = make_phase_set()
    phases = [*phase_set.phases.all(), None]
    projects = Project.objects.bulk_create(
        Project(
            code=f"X-{n:04d}", name_fr=(seed.choice(ODD).strip() or "Projet") + f" {n}",
            name_en=seed.choice(ODD), summary_fr=seed.choice(ODD) * 2, address=seed.choice(ODD),
            programme=seed.choice([*programmes, None]), lead=seed.choice([*departments, None]),
            manager=seed.choice([*agents, None]), phase_set=phase_set, phase=seed.choice(phases),
            state=seed.choice(Project.State.values), starts_on=_day(seed, 2020),
            visibility=seed.choice(Project.Visibility.values), ends_on=_day(seed, 2028),
            created_at=NOW, updated_at=NOW - timedelta(microseconds=n),
        )
        for n in range(PROJECTS)
    )  # fmt: skip
    PaymentCredit.objects.bulk_create(
        PaymentCredit(project=p, year=year, section=section, voted_eur=_cents(seed, 9),
                      committed_eur=seed.choice([None, Decimal("0.10")]), recorded_at=NOW)
        for p in projects[:300] for year, section in ((2026, "INVESTMENT"), (2027, "OPERATING"))
    )  # fmt: skip
    return projects


def _day(seed: random.Random, year: int) -> date | None:
    return seed.choice([None, date(year, 1, 1) + timedelta(days=seed.randrange(700))])


def _cents(seed: random.Random, digits: int) -> Decimal:
    return Decimal(seed.randrange(10 ** (digits + 2))) / 100


def rows() -> dict[tuple[str, int], dict[str, Any]]:
    """Every row of the register, whole."""
    return {(model.__name__, row["id"]): row for model in TABLES for row in model.objects.values()}


def events() -> int:
    return sum(model.pgh_event_model.objects.count() for model in TABLES)


def test_an_untouched_file_of_a_thousand_projects_changes_nothing(client, register, owner):
    before, history = rows(), events()
    job = send(exported(client), owner)
    assert (job.faults, job.changes, job.unchanged) == ([], [], PROJECTS)
    assert (rows(), events()) == (before, history)


def test_a_geojson_file_comes_back_unchanged_too(client, register, owner):
    Project.objects.filter(code__lt="X-0500").update(
        geometry="SRID=4326;LINESTRING(-0.123456789012345 45.1, 0.1 45.98765432109876)"
    )
    job = send(client.get("/pilotage/projets.geojson").content, owner, "projets.geojson")
    assert (job.faults, job.changes, job.unchanged) == ([], [], PROJECTS)


def test_random_edits_of_a_thousand_projects_change_exactly_the_edited_cells(
    client, register, owner, seed
):
    """Whole rows before and after are compared, and the history counts one event a record."""
    book = load_workbook(io.BytesIO(exported(client)))
    wanted = _edit(book, seed)
    before, history = rows(), events()
    job = send(saved(book), owner)
    assert job.faults == []
    job = apply(job)
    assert not job.lines.exclude(result="APPLIED").exists()
    after = rows()
    assert before.keys() == after.keys()
    changed = {
        (key, name)
        for key, row in after.items()
        for name, value in row.items()
        if value != before[key][name] and name not in {"updated_at", "recorded_at"}
    }
    assert changed == set(wanted)
    assert {place: after[place[0]][place[1]] for place in changed} == wanted
    touched = {key for key, _name in changed}
    codes = {before[key].get("project_id") or key[1] for key in touched}
    dated = Project.objects.filter(updated_at=NOW).exclude(code="X-0000")
    assert set(dated.values_list("pk", flat=True)) - codes == set()
    records = set(touched) | {("Project", pk) for pk in codes}
    assert events() - history == len(records)
    reasons = Project.pgh_event_model.objects.filter(pgh_label="update")
    assert {e.pgh_context.metadata["user"] for e in reasons.select_related("pgh_context")} == {
        owner.pk
    }
    again = send(exported(client), owner)
    assert (again.faults, again.changes) == ([], [])


def _edit(book: Any, seed: random.Random) -> dict[tuple[tuple[str, int], str], Any]:
    """Edits cells at random; what each must become in the register."""
    wanted: dict[tuple[tuple[str, int], str], Any] = {}
    codes = {cell(book, "PROJECTS", line, "code"): line for line in range(2, PROJECTS + 2)}
    for project in Project.objects.order_by("?").select_related("phase_set")[:EDITS]:
        line, place = codes[project.code], ("Project", project.pk)
        for name in seed.sample(sorted(EDITORS), seed.randint(1, 3)):
            shown, stored = EDITORS[name](seed, project)
            column = f"{name}_id" if name in {"phase", "manager", "lead"} else name
            if stored != getattr(project, column):
                put(book, "PROJECTS", line, name, shown)
                wanted[place, column] = stored
    lines = range(2, PaymentCredit.objects.count() + 2)
    for line in seed.sample(list(lines), 60):
        credit = PaymentCredit.objects.get(
            project__code=cell(book, "CREDITS", line, "code"),
            year=cell(book, "CREDITS", line, "year"),
        )
        amount = _cents(seed, 11)
        put(book, "CREDITS", line, "voted_eur", float(amount))
        wanted[("PaymentCredit", credit.pk), "voted_eur"] = amount
    return wanted


def _text(seed: random.Random, project: Project) -> tuple[object, object]:
    text = f"Texte {seed.randrange(10**6)}\nsuite"
    return text, text


def _start(seed: random.Random, project: Project) -> tuple[object, object]:
    day = date(2019, 1, 1) + timedelta(days=seed.randrange(300))
    return seed.choice([day, day.isoformat(), f"{day:%d/%m/%Y}", f"\u00a0{day.isoformat()} "]), day


def _no_end(seed: random.Random, project: Project) -> tuple[object, object]:
    return seed.choice([None, "n.d.", " "]), None


def _phase(seed: random.Random, project: Project) -> tuple[object, object]:
    phase = seed.choice(list(project.phase_set.phases.all()))
    return seed.choice([phase.name, phase.code, phase.name_fr.upper()]), phase.pk


def _state(seed: random.Random, project: Project) -> tuple[object, object]:
    state = seed.choice(list(Project.State))
    return str(state.label), state.value


EDITORS = {"name_en": _text, "summary_fr": _text, "starts_on": _start, "ends_on": _no_end,
           "phase": _phase, "state": _state}  # fmt: skip


@needs_paris
@pytest.mark.timeout(600)  # some 1,200 projects looked at or stored: 40 s on a quiet machine
def test_the_paris_projects_sent_twice_change_nothing_the_second_time(client, owner):
    data = PARIS.read_bytes()
    first = apply(send(data, owner, PARIS.name))
    assert first.lines.filter(result="APPLIED").count() == 413
    assert len({(fault["line"]) for fault in first.faults}) == 2
    before, history = rows(), events()
    second = send(data, owner, PARIS.name)
    assert (second.changes, second.unchanged) == ([], 413)
    assert (rows(), events()) == (before, history)


def test_every_column_of_the_file_is_a_fact_of_the_register():
    fields = {field.name for field in Project._meta.get_fields()}
    notes = {"original_cost_eur", "current_cost_eur", "version"}
    assert {column.key for column in COLUMNS["PROJECTS"]} - fields == notes
    assert {c.key for c in COLUMNS["CREDITS"] if c.is_editable} <= {
        field.name for field in PaymentCredit._meta.get_fields()
    }
