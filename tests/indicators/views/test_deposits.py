"""Depositing a file, step by step, and who may."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from indicators import tasks
from indicators.models import Deposit, Depositor, Run
from indicators.services import depositors, deposits, pulls
from tests.deposits import csv_of, make_deposit_feed, xlsx_of
from tests.factories.portfolio import make_user
from tests.pulling import current_values, means

FIRST = csv_of(("2026-01", "A", 120), ("2026-01", "B", 80))


@pytest.fixture
def rung(monkeypatch) -> list[int]:
    rung: list[int] = []
    monkeypatch.setattr(tasks.pull_run, "delay", rung.append)
    return rung


@pytest.fixture
def feed(db):
    return make_deposit_feed()


@pytest.fixture
def depositor(client, feed):
    person = make_user(first_name="Tom", last_name="Arrivé")
    depositors.open_feed(feed=feed, to=person, by=None, at=timezone.now())
    client.force_login(person)
    return person


def address(name: str, *arguments) -> str:
    return reverse(f"indicators:{name}", args=arguments)


def send(client, feed, content: bytes, name: str = "janvier.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post(address("feed-deposit", feed.code), {"file": file})


def sent(client, feed, content: bytes) -> Deposit:
    assert send(client, feed, content).status_code == 302
    return Deposit.objects.latest("pk")


def page(client, deposit: Deposit) -> str:
    return client.get(address("deposit", deposit.pk)).content.decode()


def publish(client, deposit: Deposit, **more):
    seen = client.get(address("deposit", deposit.pk)).context["preview"].seen
    return client.post(address("deposit", deposit.pk), {"note": "Vu", "seen": seen} | more)


def carry_out(rung: list[int]) -> Run:
    return pulls.execute(run_id=rung[-1], means=means(timezone.now()))


def test_a_file_is_sent_seen_published_and_followed(
    client, depositor, feed, rung, django_capture_on_commit_callbacks
):
    deposit = sent(client, feed, FIRST)
    text = page(client, deposit)
    for words in ("2 lignes lues", "nouvelles : 2", "Commune A", "janvier 2026", "120"):
        assert words in text.replace("\xa0", " "), words
    with django_capture_on_commit_callbacks(execute=True):
        assert publish(client, deposit).status_code == 302
    deposit.refresh_from_db()
    assert rung == [deposit.run_id]
    assert 'hx-get="' in page(client, deposit)
    progress = client.get(address("deposit-progress", deposit.pk))
    assert "HX-Refresh" not in progress
    carry_out(rung)
    assert client.get(address("deposit-progress", deposit.pk))["HX-Refresh"] == "true"
    assert "Retirer ce dépôt" in page(client, deposit)
    run = client.get(address("run", deposit.run_id)).content.decode()
    assert "Fichier déposé par Tom Arrivé" in run
    listed = client.get(address("feed-deposit", feed.code)).content.decode()
    assert "janvier.csv" in listed
    file = client.get(address("deposit-file", deposit.pk))
    assert file.content == FIRST
    assert file["Content-Disposition"] == 'attachment; filename="janvier.csv"'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7", "ni un classeur Excel ni un fichier CSV"),
        (b"", "Le fichier est vide"),
        (b"mois;commune;nombre\n2026-01;A;1;2\n", "Ligne 2"),
        (b"mois;commune;total\n2026-01;A;1\n", "nombre"),
    ],
)
def test_a_wrong_file_is_refused_in_plain_words_and_nothing_is_kept(
    client, depositor, feed, content, words
):
    response = send(client, feed, content, "x.xlsx")
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Deposit.objects.exists()


def test_without_a_file_the_form_says_so(client, depositor, feed):
    assert client.post(address("feed-deposit", feed.code)).status_code == 422


def test_rows_set_aside_say_line_column_reason_and_what_to_do(client, depositor, feed):
    text = page(client, sent(client, feed, csv_of(("2026-01", "A", 1), ("2026-01", "B", "=A1"))))
    for words in ("Ligne 3", "nombre", "la valeur n’est pas un nombre", "la formule n’a pas"):
        assert words in text, words


def test_a_change_needs_a_note_and_the_rest_stays_typed(
    client, depositor, feed, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, sent(client, feed, FIRST))
    carry_out(rung)
    deposit = sent(client, feed, csv_of(("2026-01", "A", 1)))
    response = publish(client, deposit, note="")
    assert response.status_code == 422
    assert "dites pourquoi" in response.content.decode()
    response = publish(client, deposit, seen="x" * 64, note="Recompté")
    text = response.content.decode()
    assert "ont changé depuis" in text
    assert "Recompté" in text


def test_the_same_file_again_is_said(
    client, depositor, feed, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, sent(client, feed, FIRST))
    carry_out(rung)
    text = page(client, sent(client, feed, FIRST))
    assert "Ce même fichier a déjà été déposé par Tom Arrivé" in text
    assert "déjà publiées" in text
    assert "Publier ces valeurs" not in text


def test_a_deposit_is_withdrawn_with_a_reason(
    client, depositor, feed, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        publish(client, deposit := sent(client, feed, FIRST))
    carry_out(rung)
    where = address("deposit-withdraw", deposit.pk)
    assert client.post(where, {"reason": " "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(where, {"reason": "Mauvais mois"})
    back = Deposit.objects.latest("pk")
    assert response.url == address("deposit", back.pk)
    carry_out(rung)
    assert [value for _key, _start, value, *_ in current_values(feed)] == [None, None]
    assert "Mauvais mois" in page(client, deposit)
    again = client.post(where, {"reason": "Encore"})
    assert again.status_code == 422
    assert "Il ne reste rien à retirer" in again.content.decode()


def test_a_waiting_file_is_forgotten_on_demand(client, depositor, feed):
    deposit = sent(client, feed, FIRST)
    client.post(address("deposit-discard", deposit.pk))
    assert not Deposit.objects.exists()


def test_a_waiting_file_is_not_withdrawn(client, depositor, feed):
    deposit = sent(client, feed, FIRST)
    response = client.post(address("deposit-withdraw", deposit.pk), {"reason": "x"})
    assert response.url == address("deposit", deposit.pk)


def test_a_depositor_deposits_to_the_feeds_opened_to_them_alone(client, depositor, feed):
    other = make_deposit_feed()
    theirs = deposits.send(
        feed=other, content=FIRST, file_name="x.csv", by=make_user(), means=means(timezone.now())
    )
    for name, key in (("feed-deposit", other.code), ("deposit-template-xlsx", other.code),
                      ("deposit-template-csv", other.code), ("deposit", theirs.pk),
                      ("deposit-file", theirs.pk), ("deposit-progress", theirs.pk)):  # fmt: skip
        assert client.get(address(name, key)).status_code == 404, name
    for name, key in (("deposit", theirs.pk), ("deposit-discard", theirs.pk),
                      ("deposit-withdraw", theirs.pk), ("feed-depositors", feed.code)):  # fmt: skip
        assert client.post(address(name, key)).status_code == 404, name
    assert send(client, other, FIRST).status_code == 404
    listed = client.get(address("deposits")).content.decode()
    assert feed.indicator.name in listed
    assert other.indicator.name not in listed
    assert Deposit.objects.get() == theirs


def test_who_has_no_feed_is_told_whom_to_ask(client, agent, feed):
    assert "équipe des données" in client.get(address("deposits")).content.decode()
    assert "Fichiers à déposer" not in client.get(address("sources")).content.decode()


def test_a_steward_opens_and_closes_a_feed(client, feed):
    steward, person = make_user(is_staff=True), make_user()
    client.force_login(steward)
    where = address("feed-depositors", feed.code)
    client.post(where, {"person": person.pk, "act": "open"})
    assert Depositor.objects.open().get().user == person
    client.post(where, {"person": person.pk, "act": "close"})
    assert not Depositor.objects.open().exists()
    assert client.post(where, {"person": "", "act": "open"}).status_code == 422


def test_a_feed_that_is_deposited_is_not_pulled_by_hand(client, feed):
    client.force_login(make_user(is_staff=True))
    text = client.get(address("sources")).content.decode()
    assert "Déposer un fichier" in text
    assert "Collecter maintenant" not in text
    response = client.post(address("pull-now", feed.code), follow=True)
    assert "ses fichiers sont déposés" in response.content.decode()


def test_the_file_to_fill_in_is_read_back_as_it_is(client, depositor, feed):
    body = client.get(address("deposit-template-xlsx", feed.code)).content
    book = load_workbook(io.BytesIO(body))
    table = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert table[:3] == [["mois", "commune", "nombre"], ["2026-01", "A", None], ["2026-01", "B", None]]  # fmt: skip
    assert book.sheetnames == ["Données", "Zones", "Notes"]
    assert ["A", "Commune A"] in [[c.value for c in row] for row in book["Zones"].iter_rows()]
    page_ = book.worksheets[0]
    page_["C2"] = 12
    page_.delete_rows(3, page_.max_row)
    content = io.BytesIO()
    book.save(content)
    found = client.get(address("deposit", sent(client, feed, content.getvalue()).pk))
    assert found.context["preview"].new == 1
    text = client.get(address("deposit-template-csv", feed.code)).content.decode("utf-8-sig")
    assert text.splitlines()[:2] == ["mois;commune;nombre", "2026-01;A;"]


def test_a_workbook_of_many_cells_is_refused_before_it_is_read(client, depositor, feed):
    content = xlsx_of(*[["2026-01", "A", 1, *["x"] * 95]] * 3100)
    response = send(client, feed, content)
    assert response.status_code == 422
    assert "trop gros" in response.content.decode()
