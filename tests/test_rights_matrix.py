"""Role × address × object, over every address there is: a new one without an expectation fails.

`EXPECTED` (tests/addresses.py) says what an address is about, `ROLES` what a role may; all else is
generated. What one may not see answers 404, whatever it is asked for; below /pilotage/ a stranger
is sent to sign in.
The roles are written here once more, on purpose: this is what was promised, not what is coded.
"""

from dataclasses import dataclass
from datetime import date

import pytest
from django.contrib.auth.views import LoginView
from django.test import Client

from indicators.models import Run
from portfolio.models import User
from reports.services import documents
from tests.addresses import EXPECTED, VALUES, About, every_route, our_routes
from tests.factories.indicators import make_feed, make_run, make_target
from tests.factories.portfolio import (
    NOW,
    make_credit,
    make_funding,
    make_milestone,
    make_organisation,
    make_programme,
    make_project,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db

# ---------------------------------------------------------------- what each role may

WORK = {"facts", "schedule", "risks", "people", "place", "documents", "dependencies", "review"}
MANAGE = WORK | {"visibility", "money"}
EVERYTHING = MANAGE | {"validation", "parameters", "sources", "accounts"}


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
    "ADMINISTRATOR": may(*EVERYTHING, drafts=True, everywhere=True),
    "PROGRAMME_DIRECTOR": may(*MANAGE, "validation", drafts=True),
    "PROJECT_MANAGER": may(*MANAGE, drafts=True),
    "CONTRIBUTOR": may(*WORK, drafts=True),
    "FINANCE_OFFICER": may("money", drafts=True),
    "VALIDATOR": may("validation", drafts=True),
    "DATA_STEWARD": may("sources", everywhere=True),
    "COMMITTEE_MEMBER": may(),
    "ELECTED_OFFICIAL": may(),
    "AUDITOR": may(drafts=True, everywhere=True),
}
READS_EVERYTHING = {"superuser", "ADMINISTRATOR", "AUDITOR"}

STEERING = "pilotage/"


def test_every_address_has_an_expectation_and_none_is_left_over():
    assert our_routes() == set(EXPECTED)


# ---------------------------------------------------------------- the world


@dataclass
class World:
    """Two departments, each with a project inside and a draft; what else addresses name."""

    projects: dict[str, object]
    keys: dict[str, str]

    def address(self, route: str, code: str = "") -> str:
        path = route.replace("^", "").replace("$", "")
        for pattern, value in (VALUES | self.keys).items():
            path = path.replace(pattern, value)
        start = path.find("(?P<code>")
        if start >= 0:
            path = f"{path[:start]}{code}/"
        return "/" + path.replace("<project:code>", code)


@pytest.fixture
def world() -> World:
    own, other = make_organisation(code="own"), make_organisation(code="other")
    programme = make_programme(code="own", parent=make_programme(code="policy"))
    manager = make_user(username="manager")
    projects = {}
    for place in ("OWN", "OTHER"):
        for visibility in ("INTERNAL", "DRAFT"):
            name = f"RUE-{place}-{visibility}"
            mine = {"lead": own, "programme": programme, "manager": manager}
            fields = mine if place == "OWN" else {"lead": other}
            project = make_project(
                code=name, name_fr=name, name_en=name, visibility=visibility, **fields
            )
            make_milestone(project, original_on=date(2019, 1, 1), current_on=date(2020, 1, 1))
            make_target(project=project)
            make_credit(project)
            projects[name] = project
    return World(projects, _keys())


def _keys() -> dict[str, str]:
    someone = make_user(is_superuser=True)
    feed = make_feed(is_active=False)
    document = documents.ask(
        name="project-sheet", arguments={"project": "RUE-OTHER-DRAFT"}, language="fr",
        by=someone, at=NOW,
    )  # fmt: skip
    return {
        "personnes/<int:pk>": f"personnes/{someone.pk}",
        "roles/<int:pk>": f"roles/{make_role(someone, 'CONTRIBUTOR').pk}",
        "<int:run_id>": str(make_run(feed).pk),
        "<slug:code>": feed.code,
        "<int:document_id>": str(document.pk),
    }


@pytest.fixture(params=sorted(ROLES))
def reader(request, client, world) -> str:
    """Signs the client in as somebody of that role, in the department or the programme `OWN`."""
    name = request.param
    if name != "stranger":
        client.force_login(_somebody(name, world))
    return name


def _somebody(name: str, world: World) -> User:
    project = world.projects["RUE-OWN-DRAFT"]
    if name == "manager":
        return project.manager
    marks = {
        "colleague": {"organisation": project.lead},
        "staff": {"is_staff": True},
        "superuser": {"is_superuser": True},
    }
    user = make_user(**marks.get(name, {}))
    if name.isupper():
        everywhere = ROLES[name].everywhere or not (ROLES[name].changes or ROLES[name].drafts)
        by_programme = name == "PROGRAMME_DIRECTOR"
        place = project.programme.parent if by_programme else project.lead
        make_role(user, name, None if everywhere else place)
    return user


# ---------------------------------------------------------------- what must come out


def reads(name: str) -> set[str]:
    granted = ROLES[name]
    seen = set() if name == "stranger" else {"RUE-OWN-INTERNAL", "RUE-OTHER-INTERNAL"}
    if granted.drafts:
        seen.add("RUE-OWN-DRAFT")
        seen |= {"RUE-OTHER-DRAFT"} if granted.everywhere else set()
    return seen


def changes(name: str, part: str) -> set[str]:
    granted = ROLES[name]
    if part not in granted.changes:
        return set()
    own = {"RUE-OWN-INTERNAL", "RUE-OWN-DRAFT"}
    other = {"RUE-OTHER-INTERNAL", "RUE-OTHER-DRAFT"}
    return own | other if granted.everywhere else own


def routes(*kinds: str) -> list[tuple[str, About]]:
    return [(route, about) for route, about in EXPECTED.items() if about.kind in kinds]


def ask(client: Client, address: str, *, posts: bool = False, language: str = ""):
    """The answer of an address, in French or (`/en`) in English."""
    return client.post(language + address) if posts else client.get(language + address)


def languages(route: str) -> tuple[str, ...]:
    return ("", "/en") if route.startswith(STEERING) else ("",)


def test_a_project_is_read_or_changed_by_those_who_may_and_is_not_there_for_others(
    client, reader, world
):
    wrong = []
    for route, about in routes("project", "change"):
        allowed = changes(reader, about.part) if about.kind == "change" else reads(reader)
        for code, project in world.projects.items():
            address = world.address(route, code)
            if "<int:pk>" in address:
                address = address.replace("<int:pk>", str(make_funding(project).pk))
            for language in languages(route) if about.kind == "project" else ("",):
                answer = ask(client, address, posts=about.posts, language=language)
                if (found := answer.status_code) != (
                    expected := _status(reader, route, seen=code in allowed, posts=about.posts)
                ):
                    wrong.append(f"{language}{address}: {found}, not {expected}")
            if about.kind == "change" and code not in allowed:
                answer = client.post(address, {"reason": "x"})
                if answer.status_code != _status(reader, route, seen=False):
                    wrong.append(f"POST {address}: {answer.status_code}")
    assert wrong == []


def _status(reader: str, route: str, *, seen: bool, posts: bool = False) -> int:
    if reader == "stranger" and route.startswith(STEERING):
        return 302
    return (302 if posts else 200) if seen else 404


def test_a_list_names_what_its_reader_reads_and_nothing_else(client, reader, world):
    wrong = []
    for route, about in routes("list", "own"):
        expected = reads(reader) if about.kind == "list" else changes(reader, "facts")
        for language in languages(route):
            answer = ask(client, world.address(route), language=language)
            if reader == "stranger" and route.startswith(STEERING):
                assert answer.status_code == 302
                continue
            body = answer.content.decode(errors="replace")
            named = {code for code in world.projects if code in body}
            if named != expected:
                wrong.append(f"{language}/{route}: {sorted(named)}, not {sorted(expected)}")
    assert wrong == []


def test_a_sum_counts_what_its_reader_reads(client, reader, world):
    ((route, _about),) = routes("sum")
    answer = client.get(world.address(route), {"from": "2026"})
    if reader == "stranger":
        assert answer.status_code == 302
    else:
        assert answer.context["ppi"].totals.total.projects == len(reads(reader))


def test_a_matter_of_the_metropolis_is_for_those_who_look_after_it(client, reader, world):
    wrong = []
    for route, about in routes("matter"):
        address = world.address(route)
        answer = ask(client, address, posts=about.posts)
        may_do = ROLES[reader].everywhere and about.part in ROLES[reader].changes
        done = {200, 302} if about.posts else {200}
        expected = {302} if reader == "stranger" else done if may_do else {404}
        if answer.status_code not in expected:
            wrong.append(f"{address}: {answer.status_code}, not {expected}")
        if not may_do and client.post(address, {"reason": "x"}).status_code not in expected:
            wrong.append(f"POST {address}")
    assert wrong == []
    assert Run.objects.count() == 1


def test_the_document_of_somebody_else_is_for_those_who_read_everything(client, reader, world):
    for route, about in routes("document", "file"):
        answer = client.get(world.address(route))
        seen = reader in READS_EVERYTHING and about.kind == "document"  # no file is made yet
        assert answer.status_code == _status(reader, route, seen=seen), route


def test_the_rest_is_for_everybody_with_an_account_and_for_no_stranger(client, reader, world):
    for route, _about in routes("agent"):
        answer = client.get(world.address(route))
        if reader == "stranger":
            assert answer.status_code == 302, route
            assert "/connexion/" in answer.url, route
        else:
            assert answer.status_code in {200, 302}, route


def test_what_is_one_s_own_is_not_there_for_others(client, reader, world):
    """A second factor that was never set up."""
    for route, _about in routes("own account"):
        answer = client.get(world.address(route))
        assert answer.status_code == (302 if reader == "stranger" else 404), route


def test_what_is_open_never_fails(client, reader, world):
    for route, _about in routes("open"):
        address = world.address(route)
        for pattern in ("<uidb64>", "<token>"):
            address = address.replace(pattern, "x")
        assert client.get(address).status_code < 500 or route == "readyz", route


# ---------------------------------------------------------------- one door


def test_no_page_but_ours_signs_anybody_in(client):
    """Whatever a library brings: its sign-in page knows no second factor."""
    user = make_user(is_superuser=True, is_staff=True)
    doors = [
        "/" + route
        for route, pattern in every_route()
        if issubclass(getattr(pattern.callback, "view_class", type), LoginView)
        or str(pattern.name).endswith("login")
    ]
    assert len(doors) >= 4
    for door in {*doors, "/en/_util/login/"} - {"/pilotage/connexion/"}:
        data = {"username": user.username, "password": "mot-de-passe-long"}
        client.post(door, data)
        assert "_auth_user_id" not in client.session, door
