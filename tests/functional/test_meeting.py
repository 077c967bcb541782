"""A whole meeting in real browsers: a projector driven by keys, three members on their phones."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from portfolio.models import Decision, Position
from portfolio.services import audit
from tests.factories.governance import make_committee, make_item, make_meeting, people
from tests.factories.portfolio import make_project
from tests.functional.conftest import DESKTOP, PHONE, Visit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SMALLEST = """() => [...document.querySelectorAll('header *, .stage *')]
    .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .filter(e => !e.closest('svg, .visually-hidden') && parseFloat(getComputedStyle(e).fontSize) < 24)
    .map(e => e.textContent.trim().slice(0, 40))"""


@pytest.fixture
def tab_of(visit, settings):
    def start(user, window) -> Visit:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        tab = visit(window)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


@pytest.fixture
def meeting(transactional_db):
    found = make_meeting(make_committee(members=3, quorum=3))
    make_item(found, make_project(name_fr="Halle des Forges", visibility="INTERNAL"))
    make_item(found, subject="Préparation du budget")
    return found


def speak(phone: Visit, meeting, choice: str) -> None:
    phone.open(f"/pilotage/copil/reunions/{meeting.pk}/ma-voix/")
    phone.page.get_by_role("radio", name=choice, exact=True).check()
    phone.page.get_by_role("button", name="Donner ma position").click()
    expect(phone.page.get_by_text("Votre position est gardée")).to_be_visible()


def test_a_meeting_from_its_opening_to_its_minutes(tab_of, meeting):
    members = people(meeting)
    projector = tab_of(members[0], DESKTOP)
    phones = [tab_of(member, PHONE) for member in members]
    page = projector.page

    projector.open(f"/pilotage/copil/reunions/{meeting.pk}/ouvrir/")
    for box in page.locator("[name=present]").all():
        box.check()
    page.get_by_role("button", name="Ouvrir la réunion").click()
    page.get_by_role("link", name="Mode comité").click()
    page.wait_for_url("**/ecran/")
    for step in ("projet", "preuves", "debat"):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/ecran/{step}/")
    expect(page.get_by_text("0 sur 3 ont donné leur position")).to_be_visible()
    assert page.evaluate(SMALLEST) == []

    for phone, choice in zip(phones, ("Pour", "Contre", "Abstention"), strict=True):
        speak(phone, meeting, choice)
    expect(page.get_by_text("3 sur 3 ont donné leur position")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("Contre", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Montrer les positions").click()
    expect(page.get_by_text("contre", exact=True)).to_be_visible()

    page.keyboard.press("ArrowRight")
    page.get_by_label("Décision", exact=True).select_option("APPROVE")
    page.get_by_label("Ce qui est décidé").fill("La halle est engagée.")
    page.get_by_label("Pourquoi", exact=True).fill("Elle tient dans l’enveloppe.")
    page.get_by_role("button", name="Inscrire la décision au registre").click()
    expect(page.get_by_text("La décision est au registre.")).to_be_visible()
    assert Decision.objects.get().sealed["tally"] == {"FOR": 1, "AGAINST": 1, "ABSTAIN": 1}
    assert audit.verify() == []


def test_a_phone_that_loses_its_connection_says_its_position_once(tab_of, meeting, client):
    chair, member = people(meeting)[:2]
    client.force_login(chair)
    there = [user.pk for user in people(meeting)]
    client.post(f"/pilotage/copil/reunions/{meeting.pk}/ouvrir/", {"present": there})
    item = meeting.items.get(rank=1)
    client.post(f"/pilotage/copil/points/{item.pk}/presenter/")
    phone = tab_of(member, PHONE)
    phone.open(f"/pilotage/copil/reunions/{meeting.pk}/ma-voix/")
    phone.page.get_by_label("Pour", exact=True).check()
    lost = []

    def answer_is_lost(route) -> None:
        """The server hears it, its answer never arrives."""
        lost.append(route.fetch())
        route.abort()

    phone.page.route("**/ma-voix/", answer_is_lost, times=1)
    phone.page.get_by_role("button", name="Donner ma position").click()
    phone.page.wait_for_timeout(300)
    key = Position.objects.get().key
    phone.page.goto(f"{phone.base}/pilotage/copil/reunions/{meeting.pk}/ma-voix/")
    expect(phone.page.get_by_text("Vous avez dit")).to_be_visible()
    assert lost
    assert [one.key for one in Position.objects.all()] == [key]
    phone.complaints.clear()
