"""Signing in and looking after people, in a real browser: on a phone, by keys, in two languages."""

import pytest
from playwright.sync_api import expect

from portfolio.models import RoleAssignment, User
from portfolio.roles import Role
from tests.factories.portfolio import (
    make_organisation,
    make_programme,
    make_project,
    make_role,
    make_user,
)
from tests.functional.conftest import DESKTOP, NARROWEST, PHONE
from tests.identities import identities, use
from tests.portfolio.views.test_second_factor import code_of

PASSWORD = "mot-de-passe-long"
WINDOWS = {"390": PHONE, "1280": DESKTOP}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db) -> User:
    """An administrator, and a few others with a role each."""
    department = make_organisation(name_fr="Direction des mobilités", name_en="Mobility")
    programme = make_programme(name_fr="Se déplacer autrement", name_en="Getting around")
    project = make_project(code="P-1", name_fr="Pont-quai des Mariniers", lead=department)
    administrator = make_user(
        username="yann", first_name="Yann", last_name="Le Bihan", email="yann@exemple.fr",
        organisation=department,
    )  # fmt: skip
    make_role(administrator, Role.ADMINISTRATOR)
    others = [("Mireille", Role.FINANCE_OFFICER, None), ("Idriss", Role.PROGRAMME_DIRECTOR, programme),
              ("Élise", Role.CONTRIBUTOR, project), ("Hugo", Role.VALIDATOR, department)]  # fmt: skip
    for first_name, role, where in others:
        user = make_user(first_name=first_name, last_name="Exemple", organisation=department,
                         email=f"{first_name.lower()}@exemple.fr")  # fmt: skip
        make_role(user, role, where)
    make_user(first_name="Ancien", last_name="Agent", is_active=False)
    return administrator


@pytest.fixture
def signed_in(visit, client, people, settings):
    def start(window: dict[str, int], **options):
        client.force_login(people)
        tab = visit(window, **options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": tab.base}
        tab.page.context.add_cookies([cookie])
        return tab

    return start


def screens(people: User) -> dict[str, str]:
    other = User.objects.exclude(pk=people.pk).filter(is_active=True).order_by("pk")[0]
    role = RoleAssignment.objects.get(user=other)
    return {
        "personnes": "/pilotage/personnes/",
        "personnes-vide": "/pilotage/personnes/?q=nobody",
        "inviter": "/pilotage/personnes/inviter/",
        "personne": f"/pilotage/personnes/{other.pk}/",
        "role": f"/pilotage/personnes/{other.pk}/roles/donner/",
        "retirer": f"/pilotage/personnes/roles/{role.pk}/retirer/",
        "fermer": f"/pilotage/personnes/{other.pk}/fermer/",
        "mon-compte": "/pilotage/mon-compte/",
        "mot-de-passe": "/pilotage/mon-compte/mot-de-passe/",
        "confirmer": "/pilotage/mon-compte/confirmer/",
    }


OPEN = {
    "connexion": "/pilotage/connexion/",
    "oubli": "/pilotage/connexion/oubli/",
    "oubli-envoye": "/pilotage/connexion/oubli/envoye/",
    "lien-mort": "/pilotage/connexion/mot-de-passe/x/y/",
    "mot-de-passe-fait": "/pilotage/connexion/mot-de-passe/enregistre/",
}


def wrong_with(tab, name: str, path: str, width: str) -> list[str]:
    assert tab.open(path) == 200
    tab.picture(f"comptes-{name}-{width}")
    wide = [f"{path}: {tab.overflow()} px too wide"] if tab.overflow() > 0 else []
    clipped = [f"{path}: clipped {text}" for text in tab.clipped()]
    return [*(f"{path}: {violation}" for violation in tab.accessibility()), *wide, *clipped]


@pytest.mark.parametrize("width", WINDOWS)
@pytest.mark.parametrize("language", ["", "/en"], ids=["fr", "en"])
def test_every_screen_is_accessible_and_fits_its_window(signed_in, people, visit, width, language):
    tab, stranger = signed_in(WINDOWS[width]), visit(WINDOWS[width])
    wrong = []
    for shown, addresses in ((tab, screens(people)), (stranger, OPEN)):
        for name, path in addresses.items():
            wrong += wrong_with(shown, f"{language.strip('/')}{name}", language + path, width)
    assert wrong == []


def test_no_screen_is_wider_than_the_narrowest_window(signed_in, people):
    tab = signed_in(NARROWEST)
    for path in screens(people).values():
        tab.open(path)
        assert tab.overflow() <= 0, path


def test_an_administrator_invites_somebody_and_gives_a_role_on_a_phone(signed_in):
    tab = signed_in(PHONE)
    page = tab.page
    tab.open("/pilotage/personnes/")
    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.fill("[name=first_name]", "Inès")
    page.fill("[name=last_name]", "Roussel")
    page.fill("[name=email]", "ines@exemple.fr")
    page.fill("[name=reason]", "Arrivée")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("code.key")).to_contain_text("/connexion/mot-de-passe/")
    tab.picture("comptes-lien-390")
    page.get_by_role("link", name="Donner un rôle").click()
    page.select_option("[name=role]", "CONTRIBUTOR")
    page.fill("[name=project]", "P-1")
    page.fill("[name=reason]", "Nouvelle équipe")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".toast")).to_be_visible()
    tab.picture("comptes-personne-avec-role-390")
    assert RoleAssignment.objects.filter(
        user__email="ines@exemple.fr", project__code="P-1"
    ).exists()


@pytest.mark.parametrize("window", WINDOWS)
def test_a_second_factor_is_set_up_and_asked_for(visit, people, window):
    tab = visit(WINDOWS[window])
    page = tab.page
    tab.open("/pilotage/connexion/")
    sign_in(page)
    page.wait_for_url(f"{tab.base}/pilotage/")
    tab.open("/pilotage/mon-compte/")
    page.get_by_role("link", name="Installer un second facteur").click()
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.locator("summary").click()
    tab.picture(f"comptes-second-facteur-{window}")
    assert tab.accessibility() == []
    assert tab.overflow() <= 0
    secret = page.locator("code.key").inner_text()
    page.fill("[name=code]", code_of(secret))
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    tab.picture(f"comptes-codes-{window}")
    assert tab.accessibility() == []
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="Je les ai gardés").click()
    tab.picture(f"comptes-mon-compte-protege-{window}")
    page.get_by_role("button", name="Se déconnecter").click()
    sign_in(page)
    expect(page.locator("[name=code]")).to_be_visible()
    tab.picture(f"comptes-code-{window}")
    assert tab.accessibility() == []
    page.fill("[name=code]", recovery)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{tab.base}/pilotage/")


def sign_in(page) -> None:
    page.fill("[name=username]", "yann")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")


def test_the_provider_opens_an_account_and_closes_it_in_a_browser(visit, people, settings):
    tab = visit(PHONE)
    page = tab.page
    User.objects.filter(pk=people.pk).update(email="lina.perrin@exemple.fr")
    with identities(tab.base, PROVIDER_ACCOUNT="lina") as found:
        use(settings, found)
        settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(found.issuer)
        tab.open("/pilotage/connexion/")
        tab.picture("comptes-fournisseur-390")
        assert tab.accessibility() == []
        page.get_by_role("link", name="Se connecter avec ProConnect").click()
        page.wait_for_url(f"{tab.base}/pilotage/")
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(f"{found.issuer}/session/end**")
        page.get_by_role("button", name="Sign me out").click()
        page.wait_for_url(f"{tab.base}/pilotage/connexion/")
        settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].remove(found.issuer)
