"""Signing in and out: by a password and a second factor, or by the provider of identities."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode as query
from django.utils.translation import gettext as _
from mozilla_django_oidc import views as oidc

from portfolio.models import User
from portfolio.sign_in.provider import VOUCHED, ProviderError, is_configured, provider

LOGGER = logging.getLogger(__name__)
ID_TOKEN = "oidc_id_token"  # noqa: S105 - the session's key, named by the library


class SignIn(auth.LoginView):
    """A name and a password; whoever has a second factor is asked for it next."""

    template_name = "portfolio/sign_in/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context = super().get_context_data(**given)
        return context | {"has_provider": is_configured(), "provider": settings.OIDC_LABEL}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        wanted = self.get_redirect_url() or home_of(user)
        answer: HttpResponse = perform_login(
            self.request, user, email_verification="none", redirect_url=wanted
        )
        return answer


def home_of(user: User) -> str:
    """In the language that `user` chose."""
    with translation.override(user.language):
        return resolve_url(settings.LOGIN_REDIRECT_URL)


class SignOut(auth.LogoutView):
    """Out of here and, for whoever came from the provider, out of there too."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        id_token = request.session.get(ID_TOKEN, "")
        answer = super().post(request, *args, **kwargs)
        return HttpResponseRedirect(_end_session(request, id_token)) if id_token else answer


def editors_sign_in(request: HttpRequest) -> HttpResponse:
    """Wagtail and Django's admin have no sign-in of their own: theirs knows no second factor."""
    if request.user.is_authenticated:
        raise Http404  # signed in, and not allowed there
    wanted = {"next": request.GET["next"]} if "next" in request.GET else {}
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{query(wanted)}")


class ProviderSignIn(oidc.OIDCAuthenticationRequestView):
    """Leads to the provider, with a state, a nonce and a code challenge kept in the session."""

    def __init__(self, **given: Any) -> None:
        super(oidc.OIDCAuthenticationRequestView, self).__init__(**given)
        self.OIDC_RP_CLIENT_ID = settings.OIDC_RP_CLIENT_ID

    @property
    def OIDC_OP_AUTH_ENDPOINT(self) -> str:  # noqa: N802 - named by the library
        return provider().authorization

    def get(self, request: HttpRequest) -> HttpResponse:
        if not is_configured():
            raise Http404
        try:
            answer: HttpResponse = super().get(request)
        except ProviderError as error:
            LOGGER.warning("%s", error)
            text = _("%(provider)s does not answer. Try again later, or use a password.")
            messages.error(request, text % {"provider": settings.OIDC_LABEL})
            return redirect(settings.LOGIN_URL)
        return answer

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """A level of assurance is asked for as essential (OpenID Connect Core, 5.5.1.1)."""
        levels = settings.OIDC_ACR_VALUES
        if not levels:
            return {}
        wanted = {"id_token": {"acr": {"essential": True, "values": levels}}}
        return {"acr_values": " ".join(levels), "claims": json.dumps(wanted)}


class ProviderReturn(oidc.OIDCAuthenticationCallbackView):
    """Back from the provider: known, or refused in plain words."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not is_configured():
            raise Http404
        try:
            answer: HttpResponse = super().get(request)
        except SuspiciousOperation as error:
            LOGGER.warning("sign-in by the provider refused: %s", error)
            return self.login_failure()
        return answer

    def login_success(self) -> HttpResponse:
        """A level of assurance that was asked for and checked is worth a second factor; else
        whoever has set one up here is asked for it."""
        answer: HttpResponse
        if settings.OIDC_ACR_VALUES:
            answer = super().login_success()
            self.request.session[VOUCHED] = True
        else:
            answer = perform_login(
                self.request,
                self.user,
                email_verification="none",
                redirect_url=self.request.session.get("oidc_login_next") or home_of(self.user),
            )
        return answer

    def login_failure(self) -> HttpResponse:
        self.request.session.pop(ID_TOKEN, None)
        text = _(
            "%(provider)s did not open an account here. Ask an administrator whether one was made "
            "for your work address."
        )
        messages.error(self.request, text % {"provider": settings.OIDC_LABEL})
        return redirect(settings.LOGIN_URL)


def _end_session(request: HttpRequest, id_token: str) -> str:
    """https://openid.net/specs/openid-connect-rpinitiated-1_0.html"""
    back = request.build_absolute_uri(reverse("oidc-signed-out"))
    try:
        end = provider().end_session
    except ProviderError as error:
        LOGGER.warning("%s", error)
        end = ""
    told = {
        "id_token_hint": id_token,
        "client_id": settings.OIDC_RP_CLIENT_ID,
        "post_logout_redirect_uri": back,
    }
    return f"{end}?{urlencode(told)}" if end else back


def signed_out(request: HttpRequest) -> HttpResponse:
    """Where the provider leads back to, whatever the language."""
    return redirect(settings.LOGIN_URL)
