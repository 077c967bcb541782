"""Every act on the budget is kept with its author and reason; what breaks a rule is refused by
field, with the text that sets the rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.models import PaymentCredit
from portfolio.queries import changes
from portfolio.services import budget
from portfolio.services.budget import CreditFigures
from portfolio.templatetags.figures import euros
from tests.factories.portfolio import NOW, make_credit, make_project, make_user

pytestmark = pytest.mark.django_db
DAY = date(2024, 3, 1)
ACTS = {"affect": budget.affect, "lapse": budget.lapse}


def vote(project, amount="1000", **given):
    given = {"voted_on": DAY, "deliberation": "2024-12", "by": None, "at": NOW} | given
    return budget.vote_authorisation(project=project, amount_eur=Decimal(amount), **given)


def revise(project, amount, **given):
    given = {"voted_on": DAY, "deliberation": "2025-3", "reason": "Indice", "by": None,
             "at": NOW} | given  # fmt: skip
    return budget.revise_authorisation(project=project, amount_eur=Decimal(amount), **given)


def act(verb, project, amount, **given):
    given = {"on": DAY, "reason": "Marché", "by": None, "at": NOW} | given
    return ACTS[verb](project=project, amount_eur=Decimal(amount), **given)


def figures(voted="500", committed=None, paid=None, carried=None) -> CreditFigures:
    return CreditFigures(
        *[None if v is None else Decimal(v) for v in (voted, committed, paid, carried)]
    )


def put(project, given_figures, **given):
    given = {"year": 2026, "reason": "Budget primitif", "by": None, "at": NOW} | given
    return budget.set_payment_credit(project=project, figures=given_figures, **given)


def refused(field, verb, *arguments, **given) -> str:
    with pytest.raises(ValidationError) as refusal:
        verb(*arguments, **given)
    assert list(refusal.value.message_dict) == [field]
    return " ".join(refusal.value.message_dict[field])


# ---------------------------------------------------------------- authorisations


def test_an_authorisation_is_voted_revised_affected_and_lapses():
    project, author = make_project(), make_user()
    vote(project, by=author)
    revise(project, "500")
    act("affect", project, "1200")
    act("affect", project, "-100")
    act("lapse", project, "400")
    assert project.authorisations.count() == 5
    assert project.authorisations.get(kind="VOTED").author == author


def test_a_section_is_voted_once_and_each_section_on_its_own():
    project = make_project()
    vote(project)
    refused("kind", vote, project)
    assert vote(project, section="OPERATING").section == "OPERATING"


def test_nothing_is_done_to_an_authorisation_that_was_not_voted():
    project = make_project()
    refused("kind", revise, project, "5")
    refused("kind", act, "affect", project, "5")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": "0"}, "amount_eur"),
        ({"amount": "-1"}, "amount_eur"),
        ({"amount": "NaN"}, "amount_eur"),
        ({"amount": "0.001"}, "amount_eur"),
        ({"deliberation": " "}, "deliberation"),
        ({"voted_on": NOW.date() + timedelta(days=1)}, "voted_on"),
    ],
)
def test_a_wrong_vote_is_refused_by_field(given, field):
    project = make_project()
    refused(field, vote, project, **given)
    assert not project.authorisations.exists()


def test_more_than_what_is_authorised_cannot_be_affected():
    project = make_project()
    vote(project)
    assert "L5217-10-7" in refused("amount_eur", act, "affect", project, "1001")
    act("affect", project, "1000")
    refused("amount_eur", act, "lapse", project, "1")
    refused("amount_eur", revise, project, "-1")
    refused("amount_eur", act, "affect", project, "-1001")


@pytest.mark.parametrize("amount", ["0", "NaN"])
def test_an_act_of_nothing_is_refused(amount):
    project = make_project()
    vote(project)
    refused("amount_eur", revise, project, amount)
    refused("amount_eur", act, "affect", project, amount)


def test_every_act_after_the_vote_says_why():
    project = make_project()
    vote(project)
    refused("reason", revise, project, "5", reason=" ")
    refused("reason", act, "affect", project, "5", reason="")
    refused("deliberation", revise, project, "5", deliberation="")


# ---------------------------------------------------------------- credits


def test_a_year_is_entered_then_changed_in_place():
    project = make_project()
    put(project, figures("500"))
    put(project, figures("500", "400", "300", "0"), reason="Situation de juin")
    line = PaymentCredit.objects.get(project=project)
    assert (line.voted_eur, line.paid_eur) == (500, 300)


def test_what_is_already_so_is_not_recorded():
    project = make_project()
    put(project, figures("500"))
    later = NOW + timedelta(days=2)
    assert put(project, figures("500.00"), at=later).recorded_at == NOW
    project.refresh_from_db()
    assert project.updated_at == NOW


@pytest.mark.parametrize(
    ("given_figures", "field", "law"),
    [
        (figures("-1"), "voted_eur", ""),
        (figures("5", "-1"), "committed_eur", ""),
        (figures("5", "3", "4"), "paid_eur", "2012-1246"),
        (figures("5", "9", "8", "2"), "paid_eur", "L5217-10-7"),
        (figures("NaN"), "voted_eur", ""),
    ],
)
def test_figures_that_break_a_rule_are_refused_by_field(given_figures, field, law):
    project = make_project()
    assert law in refused(field, put, project, given_figures)
    assert not project.credits.exists()


def test_a_payment_may_use_what_was_carried_over():
    assert put(make_project(), figures("5", "9", "7", "2")).paid_eur == 7


def test_a_payment_against_unknown_terms_is_not_refused():
    assert put(make_project(), figures("5", None, "7", None)).paid_eur == 7


def test_a_year_out_of_reach_or_without_reason_is_refused():
    project = make_project()
    refused("year", put, project, figures(), year=1789)
    refused("reason", put, project, figures(), reason=" ")


def test_the_history_says_who_changed_which_figure_and_why():
    project, author = make_project(), make_user()
    make_credit(project, paid_eur=None)
    put(project, figures("500000", "300000", "1000", "0"), by=author, reason="Situation",
        at=NOW + timedelta(days=1))  # fmt: skip
    (change,) = [c for c in changes.of_project(project) if c.records[0].action == "update"]
    assert (change.author, change.reason) == (str(author), "Situation")
    (field,) = change.records[0].fields
    assert (field.before, field.after) == ("", euros(Decimal(1000)))
