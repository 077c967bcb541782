"""Every screen below /pilotage/, found in the addresses themselves: a new one is covered without
being listed. As the administrator, who sees it all; as each other role, where its page differs;
where nothing is recorded yet; and as a stranger.

Of each: no serious fault of accessibility, no sideways scroll, one title of level 1, a title of
the window, nothing in the console.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from portfolio.models import User
from portfolio.roles import METROPOLIS_ROLES, Role
from tests.factories.portfolio import make_role, make_user
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE, Visit
from tests.functional.world import World, make_world, steering_routes
from tests.portfolio.views.test_second_factor import enrol

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]

# Already signed in, already protected by a code, or only sent to.
ELSEWHERE = {
    "pilotage/connexion/", "pilotage/connexion/code/", "pilotage/mon-compte/second-facteur/",
    "pilotage/personnes/<int:pk>/lien/",
}  # fmt: skip
# No provider of identities is set; the file of a document is made by a worker.
NOT_HERE = {
    "pilotage/connexion/fournisseur/", "pilotage/documents/<int:document_id>/fichier/",
}  # fmt: skip
EVERYWHERE = METROPOLIS_ROLES | {Role.FINANCE_OFFICER, Role.AUDITOR}
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
TAG = re.compile(r"<(\w+)([^>]*)>")
CLASSES = re.compile(r'class="[^"]*"')
FEWEST = 80
SLICES = range(8)  # each a test of its own, well within its time
OTHERS = sorted(set(Role) - {Role.ADMINISTRATOR})


@dataclass
class Answers:
    """By route; `screens`: what their <main> says."""

    screens: dict[str, str] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    not_found: set[str] = field(default_factory=set)


def answers(client: Client, addresses: dict[str, str]) -> Answers:
    """What a reader gets; files, parts of pages and addresses that are only sent to are left out."""
    found = Answers()
    for route, address in addresses.items():
        answer = client.get(address)
        if answer.status_code == 302:
            found.elsewhere.add(route)
        elif answer.status_code == 404:
            found.not_found.add(route)
        elif answer.status_code != 405:
            assert answer.status_code == 200, f"{address}: {answer.status_code}"
            is_page = not answer.streaming and "text/html" in answer["Content-Type"]
            if is_page and (main := MAIN.search(answer.content.decode())):
                found.screens[route] = main.group()
    return found


def faults(tab: Visit, address: str, *windows: dict[str, int]) -> list[str]:
    """What is wrong with that screen in windows of these sizes, then in the narrowest."""
    tab.page.set_viewport_size(windows[0])
    assert tab.open(address) == 200, address
    wrong = []
    for window in windows:
        tab.page.set_viewport_size(window)
        expect(tab.page.locator(".htmx-request")).to_have_count(0)
        wrong += [f"at {window['width']}: {violation}" for violation in tab.accessibility()]
        wrong += [f"at {window['width']}: cut off: {text}" for text in tab.clipped()]
    tab.page.set_viewport_size(NARROWEST)
    wrong += [f"{tab.overflow()} px too wide at 320"] if tab.overflow() > 0 else []
    titles = tab.page.locator("h1").count()
    wrong += [f"{titles} titles of level 1"] if titles != 1 else []
    wrong += [] if tab.page.title().split("–")[0].strip() else ["its window has no title"]
    wrong += [f"console: {text}" for text in tab.complaints]
    tab.complaints.clear()
    return [f"{address}: {fault}" for fault in wrong]


@pytest.fixture
def world(transactional_db) -> World:
    cache.clear()
    return make_world()


@pytest.fixture
def tab_of(visit, settings) -> Callable[[Client], Visit]:
    """A tab in which the person of a client has signed in."""

    def start(client: Client) -> Visit:
        tab = visit(DESKTOP)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def test_every_address_leads_where_it_should(world):
    client = Client()
    enrol(client, world.administrator)
    found = answers(client, world.addresses())
    assert found.not_found == NOT_HERE  # else a record is missing: see tests/functional/world.py
    assert found.elsewhere == ELSEWHERE
    assert len(found.screens) >= FEWEST


@pytest.mark.parametrize("number", SLICES)
def test_every_screen_of_the_administrator_is_in_order(world, tab_of, number):
    client = Client()
    enrol(client, world.administrator)
    addresses = dict(sorted(world.addresses().items())[number :: len(SLICES)])
    tab, wrong = tab_of(client), []
    for route in answers(client, addresses).screens:
        wrong += faults(tab, addresses[route], DESKTOP, PHONE)
    assert wrong == []


@pytest.fixture(scope="module")
def told() -> set[tuple[str, str]]:
    """Shapes of screens seen by now: those of the administrator, then of each role in turn."""
    return set()


@pytest.mark.parametrize("role", OTHERS)
def test_what_other_roles_are_shown_otherwise_is_in_order(world, tab_of, told, role):
    addresses, client = world.addresses(), Client()
    if not told:
        enrol(client, world.administrator)
        told |= _shapes(answers(client, addresses))
    client = Client()
    client.force_login(_somebody(role, world))
    differing = _shapes(answers(client, addresses)) - told
    told |= differing
    tab, wrong = tab_of(client), []
    for route, _shape in sorted(differing):
        wrong += faults(tab, addresses[route], PHONE)
    assert wrong == []


def test_every_screen_is_in_order_where_nothing_is_recorded(transactional_db, tab_of):
    cache.clear()
    administrator = make_user(first_name="Yann", last_name="Le Bihan")
    make_role(administrator, Role.ADMINISTRATOR)
    client = Client()
    client.force_login(administrator)
    tab = tab_of(client)
    addresses = {route: f"/{route}" for route in steering_routes() if "<" not in route}
    empty = answers(client, addresses).screens
    assert [fault for route in empty for fault in faults(tab, addresses[route], PHONE)] == []


def test_every_screen_of_a_stranger_is_in_order(transactional_db, visit):
    addresses = {route: f"/{route}" for route in steering_routes() if "<" not in route}
    tab, shown = visit(PHONE), answers(Client(), addresses).screens
    assert "pilotage/connexion/" in shown
    wrong = []
    for route in shown:
        wrong += faults(tab, addresses[route], PHONE, DESKTOP)
    assert wrong == []


def _shapes(found: Answers) -> set[tuple[str, str]]:
    """(route, what it is made of: its elements and their classes, whatever the words)."""
    return {
        (route, " ".join(f"{tag}{CLASSES.findall(rest)}" for tag, rest in TAG.findall(main)))
        for route, main in found.screens.items()
    }


def _somebody(role: Role, world: World) -> User:
    """Of that role, where it reaches the project of the world."""
    user = make_user(first_name="Nadia", last_name="Berthelin")
    by_programme = role == Role.PROGRAMME_DIRECTOR
    place = world.project.programme if by_programme else world.project.lead
    make_role(user, role, None if role in EVERYWHERE else place)
    return user
