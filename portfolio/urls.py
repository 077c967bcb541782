"""Addresses of the steering screens, below /pilotage/."""

from django.urls import path

import portfolio.addresses  # noqa: F401 - names `<project:code>`
from portfolio.views import (
    account,
    blocks,
    components,
    home,
    money,
    password_links,
    people,
    ppi,
    projects,
    sign_in,
)  # fmt: skip

app_name = "portfolio"
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
    path("", home.home, name="home"),
    path("projets/", projects.project_list, name="projects"),
    path("projets.csv", projects.project_csv, name="projects-csv"),
    path("projets/<project:code>/", projects.project_page, name="project"),
    path("projets/<project:code>/blocs/<slug:name>/", blocks.block_part, name="block"),
    path("projets/<project:code>/modifier/", projects.project_edit, name="project-edit"),
    path(
        "projets/<project:code>/credits/<str:section>/<int:year>/",
        money.credit_edit,
        name="credit-edit",
    ),
    path("projets/<project:code>/autorisations/ajouter/", money.act_add, name="act-add"),
    path("projets/<project:code>/financements/ajouter/", money.funding_add, name="funding-add"),
    path("projets/<project:code>/financements/<int:pk>/", money.funding_edit, name="funding-edit"),
    path("ppi/", ppi.ppi_table, name="ppi"),
    path("ppi.csv", ppi.ppi_csv, name="ppi-csv"),
    path("personnes/", people.people_list, name="people"),
    path("personnes/inviter/", people.invite, name="person-invite"),
    path("personnes/<int:pk>/", people.person_page, name="person"),
    path("personnes/<int:pk>/lien/", people.new_link, name="person-link"),
    path("personnes/<int:pk>/roles/donner/", people.role_grant, name="role-grant"),
    path("personnes/<int:pk>/<slug:act>/", people.person_act, name="person-act"),
    path("personnes/roles/<int:pk>/retirer/", people.role_withdraw, name="role-withdraw"),
    path("composants/", components.components, name="components"),
]
