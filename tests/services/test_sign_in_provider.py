"""Signing in by a real OpenID provider that signs its userinfo, as ProConnect does."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portfolio.models import User
from tests.factories.portfolio import make_user
from tests.identities import (
    another_address,
    changed_userinfo,
    declared_unsigned,
    go_to_provider,
    identities,
    unsigned,
    use,
)
from tests.portfolio.views.test_second_factor import code_of, enrol

SITE = "http://testserver"
START, BACK, LOGIN = "/pilotage/connexion/fournisseur/", "/oidc/retour/", "/pilotage/connexion/"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running():
    with identities(SITE) as found:
        yield found


@pytest.fixture
def trusted(settings, running):
    use(settings, running)
    return running


@pytest.fixture
def lina():
    return make_user(username="lina", email="Lina.Perrin@exemple.fr")


def leave(client, *, who="lina", address=START) -> str:
    """Up to the address that leads back to us, with its code and its state."""
    return go_to_provider(client.get(address).url, who=who, until=f"{SITE}{BACK}")


def come_back(client, address: str):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client, **options):
    return come_back(client, leave(client, **options))


def is_in(client) -> bool:
    return client.get("/pilotage/").status_code == 200


def refused(client, answer) -> bool:
    """Led back to the sign-in page, which says so, with nobody signed in."""
    page = client.get(answer.url)
    return answer.url == LOGIN and "toast--error" in page.content.decode() and not is_in(client)


def test_somebody_known_comes_in_and_where_they_wanted(client, trusted, lina):
    answer = sign_in(client, address=f"{START}?next=/pilotage/projets/")
    assert answer.url == "/pilotage/projets/"
    assert is_in(client)
    lina.refresh_from_db()
    assert lina.provider_subject == "lina"


def test_the_account_stays_bound_when_the_address_changes(client, trusted, lina):
    sign_in(client)
    client.logout()
    User.objects.filter(pk=lina.pk).update(email="lina.mariee@exemple.fr")
    make_user(email="lina.perrin@exemple.fr")  # the address is somebody else's now
    sign_in(client)
    assert client.get("/pilotage/").wsgi_request.user == lina


def test_the_request_carries_a_state_a_nonce_and_a_challenge(client, trusted):
    asked = parse_qs(urlsplit(client.get(START).url).query)
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["redirect_uri"] == [f"{SITE}{BACK}"]
    assert "openid" in asked["scope"][0]


def test_the_way_back_is_the_same_in_every_language(client, trusted):
    asked = parse_qs(urlsplit(client.get(f"/en{START}").url).query)
    assert asked["redirect_uri"] == [f"{SITE}{BACK}"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (another_address, "JWS token verification failed"),
        (unsigned, "the userinfo is not signed"),
        (declared_unsigned, "refused"),
    ],
)
def test_userinfo_that_somebody_changed_is_refused(client, trusted, lina, change, why, caplog):
    make_user(email="directrice@exemple.fr", is_superuser=True)
    with changed_userinfo(change):
        assert refused(client, sign_in(client))
    assert why in caplog.text
    assert not User.objects.exclude(provider_subject=None).exists()


def test_userinfo_about_somebody_else_is_refused(client, trusted, lina, caplog):
    """Signed by the provider, and true: but of another person's session."""
    stolen = []
    with changed_userinfo(lambda token: stolen.append(token) or ("application/jwt", token)):
        sign_in(client, who="omar")
    with changed_userinfo(lambda token: ("application/jwt", stolen[0])):
        assert refused(client, sign_in(client))
    assert "about somebody else" in caplog.text


def test_plain_userinfo_is_taken_where_the_setting_says_so(client, trusted, lina, settings):
    settings.OIDC_SIGNED_USERINFO = False
    with changed_userinfo(unsigned):
        sign_in(client)
    assert is_in(client)


def test_somebody_unknown_is_refused_in_plain_words(client, trusted, lina):
    answer = sign_in(client, who="omar")
    assert refused(client, answer)
    assert User.objects.count() == 1


def test_somebody_unknown_gets_an_account_where_the_setting_says_so(client, trusted, settings):
    settings.OIDC_CREATE_USER = True
    sign_in(client, who="omar")
    assert is_in(client)
    omar = User.objects.get()
    assert (omar.email, omar.first_name, omar.last_name) == ("omar@ailleurs.fr", "Omar", "Haddad")
    assert not omar.has_usable_password()
    assert (omar.is_staff, omar.is_superuser) == (False, False)


def test_an_address_that_the_provider_has_not_verified_binds_nothing(client, trusted, lina):
    assert refused(client, sign_in(client, who="faux"))


def test_an_account_bound_to_another_identity_is_not_taken(client, trusted, lina):
    User.objects.filter(pk=lina.pk).update(provider_subject="une-autre")
    assert refused(client, sign_in(client))


def test_two_accounts_with_one_address_open_neither(client, trusted, lina):
    make_user(email="lina.perrin@exemple.fr")
    assert refused(client, sign_in(client))


def test_a_closed_account_stays_closed(client, trusted, lina):
    sign_in(client)
    client.logout()
    User.objects.filter(pk=lina.pk).update(is_active=False)
    assert refused(client, sign_in(client))


def test_another_nonce_is_refused(client, trusted, lina):
    address = leave(client)
    session = client.session
    for kept in session["oidc_states"].values():
        kept["nonce"] = "un-autre"
    session.save()
    assert refused(client, come_back(client, address))


def test_another_state_is_refused(client, trusted, lina):
    address = leave(client)
    state = parse_qs(urlsplit(address).query)["state"][0]
    assert refused(client, come_back(client, address.replace(state, "x" * len(state))))


def test_a_way_back_that_another_browser_began_is_refused(client, trusted, lina):
    assert refused(client, come_back(client, leave(Client())))


def test_a_way_back_serves_once(client, trusted, lina):
    address = leave(client)
    come_back(client, address)
    client.logout()
    assert refused(client, come_back(client, address))


def test_another_code_is_refused(client, trusted, lina):
    address = leave(client)
    code = parse_qs(urlsplit(address).query)["code"][0]
    assert refused(client, come_back(client, address.replace(code, "x" * len(code))))


@pytest.mark.parametrize(
    ("name", "value"),
    [("OIDC_RP_SIGN_ALGO", "ES256"), ("OIDC_RP_CLIENT_SECRET", "faux")],
)
def test_what_does_not_fit_what_was_agreed_is_refused(client, trusted, lina, settings, name, value):
    setattr(settings, name, value)
    assert refused(client, sign_in(client))


def test_an_error_of_the_provider_is_a_refusal(client, trusted):
    assert refused(client, client.get(f"{BACK}?error=access_denied&state=x"))


def test_signing_out_ends_the_session_there_too(client, trusted, lina):
    sign_in(client)
    answer = client.post("/pilotage/deconnexion/")
    told = parse_qs(urlsplit(answer.url).query)
    assert answer.url.startswith(f"{trusted.issuer}/session/end")
    assert told["post_logout_redirect_uri"] == [f"{SITE}/oidc/sortie/"]
    assert told["id_token_hint"]
    assert not is_in(client)
    assert client.get("/oidc/sortie/").url == LOGIN


def test_signing_out_of_a_password_session_stays_here(client, trusted):
    client.force_login(make_user())
    assert client.post("/pilotage/deconnexion/").url == LOGIN


def test_a_provider_that_is_down_is_said_and_the_password_stays(client, settings, running):
    use(settings, running, OIDC_ISSUER="http://127.0.0.1:9")
    assert refused(client, client.get(START))


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(client, settings, running):
    use(settings, running, OIDC_ISSUER=running.issuer.replace("127.0.0.1", "localhost"))
    assert refused(client, client.get(START))


def test_without_a_provider_there_is_no_such_address(client):
    assert client.get(START).status_code == 404
    assert client.get(f"{BACK}?code=x&state=y").status_code == 404
    assert "connexion/fournisseur" not in client.get(LOGIN).content.decode()


# ---------------------------------------------------------------- level of assurance


def test_a_level_of_assurance_that_was_reached_is_worth_a_second_factor(client, settings, lina):
    User.objects.filter(pk=lina.pk).update(is_superuser=True)
    with identities(SITE, PROVIDER_ACR="eidas2") as found:
        use(settings, found, OIDC_ACR_VALUES=["eidas2"], MFA_REQUIRED_FOR=["ADMINISTRATOR"])
        sign_in(client)
        assert is_in(client)


def test_a_lower_level_is_refused(client, settings, lina, caplog):
    with identities(SITE, PROVIDER_ACR="eidas1") as found:
        use(settings, found)
        address = leave(client)  # asked without a level, which an attacker would strip
        settings.OIDC_ACR_VALUES = ["eidas2"]
        assert refused(client, come_back(client, address))
    assert "level of assurance" in caplog.text


def test_without_a_level_the_second_factor_is_still_ours_to_ask(client, trusted, lina, settings):
    User.objects.filter(pk=lina.pk).update(is_superuser=True)
    settings.MFA_REQUIRED_FOR = ["ADMINISTRATOR"]
    sign_in(client)
    assert not is_in(client)


def test_without_a_level_whoever_has_a_second_factor_is_asked_for_it(client, trusted, lina):
    secret = enrol(client, lina)
    client.logout()
    answer = sign_in(client, address=f"{START}?next=/pilotage/ppi/")
    assert answer.url == "/pilotage/connexion/code/"
    assert not is_in(client)
    answer = client.post(answer.url, {"code": code_of(secret)})
    assert answer.url == "/pilotage/ppi/"
    assert client.post("/pilotage/deconnexion/").url.startswith(f"{trusted.issuer}/session/end")


def test_somebody_without_a_password_can_set_up_the_second_factor_they_need(
    client, trusted, settings, lina
):
    lina.set_unusable_password()
    lina.is_superuser = True
    lina.save()
    settings.MFA_REQUIRED_FOR = ["ADMINISTRATOR"]
    sign_in(client)
    address = client.get("/pilotage/").url
    secret = client.get(address).context["form"].secret
    client.post(address, {"code": code_of(secret)})
    assert is_in(client)
    removal = client.post("/pilotage/mon-compte/second-facteur/retirer/")
    assert "/confirmer/code/" in removal.url  # from now on a code confirms who is there


@pytest.mark.parametrize("elsewhere", ["https://mal.example/", "//mal.example/", "/%5Cmal.example"])
def test_coming_back_leads_nowhere_else(client, trusted, lina, elsewhere):
    answer = sign_in(client, address=f"{START}?next={elsewhere}")
    assert is_in(client)
    assert "mal.example" not in answer.url


def test_the_session_of_before_is_not_that_of_whoever_comes_back(client, trusted, lina):
    address = leave(client)
    before = client.session.session_key
    come_back(client, address)
    assert is_in(client)
    assert client.session.session_key != before
