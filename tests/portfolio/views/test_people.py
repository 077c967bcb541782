"""People and their roles, for administrators; links to set a password; one's own account."""

import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from portfolio.models import RoleAssignment, User
from portfolio.roles import Part, Role
from tests.factories.portfolio import (
    make_organisation,
    make_programme,
    make_project,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/(?:en/)?pilotage/connexion/mot-de-passe/[^\s<\"]+/")


@pytest.fixture(autouse=True)
def fresh_counters():
    cache.clear()


@pytest.fixture
def administrator(client):
    user = make_user(first_name="Yann", last_name="Le Bihan")
    make_role(user, Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def person():
    return make_user(first_name="Lina", last_name="Perrin", email="lina@exemple.fr")


def listed(client, **query):
    rows = client.get(reverse("portfolio:people"), query).context["rows"]
    return {row.user for row in rows}


def give(client, person, **given):
    data = {"role": "CONTRIBUTOR", "from_on": "2026-01-01", "reason": "Nouvelle équipe"} | given
    return client.post(reverse("portfolio:role-grant", args=[person.pk]), data)


# ---------------------------------------------------------------- the list


def test_people_are_found_by_name_role_department_and_account(client, administrator, person):
    department = make_organisation(code="voirie")
    member = make_user(organisation=department, last_login=timezone.now())
    closed = make_user(is_active=False)
    make_role(person, Role.FINANCE_OFFICER)
    make_role(member, Role.FINANCE_OFFICER, until_on=date(2020, 2, 2))
    managing = make_project(manager=make_user()).manager
    assert listed(client) == {administrator, person, member, closed, managing}
    assert listed(client, q="perr lin") == {person}
    assert listed(client, q="lina@exemple") == {person}
    assert listed(client, role="FINANCE_OFFICER") == {person}
    assert listed(client, role="PROJECT_MANAGER") == {managing}
    assert listed(client, department="voirie") == {member}
    assert listed(client, account="closed") == {closed}
    assert closed not in listed(client, account="open")
    assert member not in listed(client, account="waiting")
    assert listed(client, role="KING") == set()


def test_the_number_of_queries_does_not_grow_with_the_people(
    client, administrator, django_assert_num_queries, django_assert_max_num_queries
):
    lead = make_organisation()
    make_role(make_user(organisation=lead), Role.CONTRIBUTOR, lead)
    with django_assert_max_num_queries(20) as few:
        listed(client)
    for where in (lead, make_programme(), make_project(), lead):
        make_role(make_user(organisation=lead), Role.CONTRIBUTOR, where)
    with django_assert_num_queries(len(few.captured_queries)):
        listed(client)


# ---------------------------------------------------------------- roles


def test_a_role_is_given_and_taken_back_and_both_are_told(client, administrator, person):
    project = make_project(code="P-1")
    assert give(client, person, project="P-1").url == f"/pilotage/personnes/{person.pk}/"
    (given,) = RoleAssignment.objects.filter(user=person)
    assert (given.project, given.granted_by) == (project, administrator)
    page = client.get(reverse("portfolio:person", args=[person.pk]))
    assert project.name in page.content.decode()
    client.post(reverse("portfolio:role-withdraw", args=[given.pk]), {"reason": "Départ"})
    page = client.get(reverse("portfolio:person", args=[person.pk]))
    changes = [change for change in page.context["changes"] if change.label.startswith("role")]
    told = [(change.label, change.reason, change.author) for change in changes]
    assert told == [
        ("role_taken_back", "Départ", "Yann Le Bihan"),
        ("role_given", "Nouvelle équipe", "Yann Le Bihan"),
    ]
    assert page.context["row"].roles == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"from_on": ""}, "from_on"),
        ({"until_on": "2025-01-01"}, "until_on"),
        ({"project": "NOWHERE"}, "project"),
        ({"role": "ELECTED_OFFICIAL", "project": "P-1"}, "organisation"),
        ({"programme": "both", "project": "P-1"}, "organisation"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, administrator, person, given, field):
    make_project(code="P-1")
    if given.get("programme"):
        given = given | {"programme": make_programme().pk}
    answer = give(client, person, **given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not RoleAssignment.objects.filter(user=person).exists()


# ---------------------------------------------------------------- accounts


def test_an_invitation_leads_to_a_password_and_serves_once(
    client, administrator, mailoutbox, django_capture_on_commit_callbacks
):
    data = {"first_name": "Inès", "last_name": "Roussel", "email": "ines@exemple.fr",
            "reason": "Arrivée"}  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        shown = client.post(reverse("portfolio:person-invite"), data)
    assert shown["Cache-Control"] == "no-store"
    (path,) = set(LINK.findall(shown.content.decode()))
    assert path in mailoutbox[0].body
    assert mailoutbox[0].to == ["ines@exemple.fr"]
    client.logout()
    page = client.get(path, follow=True)
    words = {"new_password1": "trois-mots-à-elle", "new_password2": "trois-mots-à-elle"}
    done = client.post(page.redirect_chain[-1][0], words)
    assert done.url == reverse("portfolio:password-is-set")
    assert client.get(reverse("portfolio:home")).status_code == 302  # nobody is signed in by it
    sent = {"username": "ines@exemple.fr", "password": "trois-mots-à-elle"}
    assert client.post(reverse("portfolio:login"), sent).url == "/pilotage/"
    client.logout()
    again = client.get(path, follow=True)
    assert not again.context["validlink"]


def test_an_account_is_closed_opened_and_freed_of_its_second_factor(client, administrator, person):
    Authenticator.objects.create(user=person, type="totp", data={})
    for act in ("fermer", "rouvrir", "second-facteur"):
        address = reverse("portfolio:person-act", args=[person.pk, act])
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": f"Pour {act}"}).status_code == 302
        person.refresh_from_db()
        assert person.is_active is (act != "fermer")
    assert not Authenticator.objects.filter(user=person).exists()
    page = client.get(reverse("portfolio:person", args=[person.pk]))
    labels = [(change.label, change.reason) for change in page.context["changes"]]
    assert labels == [("second_factor_removed", "Pour second-facteur"),
                      ("reopened", "Pour rouvrir"), ("closed", "Pour fermer"),
                      ("insert", "")]  # fmt: skip
    assert client.get(f"/pilotage/personnes/{person.pk}/effacer/").status_code == 404


def test_an_administrator_does_not_close_their_own_account(client, administrator):
    address = reverse("portfolio:person-act", args=[administrator.pk, "fermer"])
    assert client.post(address, {"reason": "Erreur"}).status_code == 422


def test_a_closed_account_gets_no_link(client, administrator):
    closed = make_user(is_active=False)
    assert client.post(reverse("portfolio:person-link", args=[closed.pk])).status_code == 404
    opened = make_user(email="a@exemple.fr")
    assert client.get(reverse("portfolio:person-link", args=[opened.pk])).status_code == 302


# ---------------------------------------------------------------- forgotten


def test_a_forgotten_password_is_chosen_again_by_mail(client, person, mailoutbox):
    answer = client.post(reverse("portfolio:password-forgotten"), {"email": "LINA@exemple.fr"})
    assert answer.url == reverse("portfolio:password-sent")
    (path,) = LINK.findall(mailoutbox[0].body)
    page = client.get(path, follow=True)
    words = {"new_password1": "encore-trois-mots", "new_password2": "encore-trois-mots"}
    client.post(page.redirect_chain[-1][0], words)
    person.refresh_from_db()
    assert person.check_password("encore-trois-mots")


@pytest.mark.parametrize("email", ["personne@exemple.fr", "closed@exemple.fr"])
def test_an_address_that_has_no_open_account_gets_the_same_answer(client, mailoutbox, email):
    make_user(email="closed@exemple.fr", is_active=False)
    answer = client.post(reverse("portfolio:password-forgotten"), {"email": email})
    assert answer.url == reverse("portfolio:password-sent")
    assert mailoutbox == []


def test_one_address_is_not_flooded_with_mails(client, person, mailoutbox):
    for _attempt in range(8):
        answer = client.post(reverse("portfolio:password-forgotten"), {"email": person.email})
    assert answer.status_code == 429
    assert len(mailoutbox) == 5


# ---------------------------------------------------------------- my account


def test_my_roles_are_told_in_words(client):
    lead = make_organisation(name_fr="Direction de l’eau")
    user = make_user(organisation=lead)
    client.force_login(user)
    text = client.get(reverse("portfolio:account")).content.decode()
    assert "Direction de l’eau" in text
    make_role(user, Role.AUDITOR)
    (held,) = client.get(reverse("portfolio:account")).context["held"]
    assert (held.words.parts, held.words.reads_drafts) == ((), True)


def test_an_account_without_any_role_says_so(client):
    client.force_login(make_user())
    assert client.get(reverse("portfolio:account")).context["held"] == []


def test_the_marks_of_an_account_are_told_as_roles(client):
    user = make_user(is_staff=True)
    make_project(manager=user)
    client.force_login(user)
    assert len(client.get(reverse("portfolio:account")).context["held"]) == 2
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    (held,) = client.get(reverse("portfolio:account")).context["held"]
    assert len(held.words.parts) == len(Part)


def test_a_password_is_changed_by_whoever_knows_the_old_one(client, person):
    client.force_login(person)
    words = {"new_password1": "encore-trois-mots", "new_password2": "encore-trois-mots"}
    address = reverse("portfolio:password-change")
    assert client.post(address, words | {"old_password": "faux"}).status_code == 200
    assert client.post(address, words | {"old_password": "mot-de-passe-long"}).status_code == 302
    assert client.get(reverse("portfolio:home")).status_code == 200  # still signed in


def test_a_language_that_is_chosen_is_that_of_the_next_sign_in(client, person):
    client.force_login(person)
    answer = client.post(reverse("portfolio:account"), {"language": "en"})
    assert answer.url == "/en/pilotage/mon-compte/"
    client.logout()
    sent = {"username": person.username, "password": "mot-de-passe-long"}
    assert client.post("/pilotage/connexion/", sent).url == "/en/pilotage/"
    client.logout()
    wanted = {"next": "/pilotage/ppi/"}  # an address that was asked for stays as it is
    assert client.post("/pilotage/connexion/", sent | wanted).url == "/pilotage/ppi/"
