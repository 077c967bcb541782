from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portfolio.queries import changes
from portfolio.services import funding
from portfolio.services.funding import Dated
from tests.factories.portfolio import NOW, make_funding, make_organisation, make_project, make_user

pytestmark = pytest.mark.django_db
ASKED, ANSWERED, PAID = date(2024, 1, 1), date(2024, 6, 1), date(2025, 2, 1)


def dated(amount, on) -> Dated:
    return Dated(Decimal(amount), on)


def ask(project, funder=None, amount="900", **given):
    given = {"requested": dated(amount, ASKED), "reason": "Dossier déposé", "by": None,
             "at": NOW} | given  # fmt: skip
    return funding.ask_funding(project=project, funder=funder or make_organisation(), **given)


def notify(one, amount, on=ANSWERED, reason="Arrêté reçu", at=NOW):
    return funding.notify_funding(
        funding=one, notified=dated(amount, on), by=None, reason=reason, at=at
    )


def receive(one, amount, on=PAID, reason="Acompte"):
    return funding.receive_funding(
        funding=one, received=dated(amount, on), by=None, reason=reason, at=NOW
    )


def refused(field, verb, *arguments, **given):
    with pytest.raises(ValidationError) as refusal:
        verb(*arguments, **given)
    assert list(refusal.value.message_dict) == [field]


def test_a_grant_is_asked_notified_and_received():
    one = ask(make_project(), scheme=" FEDER ")
    one = notify(one, "800")
    one = receive(one, "300")
    one.refresh_from_db()
    assert (one.scheme, one.status) == ("FEDER", "PARTLY_RECEIVED")
    assert receive(one, "800").status == "RECEIVED"


def test_a_refusal_is_a_notification_of_nothing():
    assert notify(ask(make_project()), "0").status == "REFUSED"


def test_a_funder_is_asked_once_a_scheme():
    project, funder = make_project(), make_organisation()
    ask(project, funder, scheme="DSIL")
    other = ask(project, funder, scheme="DETR")
    refused("funder", ask, project, funder, scheme="DSIL ")
    refused(
        "scheme", funding.correct_request, funding=other, scheme="DSIL", is_public_money=True,
        requested=dated("1", ASKED), by=None, reason="Erreur", at=NOW,
    )  # fmt: skip


def test_a_request_is_corrected_and_the_history_keeps_what_it_was():
    author, one = make_user(), make_funding(make_project())
    funding.correct_request(
        funding=one, scheme="DSIL", is_public_money=False, requested=dated("120000", ASKED),
        by=author, reason="Montant mal saisi", at=NOW + timedelta(days=1),
    )  # fmt: skip
    (change,) = [c for c in changes.of_project(one.project) if c.records[0].action == "update"]
    assert (change.author, change.reason) == (str(author), "Montant mal saisi")


@pytest.mark.parametrize(
    ("verb", "amount", "on", "field"),
    [
        (notify, "-1", ANSWERED, "notified_eur"),
        (notify, "5", date(2023, 1, 1), "notified_on"),
        (notify, "5", date(2030, 1, 1), "notified_on"),
        (notify, "NaN", ANSWERED, "notified_eur"),
        (receive, "1", PAID, "received_eur"),
    ],
)
def test_a_wrong_step_is_refused_by_field(verb, amount, on, field):
    refused(field, verb, ask(make_project()), amount, on)


def test_no_more_is_received_than_was_notified():
    one = notify(ask(make_project()), "100")
    refused("received_eur", receive, one, "101")
    refused("received_eur", receive, one, "-1")
    refused("received_on", receive, one, "50", on=date(2024, 2, 1))


def test_a_request_of_nothing_or_without_reason_is_refused():
    project = make_project()
    refused("requested_eur", ask, project, amount="0")
    refused("reason", ask, project, reason=" ")
    assert not project.fundings.exists()


def test_what_is_already_so_is_not_recorded():
    one = notify(ask(make_project()), "100")
    assert notify(one, "100.00", at=NOW + timedelta(days=3)).recorded_at == NOW
