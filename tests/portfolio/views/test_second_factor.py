"""A second factor cannot be walked around: at our sign-in page, nor at those of the editors."""

import base64
import hmac
import re
import struct
import time
from hashlib import sha1
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from portfolio import encryption
from portfolio.roles import Role
from tests.factories.portfolio import make_role, make_user

PASSWORD = "mot-de-passe-long"
LOGIN, CODE = "/pilotage/connexion/", "/pilotage/connexion/code/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


def code_of(secret: str, *, at: float | None = None) -> str:
    """RFC 6238, written here again: the application on the telephone is not ours."""
    moment = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", moment), sha1).digest()
    start = digest[-1] & 15
    return str((struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6).zfill(6)


def test_our_codes_are_those_of_the_standard():
    assert code_of(base64.b32encode(b"12345678901234567890").decode(), at=59) == "287082"


def give_password(client, user, **given):
    return client.post(LOGIN, {"username": user.username, "password": PASSWORD} | given)


def confirm(client):
    return client.post("/pilotage/mon-compte/confirmer/", {"password": PASSWORD})


def enrol(client, user) -> str:
    """Signs in, sets up a second factor by the screens, and returns its secret."""
    client.force_login(user)
    confirm(client)
    page = client.get("/pilotage/mon-compte/second-facteur/")
    secret = page.context["form"].secret
    answer = client.post("/pilotage/mon-compte/second-facteur/", {"code": code_of(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    return secret


@pytest.fixture
def protected(client):
    user = make_user()
    user.secret = enrol(client, user)
    client.logout()
    return user


def is_in(client) -> bool:
    return client.get("/pilotage/").status_code == 200


def test_a_password_alone_opens_an_account_without_a_second_factor(client):
    give_password(client, make_user())
    assert is_in(client)


def test_a_password_alone_does_not_open_a_protected_account(client, protected):
    answer = give_password(client, protected, next="/pilotage/projets/")
    assert answer.url == CODE
    assert not is_in(client)
    assert client.get("/api/v1/projects/").wsgi_request.user.is_anonymous
    answer = client.post(CODE, {"code": code_of(protected.secret)})
    assert answer.url == "/pilotage/projets/"
    assert is_in(client)


def test_a_wrong_code_opens_nothing_and_too_many_are_stopped(client, protected):
    give_password(client, protected)
    for _attempt in range(12):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    page = client.post(CODE, {"code": code_of(protected.secret)})  # right, and too late
    assert page.context["form"].errors
    assert not is_in(client)


def test_a_code_serves_once(client, protected):
    code = code_of(protected.secret)
    give_password(client, protected)
    client.post(CODE, {"code": code})
    client.logout()
    give_password(client, protected)
    client.post(CODE, {"code": code})
    assert not is_in(client)


def test_a_recovery_code_serves_once_in_the_place_of_the_telephone(client, protected):
    codes = Authenticator.objects.get(user=protected, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]
    for expected in (True, False):
        give_password(client, protected)
        client.post(CODE, {"code": code})
        assert is_in(client) is expected
        client.logout()


def test_the_code_page_is_nothing_without_a_password_first(client, protected):
    assert client.get(CODE).url == LOGIN
    assert client.post(CODE, {"code": code_of(protected.secret)}).url == LOGIN


@pytest.mark.parametrize("door", ["/cms/login/", "/admin/login/"])
def test_the_editors_have_no_door_of_their_own(client, protected, door):
    protected.is_superuser = protected.is_staff = True
    protected.save()
    data = {"username": protected.username, "password": PASSWORD, "next": "/cms/"}
    answer = client.post(door, data)
    assert answer.url.startswith(LOGIN)
    for path in ("/cms/", "/admin/"):
        assert client.get(path).status_code == 302
    answer = client.get(f"{door}?next=/cms/pages/")
    assert unquote(answer.url) == f"{LOGIN}?next=/cms/pages/"


@pytest.mark.parametrize("path", ["/cms/password_reset/", "/cms/account/change_password/"])
def test_the_editors_change_no_password_of_their_own(client, path):
    client.force_login(make_user(is_superuser=True))
    assert client.get(path).status_code == 404


def test_somebody_who_may_not_edit_is_not_sent_round_in_circles(client):
    client.force_login(make_user())
    for path in ("/cms/", "/admin/"):
        answer = client.get(path, follow=True)
        assert (answer.status_code, len(answer.redirect_chain)) == (404, 1)


def test_the_secret_is_stored_encrypted(client, protected, settings):
    stored = Authenticator.objects.get(user=protected, type="totp").data["secret"]
    assert protected.secret not in stored
    assert encryption.decrypt(stored) == protected.secret
    old = settings.SECRET_KEY
    settings.FIELD_KEYS = ["nouvelle", f"second-factor:{old}"]
    assert encryption.decrypt(stored) == protected.secret
    assert encryption.decrypt(encryption.encrypt("x")) == "x"


def test_setting_it_up_and_removing_it_ask_who_is_there(client):
    user = make_user()
    client.force_login(user)
    assert client.get("/pilotage/mon-compte/second-facteur/").url.startswith(
        "/pilotage/mon-compte/confirmer/"
    )
    enrol(client, user)
    client.logout()
    client.force_login(user)
    answer = client.post("/pilotage/mon-compte/second-facteur/retirer/")
    assert "/confirmer/" in answer.url
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_removing_it_ends_the_recovery_codes(client):
    user = make_user()
    enrol(client, user)
    client.post("/pilotage/mon-compte/second-facteur/retirer/")
    assert not Authenticator.objects.filter(user=user).exists()


def test_recovery_codes_are_shown_once_confirmed_and_hidden_later(client, protected):
    path = "/pilotage/mon-compte/codes-de-secours/"
    client.force_login(protected)
    hidden = client.get(path).content.decode()
    assert not re.findall(r"\b\d{8}\b", hidden)


# ---------------------------------------------------------------- who has to have one


@pytest.fixture
def required(settings):
    settings.MFA_REQUIRED_FOR = [Role.ADMINISTRATOR]


def test_a_role_that_needs_a_second_factor_leads_to_its_screen_alone(client, required):
    user = make_user(is_superuser=True)
    client.force_login(user)
    for path in ("/pilotage/", "/cms/", "/admin/", "/pilotage/personnes/", "/"):
        assert client.get(path).url == "/pilotage/mon-compte/second-facteur/", path
    assert client.get("/api/v1/projects/").status_code == 403
    enrol(client, user)
    assert is_in(client)


def test_others_are_not_asked(client, required):
    client.force_login(make_user())
    assert is_in(client)


def test_a_role_in_one_place_needs_it_too(client, required):
    user = make_user()
    make_role(user, Role.ADMINISTRATOR)
    client.force_login(user)
    assert not is_in(client)


def test_it_is_not_removed_where_it_is_needed(client, required):
    user = make_user(is_superuser=True)
    enrol(client, user)
    client.post("/pilotage/mon-compte/second-facteur/retirer/")
    assert Authenticator.objects.filter(user=user, type="totp").exists()
