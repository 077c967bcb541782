"""The OpenID provider that this installation trusts: found by its issuer's own description.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache

KNOWN_FOR_S = 3600
VOUCHED = "provider_vouches_for_second_factor"  # in the session of who signed in so


class ProviderError(Exception):
    """The provider cannot be reached, or does not describe itself as it should."""


@dataclass(frozen=True)
class Provider:
    """Where it is asked; `end_session` is empty where signing out there is not possible."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    keys: str
    end_session: str


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def provider() -> Provider:
    """The description, asked at most once an hour. Raises ProviderError."""
    key = f"oidc-provider:{settings.OIDC_ISSUER}"
    known: Provider | None = cache.get(key)
    if known is None:
        known = _read(_ask())
        cache.set(key, known, KNOWN_FOR_S)
    return known


def _ask() -> Any:
    address = f"{settings.OIDC_ISSUER}/.well-known/openid-configuration"
    try:
        return httpx.get(address, timeout=settings.OIDC_TIMEOUT).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderError(f"{address}: {error}") from error


def _read(described: Any) -> Provider:
    try:
        found = Provider(
            issuer=described["issuer"],
            authorization=described["authorization_endpoint"],
            token=described["token_endpoint"],
            userinfo=described["userinfo_endpoint"],
            keys=described["jwks_uri"],
            end_session=described.get("end_session_endpoint", ""),
        )
    except (KeyError, TypeError) as error:
        raise ProviderError(f"the description misses {error}") from error
    if found.issuer.rstrip("/") != settings.OIDC_ISSUER:
        raise ProviderError(f"{settings.OIDC_ISSUER} calls itself {found.issuer}")
    return found
