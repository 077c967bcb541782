"""How the library of second factors meets ours: secrets encrypted, our addresses, few words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from portfolio import encryption
from portfolio.sign_in.middleware import needs_factor


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; nobody is greeted; what went well is seen on the page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many attempts. Try again in five minutes."),
        "rate_limited": _("Too many attempts. Try again in five minutes."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not of somebody who comes from the provider alone: they have nothing to confirm with
        before their first second factor."""
        user = context.request.user
        can_confirm = user.has_usable_password() or is_mfa_enabled(user)
        return can_confirm and bool(super().is_reauthentication_required(app=app))

    def add_message(self, *arguments: Any, **options: Any) -> None:
        """The library's own messages are not shown."""

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url("portfolio:home")


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Codes change every 30 seconds."),
        "cannot_delete_authenticator": _("Your role asks for a second factor."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not where a role asks for it."""
        return not needs_factor(authenticator.user)

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
