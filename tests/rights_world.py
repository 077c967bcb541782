"""The world of `tests/test_rights_matrix.py`: two departments, each with a project inside and a
draft, one record of each kind in each, one person of each role; and what each role may.

The roles are written here once more, on purpose: this is what was promised, not what is coded.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portfolio.models import (
    ImportJob,
    ProjectDocument,
    ProjectZone,
    SavedView,
    StatusOverride,
    User,
)
from portfolio.services import projects as services
from portfolio.services.history import recorded
from reports.services import documents
from tests.addresses import VALUES, About
from tests.choices_world import arbitration, committees_of, exercise_of
from tests.factories.evaluations import make_plan, make_result
from tests.factories.finance import make_derogation, make_index, make_running_cost
from tests.factories.forecasts import make_break, make_forecast
from tests.factories.indicators import (
    make_agreement,
    make_contract,
    make_deposit,
    make_draft,
    make_feed,
    make_group,
    make_indicator,
    make_link,
    make_observations,
    make_place,
    make_raw_file,
    make_run,
    make_source,
    make_target,
)
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_dependency,
    make_estimate,
    make_funding,
    make_milestone,
    make_organisation,
    make_period,
    make_phase_set,
    make_procedure,
    make_programme,
    make_project,
    make_risk,
    make_role,
    make_stakeholder,
    make_user,
    make_zone,
)
from tests.factories.reviews import make_alert, make_review

WORK = {"facts", "schedule", "risks", "people", "place", "documents", "dependencies", "review"}
MANAGE = WORK | {"visibility", "money"}
EVERYTHING = MANAGE | {
    "validation", "parameters", "sources", "accounts", "priorities", "scores", "committees",
}  # fmt: skip


@dataclass(frozen=True)
class May:
    """The parts that are changed, and whether drafts are read: in `OWN` alone, unless
    `everywhere`."""

    changes: frozenset[str] = frozenset()
    drafts: bool = False
    everywhere: bool = False


def may(*changes: str, **fields: bool) -> May:
    return May(frozenset(changes), **fields)


ROLES = {
    "stranger": may(),
    "agent": may(),
    "staff": may("sources", everywhere=True),
    "colleague": may(*MANAGE, drafts=True),
    "manager": may(*MANAGE, drafts=True),
    "superuser": may(*EVERYTHING, drafts=True, everywhere=True),
    "treasurer": may("money", "parameters", drafts=True, everywhere=True),
    "ADMINISTRATOR": may(*EVERYTHING, drafts=True, everywhere=True),
    "PROGRAMME_DIRECTOR": may(*MANAGE, "validation", drafts=True),
    "PROJECT_MANAGER": may(*MANAGE, drafts=True),
    "CONTRIBUTOR": may(*WORK, drafts=True),
    "FINANCE_OFFICER": may("money", drafts=True),
    "VALIDATOR": may("validation", drafts=True),
    "DATA_STEWARD": may("sources", everywhere=True),
    "COMMITTEE_MEMBER": may("scores", everywhere=True),
    "ELECTED_OFFICIAL": may(),
    "AUDITOR": may(drafts=True, everywhere=True),
}
ADMINISTRATORS = {"superuser", "ADMINISTRATOR"}
READS_EVERYTHING = ADMINISTRATORS | {"AUDITOR"}
OWN = ("RUE-OWN-INTERNAL", "RUE-OWN-DRAFT")
OTHER = ("RUE-OTHER-INTERNAL", "RUE-OTHER-DRAFT")


def reads(name: str, *, drafts: bool = True) -> set[str]:
    granted = ROLES[name]
    seen = set() if name == "stranger" else {OWN[0], OTHER[0]}
    if granted.drafts and drafts:
        seen |= {OWN[1], OTHER[1]} if granted.everywhere else {OWN[1]}
    return seen


def changes(name: str, parts: str) -> set[str]:
    """The projects of which one of these parts is theirs to change."""
    granted = ROLES[name]
    if granted.changes.isdisjoint(parts.split()):
        return set()
    return {*OWN, *OTHER} if granted.everywhere else set(OWN)


# ---------------------------------------------------------------- records


def _document(project) -> ProjectDocument:
    return ProjectDocument.objects.create(
        project=project, title_fr="Plan", kind="PLAN", file_name="plan.txt", size_bytes=4,
        media_type="text/plain", sha256="0" * 64, stored_as=f"projets/00/{project.pk:032x}",
        recorded_at=NOW,
    )  # fmt: skip


def _override(project) -> StatusOverride:
    return StatusOverride.objects.create(
        project=project, axis="COST", status="AT_RISK", reason="Oui", set_at=NOW,
        expires_on=timezone.localdate(),
    )  # fmt: skip


def _summary(project):
    return services.update(
        project=project, changes={"summary_fr": "Autre"}, by=None, reason="x", at=NOW
    )


def _hidden(project):
    """From what it was at first to what its code says."""
    hidden = {"visibility": project.code.rpartition("-")[2]}
    return services.update(project=project, changes=hidden, by=None, reason="x", at=NOW)


def _zone(project):
    return ProjectZone.objects.create(project=project, zone=make_zone(), origin="MANUAL").zone


# Of each project: what is entered, of which part of it.
RECORDS: dict[str, tuple[str, Callable]] = {
    "visibility": ("visibility", _hidden),
    "change": ("facts", _summary),
    "milestone": ("schedule", lambda project: make_milestone(
        project, original_on=date(2019, 1, 1), current_on=date(2020, 1, 1))),
    "period": ("schedule", make_period),
    "procedure": ("schedule", make_procedure),
    "credit": ("money", make_credit),
    "funding": ("money", make_funding),
    "running": ("money", make_running_cost),
    "derogation": ("money", make_derogation),
    "risk": ("risks", make_risk),
    "stakeholder": ("people", make_stakeholder),
    "zone": ("place", _zone),
    "file": ("documents", _document),
    "review": ("review", lambda project: make_review(
        project, date(2026, 4, 1), state="SUBMITTED")),
    "override": ("review", _override),
    "role": ("accounts", lambda project: make_role(make_user(), "CONTRIBUTOR", project)),
}  # fmt: skip


@dataclass
class World:
    """`records`: by project and kind, the key in an address; `put_back`: by kind, the change that
    entered that of `RUE-OWN-INTERNAL`; `shared`: the keys of what belongs to no project."""

    projects: dict[str, object]
    readers: dict[str, User]
    records: dict[str, dict[str, object]]
    put_back: dict[str, object]
    shared: dict[str, object]

    def address(self, route: str, about: About, code: str = "", *, of: str = "") -> str:
        """The address of a project; `of` names the project whose record it holds instead."""
        path = route.replace("^", "").replace("$", "").replace("<project:code>", code)
        start = path.find("(?P<code>")
        path = f"{path[:start]}{code}/" if start >= 0 else path
        if about.of:
            key = self.records.get(of or code, self.shared).get(about.of, "")
            for one in key if isinstance(key, tuple) else (key,):
                path = re.sub(r"<(int|slug|uuid):\w+>", str(one), path, count=1)
        for pattern, value in VALUES.items():
            path = path.replace(pattern, value)
        return f"/{path}?{about.query}" if about.query else f"/{path}"


def build() -> World:
    own, other = make_organisation(code="own"), make_organisation(code="other")
    root = make_programme(code="root")
    policy = make_programme(code="policy", parent=root)
    manager = make_user(username="manager", password=None)
    mine = {"lead": own, "programme": make_programme(code="own", parent=policy), "manager": manager}
    others = {"lead": other, "programme": make_programme(code="other", parent=root)}
    projects = {
        code: make_project(
            code=code, name_fr=code, name_en=code,
            visibility="PUBLIC" if code.endswith("INTERNAL") else "INTERNAL",
            **(mine if code in OWN else others),
        )
        for code in (*OWN, *OTHER)
    }  # fmt: skip
    put_back = {}
    records = {code: _records(project, put_back) for code, project in projects.items()}
    for project in projects.values():
        project.refresh_from_db()
    _tie(projects, records)
    partner = make_organisation(code="partner", kind="PARTNER")
    for project in projects.values():
        make_stakeholder(project, organisation=partner)
        records[project.code]["target"] = (target := make_target(project=project)).pk
        records[project.code]["link"] = make_link(project).pk
        make_forecast(target)
        records[project.code] |= _evaluations(project)
    ranked = exercise_of(projects, records)
    governed = committees_of(projects, records, OTHER[1])
    readers = {name: _somebody(name, projects[OWN[1]]) for name in ROLES if name != "stranger"}
    User.objects.update(password="md5$x$y")  # usable, and no time spent on it
    for user in readers.values():
        user.refresh_from_db()
    shared = _shared() | ranked | governed | arbitration(projects[OWN[0]], projects[OTHER[0]])
    return World(projects, readers, records, put_back, shared)


def _records(project, put_back: dict[str, object]) -> dict[str, object]:
    keys: dict[str, object] = {"phase": project.phase_id, "alert": make_alert(project).pk}
    for kind, (_part, make) in RECORDS.items():
        with recorded(by=None, reason=kind) as made:
            keys[kind] = make(project).pk
        if project.code == OWN[0]:
            put_back[kind] = made
        if kind == "change":
            keys[kind] = made
    return keys


def _tie(projects: dict, records: dict) -> None:
    """Each project waits for another, so that those inside name drafts both ways; each has its own
    number of cost estimates, and its own phases."""
    pairs = zip(projects, (OTHER[1], OWN[0], OWN[1], OTHER[0]), strict=True)
    for number, (code, waited_for) in enumerate(pairs):
        with recorded(by=None, reason="dependency"):
            made = make_dependency(projects[code], projects[waited_for])
        records[code]["dependency"] = made.pk
        records[code]["estimate"] = 10 + number
        make_estimate(projects[code], 10, version=10 + number, reason="Révision")


def _evaluations(project) -> dict[str, object]:
    """One that was computed, and two drafts: the second is thrown away."""
    return {
        "evaluation": make_result(make_plan(project, locked=True)).evaluation_id,
        "evaluation draft": make_plan(project).pk,
        "evaluation to throw away": make_plan(project).pk,
    }


def _shared() -> dict[str, object]:
    someone = make_user(is_superuser=True, password=None)
    run = make_run(feed := make_feed(is_active=False))
    make_contract(feed)
    other_set = make_phase_set("autre")
    measured = make_feed(
        indicator=make_indicator(code="a-measure"),
        mapping={"time": {"field": "d", "timezone": "Europe/Paris", "period": "MONTH"}},
    )
    make_observations(measured, make_zone(code="a-zone"), {date(2024, 1, 1): 1.0})
    deposited = make_feed(
        source=make_source(protocol="drop", base_url="drop://x"), mapping={
            "time": {"field": "d", "timezone": "Europe/Paris", "period": "MONTH"},
            "value": {"field": "v"}, "zone": {"field": "z"},
        },
    )  # fmt: skip
    sent = make_deposit(deposited, someone, b"{}", run=make_run(deposited, state="FAILED"))
    waiting = make_deposit(deposited, someone, b"d;v;z\n2024-01;1;a-zone\n")
    document = documents.ask(
        name="project-sheet", arguments={"project": OTHER[1]}, language="fr", by=someone, at=NOW
    )
    view = SavedView.objects.create(owner=someone, name="Sienne", query="q=x", saved_at=NOW)
    fault = {"sheet": "", "line": 2, "cell": "A2", "column": "code", "value": "", "reason": "x"}
    job = ImportJob.objects.create(
        owner=someone, file_name="de-quelqu-un.csv", content=b"code,name_fr\n,x\n", sha256="0" * 64,
        language="fr", state="CHECKED", sent_at=NOW, faults=[fault],
    )  # fmt: skip
    return {
        "deposit feed": deposited.code, "deposit": sent.pk, "waiting deposit": waiting.pk,
        "agreement": make_agreement(feed.source).pk, "break": make_break().pk, "place": make_place().pk, "group": make_group().code,
        "territory target": make_target().pk,
        "person": someone.pk, "indicator": measured.indicator.code, "role": make_role(someone, "CONTRIBUTOR").pk, "feed": feed.code,
        "run": run.pk, "source": feed.source.code, "raw file": make_raw_file(run).pk, "document": document.pk, "phase set": other_set.pk,
        "other phase": other_set.phases.get(rank=1).pk, "price index": make_index().code,
        "programme": "root", "organisation": "partner", "view": view.pk, "job": job.pk, "draft": make_draft(someone).pk,
    }  # fmt: skip


def _somebody(name: str, project) -> User:
    """In the department or the programme `OWN`, unless the role is one of the metropolis."""
    if name == "manager":
        return project.manager
    marks = {
        "colleague": {"organisation": project.lead},
        "staff": {"is_staff": True},
        "superuser": {"is_superuser": True},
    }
    user = make_user(password=None, **marks.get(name, {}))
    role = "FINANCE_OFFICER" if name == "treasurer" else name
    if role.isupper():
        everywhere = ROLES[name].everywhere or not (ROLES[name].changes or ROLES[name].drafts)
        by_programme = name == "PROGRAMME_DIRECTOR"
        place = project.programme.parent if by_programme else project.lead
        make_role(user, role, None if everywhere else place)
    return user
