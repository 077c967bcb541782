"""Who comes back from the provider: what it says is checked, then matched with an account.

The library verifies signatures and the nonce; what it leaves open is verified here (OpenID Connect
Core, 3.1.3.7 and 5.3.2): issuer, audience, dates, subject, level of assurance.
"""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest
from django.utils import timezone
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from portfolio.machine_reasons import by_machine
from portfolio.models import User
from portfolio.services import people
from portfolio.services.people import FIRST_SIGN_IN, Person
from portfolio.sign_in.provider import ProviderError, is_configured, provider

LOGGER = logging.getLogger(__name__)
REFUSALS = (
    SuspiciousOperation, ProviderError, jwt.PyJWTError, requests.RequestException, ValidationError,
    KeyError, ValueError,
)  # fmt: skip
Claims = dict[str, Any]


class ProviderBackend(OIDCAuthenticationBackend):
    """Django makes one at every question about rights: nothing is asked of the provider before
    somebody comes back from it."""

    def __init__(self) -> None:
        self.UserModel = get_user_model()
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID
        self.OIDC_RP_CLIENT_SECRET = settings.OIDC_RP_CLIENT_SECRET
        self.OIDC_RP_SIGN_ALGO = settings.OIDC_RP_SIGN_ALGO
        self.OIDC_RP_IDP_SIGN_KEY = None

    @property
    def OIDC_OP_TOKEN_ENDPOINT(self) -> str:  # noqa: N802 - named by the library
        return provider().token

    @property
    def OIDC_OP_USER_ENDPOINT(self) -> str:  # noqa: N802
        return provider().userinfo

    @property
    def OIDC_OP_JWKS_ENDPOINT(self) -> str:  # noqa: N802
        return provider().keys

    def authenticate(self, request: HttpRequest | None, **given: Any) -> User | None:
        """None for whoever is refused; the log says why, the page only that."""
        if not is_configured() or "nonce" not in given:
            return None
        try:
            user: User | None = super().authenticate(request, **given)
        except REFUSALS as error:
            LOGGER.warning("sign-in by the provider refused: %s", error)
            return None
        return user if user is not None and user.is_active else None

    def get_or_create_user(self, access_token: str, id_token: str, payload: Claims) -> User | None:
        """The account that `sub` is bound to; else the one with that address, bound from now on."""
        _check_id_token(payload)
        claims = self.get_userinfo(access_token, id_token, payload)
        if claims.get("sub") != payload["sub"]:
            raise SuspiciousOperation("the userinfo is about somebody else")
        bound = User.objects.filter(provider_subject=payload["sub"]).first()
        return bound or _matched(claims) or _created(claims)

    def get_userinfo(self, access_token: str, id_token: str, payload: Claims) -> Claims:
        """Signed by the provider (ProConnect), unless OIDC_SIGNED_USERINFO is off."""
        answer = requests.get(
            self.OIDC_OP_USER_ENDPOINT,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=settings.OIDC_TIMEOUT,
        )
        answer.raise_for_status()
        if answer.headers.get("content-type", "").lower().startswith("application/jwt"):
            claims: Claims = self.verify_token(answer.text)
            _check_source(claims)
            return claims
        if settings.OIDC_SIGNED_USERINFO:
            raise SuspiciousOperation("the userinfo is not signed")
        plain: Claims = answer.json()
        return plain


def _check_source(claims: Claims) -> None:
    """Issued by our provider, for us. The library has checked the dates, where there are any."""
    if claims.get("iss") != provider().issuer:
        raise SuspiciousOperation("another issuer")
    audience = claims.get("aud")
    if settings.OIDC_RP_CLIENT_ID not in (audience if isinstance(audience, list) else [audience]):
        raise SuspiciousOperation("issued for somebody else")


def _check_id_token(claims: Claims) -> None:
    _check_source(claims)
    if claims.get("azp", settings.OIDC_RP_CLIENT_ID) != settings.OIDC_RP_CLIENT_ID:
        raise SuspiciousOperation("given to somebody else")
    if "exp" not in claims or not claims.get("sub"):
        raise SuspiciousOperation("no end or no subject")
    if settings.OIDC_ACR_VALUES and claims.get("acr") not in settings.OIDC_ACR_VALUES:
        raise SuspiciousOperation(f"level of assurance {claims.get('acr')}")


def _matched(claims: Claims) -> User | None:
    """One account with that address and bound to nobody; an address the provider itself has not
    verified binds nothing."""
    email = str(claims.get("email", ""))
    if not email or claims.get("email_verified") is False:
        return None
    found = list(User.objects.filter(email__iexact=email, is_active=True)[:2])
    if len(found) != 1 or found[0].provider_subject:
        return None
    return people.bind(user=found[0], subject=claims["sub"], label=settings.OIDC_LABEL)


def _created(claims: Claims) -> User | None:
    """Somebody unknown: refused, unless OIDC_CREATE_USER. Without a role they read what agents
    read."""
    email = str(claims.get("email", ""))
    if not settings.OIDC_CREATE_USER or not email or claims.get("email_verified") is False:
        return None
    person = Person(
        username=email.lower()[:150],
        first_name=str(claims.get(settings.OIDC_FIRST_NAME_CLAIM, ""))[:150],
        last_name=str(claims.get(settings.OIDC_LAST_NAME_CLAIM, ""))[:150],
        email=email,
    )
    reason = by_machine(FIRST_SIGN_IN, label=settings.OIDC_LABEL)
    user = people.invite(person=person, by=None, reason=reason, at=timezone.now())
    return people.bind(user=user, subject=claims["sub"], label=settings.OIDC_LABEL)
