"""Role × address × object, over every address there is: a new one without an expectation fails.

`EXPECTED` (tests/addresses.py) says what an address is about, `ROLES` (tests/rights_world.py) what a
role may; all else is generated. What one may not see answers 404, whatever it is asked for, and is
named on no page; below /pilotage/ a stranger is sent to sign in. The world is built once.
"""

import csv
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpResponseNotFound
from django.utils import timezone
from pghistory.models import Context

from config import urls
from indicators.models import Run
from indicators.raw_store import RawStore
from portfolio.models import ProjectDocument
from portfolio.services.documents import path_of
from tests.addresses import EXPECTED, About, every_route, our_routes
from tests.factories.portfolio import make_user
from tests.rights_world import (
    ADMINISTRATORS,
    OTHER,
    OWN,
    READS_EVERYTHING,
    RECORDS,
    ROLES,
    World,
    build,
    changes,
    reads,
)

pytestmark = pytest.mark.django_db
STEERING = "pilotage/"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> World:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(params=sorted(ROLES))
def reader(request, world, client) -> str:
    """Signs the client in as somebody of that role."""
    if request.param != "stranger":
        client.force_login(world.readers[request.param])
    return request.param


@pytest.fixture(autouse=True)
def plain_refusal(monkeypatch):
    """The page of a 404 is the public site's, with its menu: tested there, and slow."""
    monkeypatch.setattr(urls, "handler404", lambda *_args, **_more: HttpResponseNotFound(), False)


def routes(*kinds: str) -> list[tuple[str, About]]:
    return [(route, about) for route, about in EXPECTED.items() if about.kind in kinds]


def spoken(reader: str, route: str) -> str:
    """Half of the readers speak English: every address is asked for in both languages."""
    speaks = sorted(ROLES).index(reader) % 2 and route.startswith(STEERING)
    return "/en" if speaks else ""


def named(answer, world: World) -> set[str]:
    """The projects whose name an answer holds."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):  # a workbook
        with ZipFile(BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return {code for code in world.projects if code.encode() in body}


def _statuses(reader: str, route: str, *, seen: bool, posts: bool = False) -> set[int]:
    if reader == "stranger" and route.startswith(STEERING):
        return {302}
    # 422: a form that was let in, and sent with nothing in it.
    return ({200, 302, 422} if posts else {200}) if seen else {404}


def test_every_address_has_an_expectation_and_none_is_left_over():
    assert our_routes() == set(EXPECTED)


# ---------------------------------------------------------------- projects and their records


def test_a_project_is_read_by_those_who_may_and_is_not_there_for_others(client, reader, world):
    wrong = []
    for document in ProjectDocument.objects.all():
        path_of(document).parent.mkdir(parents=True, exist_ok=True)
        path_of(document).write_bytes(b"plan")
    for route, about in routes("project"):
        for code in world.projects:
            seen = code in reads(reader)
            address = spoken(reader, route) + world.address(route, about, code)
            answer = client.post(address) if about.posts else client.get(address)
            if answer.status_code not in _statuses(reader, route, seen=seen, posts=about.posts):
                wrong.append(f"{address}: {answer.status_code}")
            elif answer.status_code == 200 and (told := named(answer, world) - reads(reader)):
                wrong.append(f"{address} names {sorted(told)}")
    assert wrong == []


def test_a_part_of_a_project_is_changed_by_those_who_may(client, reader, world):
    """Asked in place, as the screens do; a draft is refused a form, what is inside a change. Each
    address is asked for one project of the reader's and one of others, in turn inside and draft."""
    wrong = []
    pairs = ((OWN[0], OTHER[1]), (OWN[1], OTHER[0]))
    for number, (route, about) in enumerate(routes("change"), sorted(ROLES).index(reader)):
        allowed = changes(reader, about.part)
        for code in pairs[number % 2]:
            address, seen = world.address(route, about, code), code in allowed
            if about.posts or not (seen or code.endswith("DRAFT")):
                answer = client.post(address, {"reason": "x"})
            else:
                answer = client.get(address, headers={"HX-Request": "true"})
            expected = _statuses(reader, route, seen=seen, posts=about.posts)
            if answer.status_code not in expected:
                wrong.append(f"{address}: {answer.status_code}, not {expected}")
            elif answer.status_code == 200 and (told := named(answer, world) - reads(reader)):
                wrong.append(f"{address} names {sorted(told)}")
    assert wrong == []


@pytest.mark.parametrize("name", ["superuser", "manager"])
def test_the_record_of_another_project_is_not_reached_through_mine(client, world, name):
    client.force_login(world.readers[name])
    wrong = []
    for route, about in routes("project", "change"):
        if not about.of or "<project:code>" not in route or about.of == "phase":
            continue
        address = world.address(route, about, OWN[0], of=OTHER[1])
        answers = (client.get(address), client.post(address, {"reason": "x"}))
        refused = {404, 405} if about.posts else {404}
        wrong += [f"{address}: {a.status_code}" for a in answers if a.status_code not in refused]
    other = f"/pilotage/projets/{OWN[0]}/phases/{world.shared['other phase']}/"
    assert client.get(other).status_code == 404
    assert wrong == []


def test_a_change_is_put_back_by_those_who_may_make_it(client, reader, world):
    """A contributor takes back no change of money; a role, a review have acts of their own."""
    one_of_each_part = {part: kind for kind, (part, _make) in RECORDS.items() if kind != "review"}
    done = set()
    for part, kind in {**one_of_each_part, "": "review"}.items():
        before = Context.objects.count()
        client.post(f"/pilotage/projets/{OWN[0]}/historique/{world.put_back[kind]}/annuler/")
        done |= {part} if Context.objects.count() > before else set()
    assert done == {part for part in one_of_each_part if OWN[0] in changes(reader, part)} - {
        "accounts"
    }


# ---------------------------------------------------------------- lists and sums


def test_a_list_names_what_its_reader_reads_and_nothing_else(client, reader, world):
    wrong = []
    for route, about in routes("list", "own"):
        expected = reads(reader, drafts=about.drafts)
        if about.kind == "own":
            expected = changes(reader, about.part)
        address = spoken(reader, route) + world.address(route, about)
        answer = client.get(address)
        if reader == "stranger" and route.startswith(STEERING):
            assert answer.status_code == 302
        elif (found := named(answer, world)) != expected or answer.status_code != 200:
            wrong.append(f"{address}: {answer.status_code} {sorted(found)}")
    assert wrong == []


def _quality(answer) -> int:
    lines = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    return sum(int(line["applicable"]) for line in lines if line["rule"] == "summary_fr")


def _plan(answer) -> int:
    lines = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    return sum(int(line["projects_with_credits"]) for line in lines if line["year"] == "2026")


def _partners(answer) -> int:
    found = {node.organisation.code: node for node in answer.context["others"]}
    return found["partner"].takes_part


COUNTS = {
    "qualite/": lambda answer: answer.context["board"].whole.projects,
    "qualite.csv": _quality,
    "ppi/": lambda answer: answer.context["ppi"].totals.total.projects,
    "ppi.csv": _plan,
    "programmes/": lambda answer: sum(n.totals.count for n in answer.context["tree"].roots),
    "organisations/": _partners,
    "donnees/effets-mesures/": lambda answer: answer.context["coverage"].projects,
    "donnees/effets/programmes/<slug:code>/": lambda answer: answer.context["projects"],
}


def test_a_sum_counts_what_its_reader_reads(client, reader, world):
    wrong = []
    for route, about in routes("sum"):
        answer = client.get(world.address(route, about))
        if reader == "stranger":
            assert answer.status_code == 302
            continue
        count = COUNTS[route.removeprefix(STEERING)](answer)
        expected = len(reads(reader, drafts=about.drafts))
        told = named(answer, world) - reads(reader)
        if count != expected or told:
            wrong.append(f"{route}: {count}, not {expected}, names {sorted(told)}")
    assert wrong == []


def test_a_past_day_shows_no_more_than_today(client, reader, world):
    day = f"?au={timezone.localdate().isoformat()}"
    for code in world.projects:
        answer = client.get(f"/pilotage/projets/{code}/{day}")
        seen = code in reads(reader)
        assert answer.status_code in _statuses(reader, STEERING, seen=seen), code
        assert answer.status_code != 200 or named(answer, world) <= reads(reader), code
    for address in ("/pilotage/projets/", "/pilotage/projets.csv"):
        answer = client.get(address + day)
        assert reader == "stranger" or named(answer, world) == reads(reader), address


# ---------------------------------------------------------------- the rest


def test_a_matter_of_the_metropolis_is_for_those_who_look_after_it(client, reader, world):
    wrong = []
    RawStore(settings.RAW_STORE).put(b"{}")
    runs = Run.objects.count()
    for route, about in routes("matter"):
        address = world.address(route, about)
        answer = client.post(address) if about.posts else client.get(address)
        may_do = ROLES[reader].everywhere and about.part in ROLES[reader].changes
        expected = _statuses(reader, route, seen=may_do, posts=about.posts)
        if answer.status_code not in expected:
            wrong.append(f"{address}: {answer.status_code}, not {expected}")
        if not may_do and client.post(address, {"reason": "x"}).status_code not in expected:
            wrong.append(f"POST {address}")
    assert wrong == []
    assert Run.objects.count() == runs


def test_a_programme_is_told_by_its_director_and_by_administrators(client, reader, world):
    ((route, _about),) = routes("programme")
    for code in ("root", "policy", "own", "other"):
        address = "/" + route.replace("<slug:code>", code)
        directed = reader == "PROGRAMME_DIRECTOR" and code in {"policy", "own"}
        expected = _statuses(reader, route, seen=directed or reader in ADMINISTRATORS)
        assert client.get(address).status_code in expected, code
        if expected != {200}:
            assert client.post(address, {"reason": "x"}).status_code in expected, code


def test_what_somebody_else_asked_for_is_for_those_who_read_everything(client, reader, world):
    who = {
        "document": READS_EVERYTHING,
        "file": set(),
        "job": ADMINISTRATORS,
    }  # no file is made yet
    for route, about in routes(*who):
        address, seen = world.address(route, about), reader in who[about.kind]
        answer = client.post(address) if about.posts else client.get(address)
        assert answer.status_code in _statuses(reader, route, seen=seen, posts=about.posts), route


def test_the_rest_is_for_everybody_with_an_account_and_for_no_stranger(client, reader, world):
    for route, about in routes("agent"):
        address = world.address(route, about)
        answer = client.post(address) if about.posts else client.get(address)
        if reader == "stranger":
            assert answer.status_code == 302, route
            assert "/connexion/" in answer.url, route
            continue
        assert answer.status_code in {200, 302}, route
        assert answer.status_code == 302 or named(answer, world) <= reads(reader), route
        if about.part:  # read by all, changed by those who look after it
            may_do = ROLES[reader].everywhere and about.part in ROLES[reader].changes
            assert (client.post(address).status_code == 404) != may_do, route


def test_what_is_one_s_own_is_not_there_for_others(client, reader, world):
    """A second factor that was never set up; a view that is not shared; an import to stop."""
    for route, about in routes("private"):
        address = world.address(route, about)
        answer = client.post(address) if about.posts else client.get(address)
        assert answer.status_code == (302 if reader == "stranger" else 404), route
    lists = client.get("/pilotage/vues/"), client.get("/pilotage/projets/?all=1")
    assert not any("Sienne" in answer.content.decode() for answer in lists)
    jobs = client.get("/pilotage/imports/").content.decode()
    assert ("de-quelqu-un.csv" in jobs) == (reader in ADMINISTRATORS)


def test_what_is_open_never_fails(client, reader, world):
    for route, about in routes("open"):
        address = world.address(route, about)
        assert client.get(address).status_code < 500 or route == "readyz", route


# ---------------------------------------------------------------- one door


def test_no_page_but_ours_signs_anybody_in(client, db):
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
