"""A file asks the right of each part that it changes, as the screens do, and names the cell."""

from decimal import Decimal

import pytest

from portfolio.models import PaymentCredit
from tests.factories.portfolio import make_credit, make_project, make_role, make_user
from tests.portfolio.imports.exchange.sheets import apply, changed, exported, put, send, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    made = make_project(code="P-1", name_fr="Halle", visibility="INTERNAL")
    make_credit(made, 2026)
    return made


@pytest.fixture
def sent(client, project):
    """Sends what the register exported, with some cells changed, as somebody of that role."""

    def sent(role: str, *edits):
        person = make_user(username="celine", first_name="Céline", last_name="Roux")
        if role:
            make_role(person, role, project)
        client.force_login(person)
        return send(changed(exported(client), lambda book: [put(book, *e) for e in edits]), person)

    return sent


@pytest.mark.parametrize(
    ("edit", "column"),
    [
        (("PROJECTS", 2, "visibility", "public"), "Visibilité"),
        (("PROJECTS", 2, "manager", "Céline Roux"), "Chef de projet"),
        (("CREDITS", 2, "voted_eur", 750_000), "Voté (€)"),
    ],
)
def test_a_contributor_is_refused_at_the_cell_and_nothing_is_stored(sent, edit, column):
    """Making oneself the manager would open all the rest."""
    job = sent("CONTRIBUTOR", ("PROJECTS", 2, "summary_fr", "Autre"), edit)
    (fault,) = job.faults
    assert fault["reason"] == "Vous ne pouvez pas modifier cette partie du projet."
    assert (fault["column"], fault["cell"][1:]) == (column, "2")
    assert not job.changes
    assert stored("P-1").summary_fr == ""
    assert stored("P-1").manager is None


def test_the_file_that_names_its_sender_manager_opens_nothing_else(sent):
    job = sent("CONTRIBUTOR", ("PROJECTS", 2, "manager", "Céline Roux"),
               ("PROJECTS", 2, "visibility", "public"), ("CREDITS", 2, "voted_eur", 750_000))  # fmt: skip
    assert len(job.faults) == 3


def test_a_contributor_changes_the_facts(sent):
    apply(sent("CONTRIBUTOR", ("PROJECTS", 2, "summary_fr", "Autre")))
    assert stored("P-1").summary_fr == "Autre"


def test_a_finance_officer_changes_credits_and_nothing_else(sent):
    job = sent("FINANCE_OFFICER", ("CREDITS", 2, "voted_eur", 750_000))
    assert not job.faults
    apply(job)
    assert PaymentCredit.objects.get().voted_eur == Decimal(750_000)


def test_a_finance_officer_is_refused_a_fact(sent):
    job = sent("FINANCE_OFFICER", ("PROJECTS", 2, "name_fr", "Autre"))
    (fault,) = job.faults
    assert fault["value"] == "Autre"


@pytest.mark.parametrize("role", ["VALIDATOR", "AUDITOR", ""])
def test_who_may_change_no_fact_is_refused_at_the_code(sent, role):
    job = sent(role, ("PROJECTS", 2, "name_fr", "Autre"))
    assert job.faults[0]["cell"] == "A2"


def test_a_finance_officer_exports_what_they_may_change(client, project):
    officer = make_user()
    make_role(officer, "FINANCE_OFFICER", project)
    make_project(code="P-2", visibility="INTERNAL")
    client.force_login(officer)
    body = exported(client, "editable=1")
    assert send(body, officer).total == 1
