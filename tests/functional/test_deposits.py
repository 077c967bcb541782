"""A depositor fills in a file, sees what it changes, publishes it and withdraws it, in a browser."""

import io
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from playwright.sync_api import expect

from config.celery import app
from indicators.models import Deposit
from indicators.services import depositors
from portfolio.models import User
from tests.deposits import csv_of, make_deposit_feed, saved
from tests.factories.portfolio import make_user
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE
from tests.pulling import current_values

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture(autouse=True)
def worker_at_hand():
    """A task that is rung runs at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def feed(transactional_db):
    feed = make_deposit_feed()
    feed.indicator.name_fr = "Signalements des habitants dans l’espace public"
    feed.indicator.save()
    return feed


@pytest.fixture
def depositor(feed) -> User:
    person = make_user(first_name="Tom", last_name="Arrivé", username="tom")
    depositors.open_feed(feed=feed, to=person, by=None, at=timezone.now())
    return person


@pytest.fixture
def signed_in(visit, client, settings):
    def start(window: dict[str, int], person: User, **options):
        client.force_login(person)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def upload(tab, content: bytes, name: str) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    tab.page.set_input_files("[name=file]", files=[file])
    tab.page.get_by_role("button", name="Envoyer et voir ce qui change").click()


def faults(tab) -> list:
    wide = [f"{tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    return tab.accessibility() + tab.clipped() + wide


def template(tab):
    """The workbook to fill in, as the page gives it."""
    with tab.page.expect_download() as event:
        tab.page.get_by_role("link", name="Fichier à remplir (Excel)").click()
    return load_workbook(io.BytesIO(Path(event.value.path()).read_bytes()))


@pytest.mark.parametrize("width", WINDOWS)
def test_a_file_is_filled_in_corrected_published_and_withdrawn(signed_in, feed, depositor, width):
    tab = signed_in(WINDOWS[width], depositor)
    tab.open("/pilotage/donnees/depots/")
    assert faults(tab) == []
    tab.picture(f"deposits-{width}")
    tab.page.get_by_role("link", name="Déposer un fichier").click()
    tab.page.wait_for_url("**/deposer/")
    book = template(tab)
    page = book.worksheets[0]
    page["C2"], page["C3"] = 120, "n.d."
    page.delete_rows(4, page.max_row)

    upload(tab, b"%PDF-1.7", "janvier.xlsx")
    expect(tab.page.get_by_role("alert")).to_contain_text("ni un classeur Excel")
    assert faults(tab) == []
    tab.picture(f"deposit-refused-{width}")
    tab.complaints.clear()  # the browser reports the 422 that is wanted here

    upload(tab, saved(book), "janvier.xlsx")
    tab.page.wait_for_url("**/depots/*/")
    expect(tab.page.locator("#aside + p + .table")).to_contain_text("Ligne 3")
    assert faults(tab) == []
    tab.picture(f"deposit-preview-{width}")
    tab.page.get_by_role("link", name="Envoyer un fichier corrigé").click()
    page["C3"] = 80
    upload(tab, saved(book), "janvier-corrige.xlsx")
    tab.page.wait_for_url("**/depots/*/")
    expect(tab.page.locator("#changes + .table tbody tr")).to_have_count(2)
    tab.page.get_by_role("button", name="Publier ces valeurs").click()
    expect(tab.page.locator("#outcome + p")).to_contain_text("réussie")
    assert faults(tab) == []
    tab.picture(f"deposit-published-{width}")
    assert [value for _key, _start, value, *_ in current_values(feed)] == [120, 80]

    tab.page.locator("[name=reason]").click()
    tab.page.keyboard.type("Mauvais mois")
    tab.page.get_by_role("button", name="Retirer", exact=True).click()
    expect(tab.page.get_by_role("heading", level=1)).to_contain_text("Retrait du dépôt")
    assert [value for _key, _start, value, *_ in current_values(feed)] == [None, None]
    tab.page.get_by_role("link", name="Déposer un autre fichier").click()
    expect(tab.page.locator("#before-title + .table tbody tr")).to_have_count(2)
    assert faults(tab) == []
    tab.picture(f"deposit-feed-{width}")


def test_the_page_of_the_data_team_opens_a_feed_by_keyboard(signed_in, feed):
    person = make_user(first_name="Élise", last_name="Tanguy")
    tab = signed_in(DESKTOP, make_user(is_staff=True))
    tab.open(f"/pilotage/donnees/flux/{feed.code}/deposer/")
    tab.page.select_option("[name=person]", str(person.pk))
    tab.page.get_by_role("button", name="Lui ouvrir le flux").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#who-title + ul")).to_contain_text("Élise Tanguy")
    assert faults(tab) == []
    tab.picture("deposit-people-1280")


def test_no_screen_of_deposits_is_wider_than_the_narrowest_window(signed_in, feed, depositor):
    tab = signed_in(NARROWEST, depositor)
    tab.open(f"/pilotage/donnees/flux/{feed.code}/deposer/")
    assert tab.overflow() <= 0
    upload(tab, csv_of(("2026-01", "A", 1), ("2026-01", "B", "beaucoup")), "un-nom-de-fichier-tres-long-et-sans-blanc.csv")  # fmt: skip
    tab.page.wait_for_url("**/depots/*/")
    assert tab.overflow() <= 0
    assert Deposit.objects.count() == 1
