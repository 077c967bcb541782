"""Some roles have to use a second factor (`MFA_REQUIRED_FOR`)."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import resolve, reverse
from django.utils.translation import gettext as _

from portfolio.models import User
from portfolio.reach import rights_of
from portfolio.sign_in.provider import VOUCHED

# Where somebody without a second factor still goes: to get one, to leave, to change the language.
OPEN_NAMES = {
    "mfa_activate_totp", "account_reauthenticate", "logout", "set_language", "healthz", "readyz",
}  # fmt: skip
DATA_PREFIXES = ("/api/", "/tuiles/")


class SecondFactorMiddleware:
    """Leads whoever has to set up a second factor to its screen, and to no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.MFA_REQUIRED_FOR and _lacks_factor(request):
            return _lead(request)
        return self.get_response(request)


def needs_factor(user: User | AnonymousUser) -> bool:
    """Whether a role of `user`, wherever it holds, is one of MFA_REQUIRED_FOR.

    What the record makes of everybody (manager of their own projects) does not count.
    """
    if isinstance(user, AnonymousUser):
        return False
    held = {role for role, reach in rights_of(user).reaches.items() if reach.given}
    return bool(held & set(settings.MFA_REQUIRED_FOR))


def _lacks_factor(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.session.get(VOUCHED):
        return False
    if _open(request):
        return False
    return needs_factor(request.user) and not is_mfa_enabled(request.user)


def _open(request: HttpRequest) -> bool:
    return resolve(request.path_info).url_name in OPEN_NAMES


def _lead(request: HttpRequest) -> HttpResponse:
    text = _("Your role asks for a second factor: set it up to go on.")
    if request.path.startswith(DATA_PREFIXES):
        return JsonResponse({"detail": text}, status=403)
    messages.warning(request, text)
    return redirect(reverse("mfa_activate_totp"))
