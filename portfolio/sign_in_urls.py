"""Addresses of the second factor, below /pilotage/. Their names are those that the library of
second factors looks for, hence no namespace."""

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCode
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.urls import path

from portfolio.views import account
from portfolio.views.sign_in import SignIn

FOLDER = "portfolio/sign_in"
urlpatterns = [
    path("connexion/", SignIn.as_view(), name="account_login"),
    path(
        "connexion/code/",
        AuthenticateView.as_view(template_name=f"{FOLDER}/code.html"),
        name="mfa_authenticate",
    ),
    path("mon-compte/", account.my_account, name="mfa_index"),
    path(
        "mon-compte/confirmer/",
        ReauthenticateView.as_view(template_name=f"{FOLDER}/confirm.html"),
        name="account_reauthenticate",
    ),
    path(
        "mon-compte/confirmer/code/",
        ReauthenticateByCode.as_view(template_name=f"{FOLDER}/confirm.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "mon-compte/second-facteur/",
        ActivateTOTPView.as_view(template_name=f"{FOLDER}/activate.html"),
        name="mfa_activate_totp",
    ),
    path(
        "mon-compte/second-facteur/retirer/",
        DeactivateTOTPView.as_view(template_name=f"{FOLDER}/deactivate.html"),
        name="mfa_deactivate_totp",
    ),
    path(
        "mon-compte/codes-de-secours/",
        ViewRecoveryCodesView.as_view(template_name=f"{FOLDER}/recovery_codes.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "mon-compte/codes-de-secours/nouveaux/",
        GenerateRecoveryCodesView.as_view(template_name=f"{FOLDER}/new_codes.html"),
        name="mfa_generate_recovery_codes",
    ),
]
