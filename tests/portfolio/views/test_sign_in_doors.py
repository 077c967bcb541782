"""The doors of sign-in: they lead nowhere else, tell nobody who exists, and let no closed account
in."""

import pytest
from django.core.cache import cache
from django.urls import NoReverseMatch, get_resolver, reverse

from portfolio.models import User
from tests.factories.portfolio import make_user
from tests.portfolio.views.test_second_factor import (
    CODE,
    LOGIN,
    code_of,
    confirm,
    enrol,
    give_password,
    is_in,
)

pytestmark = pytest.mark.django_db
ELSEWHERE = ["https://mal.example/", "//mal.example/", "///mal.example", "/\\mal.example",
             "http:mal.example", "javascript:alert(1)", "https:/\\mal.example", "\t//mal.example",
             "//testserver@mal.example/"]  # fmt: skip
# What of the library of second factors has an address here.
OURS = {
    "account_login", "account_reauthenticate", "mfa_activate_totp", "mfa_authenticate",
    "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_index", "mfa_reauthenticate",
    "mfa_view_recovery_codes",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def leads_outside(answer) -> bool:
    return "mal.example" in answer.url or "javascript" in answer.url


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_password_leads_nowhere_else(client, elsewhere):
    answer = give_password(client, make_user(), next=elsewhere)
    assert is_in(client)
    assert not leads_outside(answer)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_code_leads_nowhere_else(client, elsewhere):
    user = make_user()
    secret = enrol(client, user)
    client.logout()
    give_password(client, user, next=elsewhere)
    answer = client.post(f"{CODE}?next={elsewhere}", {"code": code_of(secret), "next": elsewhere})
    assert is_in(client)
    assert not leads_outside(answer)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_confirming_who_one_is_and_choosing_a_language_lead_nowhere_else(client, elsewhere):
    client.force_login(make_user())
    given = {"password": "mot-de-passe-long", "next": elsewhere}
    assert not leads_outside(client.post("/pilotage/mon-compte/confirmer/", given))
    answer = client.post("/langue/", {"language": "en", "next": elsewhere})
    assert not leads_outside(answer)


def test_the_session_of_before_is_not_that_of_whoever_signs_in(client):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "x"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    give_password(client, make_user())
    assert is_in(client)
    assert client.session.session_key != before


def test_a_password_first_then_a_code_change_the_session_too(client):
    user = make_user()
    secret = enrol(client, user)
    client.logout()
    give_password(client, user)
    before = client.session.session_key
    client.post(CODE, {"code": code_of(secret)})
    assert is_in(client)
    assert client.session.session_key != before


def test_the_answer_is_the_same_whoever_exists(client):
    make_user(username="ouverte")
    make_user(username="fermee", is_active=False)
    told = []
    for name, password in [("personne", "mot-de-passe-long"), ("ouverte", "faux"),
                           ("fermee", "mot-de-passe-long"), ("fermee", "faux")]:  # fmt: skip
        answer = client.post(LOGIN, {"username": name, "password": password})
        assert answer.status_code == 200
        told.append([str(error) for error in answer.context["form"].non_field_errors()])
    assert told[0]
    assert told == [told[0]] * len(told)
    assert not is_in(client)


def test_an_account_that_is_closed_before_the_code_stays_out(client):
    user = make_user()
    secret = enrol(client, user)
    client.logout()
    give_password(client, user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client.post(CODE, {"code": code_of(secret)})
    assert not is_in(client)


def test_an_account_that_is_closed_is_out_at_once(client):
    user = make_user()
    give_password(client, user)
    assert is_in(client)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not is_in(client)
    assert confirm(client).status_code == 302


def test_of_the_library_only_our_screens_have_an_address(client):
    names = {key for key in get_resolver().reverse_dict if isinstance(key, str)}
    library = {
        n for n in names if n.startswith(("account_", "mfa_", "socialaccount", "usersessions"))
    }
    assert library == OURS
    for name in ("account_signup", "account_email", "account_reset_password", "account_inactive",
                 "mfa_signup_webauthn", "mfa_trust"):  # fmt: skip
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert client.get("/.well-known/change-password", follow=True).status_code == 404
