"""The money screens in a real browser: accessible, no wider than the window, usable, safe."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from portfolio.models import Funding, PaymentCredit, Project, User
from tests.factories.finance import make_derogation, make_index, make_mark, make_running_cost
from tests.factories.portfolio import (
    NOW,
    make_authorisation,
    make_credit,
    make_estimate,
    make_funding,
    make_organisation,
    make_programme,
    make_project,
    make_user,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE

WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


@pytest.fixture
def officer(transactional_db) -> User:
    return make_user(username="finances", organisation=make_organisation())


@pytest.fixture
def project(officer) -> Project:
    """With every kind of line, some unknown, and rules that are broken."""
    project = make_project(
        code="P-200", name_fr="Pont-quai des Mariniers", manager=officer,
        cost=Decimal(13_100_000), programme=make_programme(code="velo", name_fr="Réseau cyclable"),
    )  # fmt: skip
    make_authorisation(project, "12400000")
    make_authorisation(project, "9000000", kind="AFFECTATION")
    make_credit(project, 2025, voted_eur=Decimal(8_000_000), committed_eur=None)
    make_credit(project, 2026, voted_eur=Decimal(6_000_000))
    make_credit(project, 2027, voted_eur=Decimal(1), committed_eur=None, paid_eur=None,
                carried_over_eur=None)  # fmt: skip
    funder = make_organisation(kind="PARTNER", name_fr="Région Valombre")
    make_funding(project, "11000000", funder=funder, notified_eur=Decimal(11_000_000),
                 notified_on=date(2024, 5, 1))  # fmt: skip
    index = make_index({date(2024, 1, 1): "129.2", date(2025, 5, 1): "131.4"}, code="tp01")
    make_estimate(project, Decimal(13_900_000), index=index, reason="Appuis du pont à reprendre")
    make_running_cost(project)
    make_running_cost(project, "-4000", nature="REVENUE")
    make_running_cost(project, withdrawn_at=NOW)
    make_mark(project)
    make_mark(project, "MIXED", axis="eau")
    make_derogation(project)
    return project


@pytest.fixture
def signed_in(visit, client, officer, settings):
    def start(window: dict[str, int], **options):
        client.force_login(officer)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def screens() -> dict[str, str]:
    return {
        "projet": "/pilotage/projets/P-200/",
        "credits": "/pilotage/projets/P-200/credits/investissement/2026/",
        "acte": "/pilotage/projets/P-200/autorisations/ajouter/",
        "financement": f"/pilotage/projets/P-200/financements/{Funding.objects.get().pk}/",
        "estimation": "/pilotage/projets/P-200/estimations/ajouter/",
        "budget-vert": "/pilotage/projets/P-200/budget-vert/",
        "fonctionnement": "/pilotage/projets/P-200/fonctionnement/ajouter/",
        "derogation": "/pilotage/projets/P-200/derogations/ajouter/",
        "parametres": "/pilotage/parametres/",
        "index": "/pilotage/parametres/index/tp01/",
        "reports": "/pilotage/reports-de-credits/?year=2026",
        "lignes": "/pilotage/ppi/investissement/2026/",
        "ppi": "/pilotage/ppi/?from=2025",
        "public": "/projets/P-200/",
    }


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_money_screen_is_accessible_and_fits_its_window(signed_in, project, width, dark):
    tab = signed_in(WINDOWS[width], dark=dark)
    wrong = []
    for name, path in screens().items():
        assert tab.open(path) == 200
        tab.page.wait_for_load_state("networkidle")
        if not dark:
            tab.picture(f"budget-{name}-{width}")
        wrong += [f"{path}: {violation}" for violation in tab.accessibility()]
        wrong += [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
        wrong += [f"{path}: cut off: {text}" for text in tab.clipped()]
    assert wrong == []


def test_no_money_screen_is_wider_than_the_narrowest_window(signed_in, project):
    tab = signed_in(NARROWEST)
    for path in screens().values():
        tab.open(path)
        assert tab.overflow() <= 0, path


def test_a_year_is_entered_by_keyboard_alone(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-200/credits/investissement/2028/")
    tab.page.focus("[name=voted_eur]")
    tab.page.keyboard.type("1,5 M€")
    for _ in range(4):
        tab.page.keyboard.press("Tab")
    tab.page.keyboard.type("Budget primitif")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/projets/P-200/#money")
    line = PaymentCredit.objects.get(project=project, year=2028)
    assert (line.voted_eur, line.paid_eur) == (1_500_000, None)


def test_of_two_who_edit_the_same_year_the_second_is_told_and_loses_nothing(signed_in, project):
    first, second = signed_in(DESKTOP), signed_in(DESKTOP)
    for tab, paid in ((first, "250000"), (second, "260000")):
        tab.open("/pilotage/projets/P-200/credits/investissement/2026/")
        tab.page.fill("[name=paid_eur]", paid)
        tab.page.fill("[name=reason]", "Situation de juin")
    first.page.locator("main button[type=submit]").click()
    first.page.wait_for_url("**/projets/P-200/#money")
    second.page.locator("main button[type=submit]").click()
    expect(second.page.locator("#errors")).to_be_visible()
    assert second.page.input_value("[name=paid_eur]") == "260000"
    second.complaints.clear()  # the browser reports the 422 that is wanted here
    assert PaymentCredit.objects.get(project=project, year=2026).paid_eur == 250_000


def test_a_cost_is_entered_in_place_and_shown_again(signed_in, project):
    tab = signed_in(PHONE)
    tab.open("/pilotage/projets/P-200/")
    tab.page.locator("#block-costs a", has_text="Entrer une nouvelle estimation").click()
    tab.page.fill("#costs-amount_eur", "14,2 M€")
    tab.page.fill("#costs-valued_on", "2026-03-01")
    tab.page.fill("#costs-reason", "Fouilles archéologiques")
    tab.page.locator("#block-costs button[type=submit]").click()
    block = tab.page.locator("#block-costs")
    expect(block.get_by_text("Fouilles archéologiques").first).to_be_visible()
    assert [one.amount_eur for one in project.cost_estimates.order_by("version")] == [
        13_100_000, 13_900_000, 14_200_000,
    ]  # fmt: skip
