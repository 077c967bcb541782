"""Signing in, one's account, people and their roles."""

from django.urls import path

from portfolio.views import (
    account,
    password_links,
    people,
    sign_in,
)

urlpatterns = [
    path("connexion/", sign_in.SignIn.as_view(), name="login"),
    path("connexion/fournisseur/", sign_in.ProviderSignIn.as_view(), name="provider-sign-in"),
    path("connexion/oubli/", password_links.ForgottenPassword.as_view(), name="password-forgotten"),
    path("connexion/oubli/envoye/", password_links.PasswordSent.as_view(), name="password-sent"),
    path(
        "connexion/mot-de-passe/<uidb64>/<token>/",
        password_links.SetPassword.as_view(),
        name="password-set",
    ),
    path(
        "connexion/mot-de-passe/enregistre/",
        password_links.PasswordIsSet.as_view(),
        name="password-is-set",
    ),
    path("deconnexion/", sign_in.SignOut.as_view(), name="logout"),
    path("mon-compte/", account.my_account, name="account"),
    path("mon-compte/mot-de-passe/", account.ChangePassword.as_view(), name="password-change"),
    path("personnes/", people.people_list, name="people"),
    path("personnes/inviter/", people.invite, name="person-invite"),
    path("personnes/<int:pk>/", people.person_page, name="person"),
    path("personnes/<int:pk>/lien/", people.new_link, name="person-link"),
    path("personnes/<int:pk>/roles/donner/", people.role_grant, name="role-grant"),
    path("personnes/<int:pk>/<slug:act>/", people.person_act, name="person-act"),
    path("personnes/roles/<int:pk>/retirer/", people.role_withdraw, name="role-withdraw"),
]
