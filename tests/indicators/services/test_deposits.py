"""A file is sent, seen, published, withdrawn: nothing is published that was not shown."""

import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from indicators.connectors.base import SourceError
from indicators.connectors.drop.faults import MissingColumnsError
from indicators.models import Deposit, Feed, ObservationVersion, RawFile, Run
from indicators.queries import deposits as questions
from indicators.queries import provenance
from indicators.queries.sources import source_states
from indicators.services import contracts, depositors, deposits, holding, planning
from indicators.services.deposit_preview import preview
from indicators.services.deposits import OtherwiseError
from indicators.services.raw_files import of_run
from portfolio.models import Zone
from tests.deposits import (
    HEADER,
    MAPPING,
    NOW,
    OCTOBER,
    SEPTEMBER,
    ask,
    carry_out,
    csv_of,
    deposit,
    make_deposit_feed,
    send,
    xlsx_of,
)
from tests.factories.indicators import make_feed
from tests.factories.portfolio import make_user
from tests.pulling import assert_adds_up, current_values, means

pytestmark = pytest.mark.django_db


def values(feed: Feed) -> list[tuple]:
    return [(key, value) for key, _start, value, *_ in current_values(feed)]


def seen(feed: Feed, content: bytes):
    return preview(feed=feed, content=content, means=means(NOW))


def agree(feed: Feed, **document) -> None:
    contracts.agree(feed=feed, document=document, by=None, reason="", at=NOW)


def test_a_file_is_published_by_the_path_of_every_pull():
    feed = make_deposit_feed()
    author = make_user()
    sent = deposit(feed, SEPTEMBER, author)
    run = sent.run
    assert (run.state, run.accepted, run.attempts, run.fetched_attempt) == ("SUCCEEDED", 2, 1, 0)
    assert values(feed) == [("A", 120), ("B", 80)]
    assert_adds_up(run)
    assert deposits.content_of(deposit=sent, store=means().store) == SEPTEMBER
    (kept,) = of_run(run)
    assert (kept.sha256, kept.url) == (sent.sha256, "drop://voirie/octobre.csv")
    assert (sent.author, bytes(sent.content)) == (author, b"")


def test_a_figure_leads_back_to_the_file():
    feed = make_deposit_feed()
    sent = deposit(feed, SEPTEMBER)
    found = provenance(feed.indicator, Zone.objects.get(code="A"), date(2026, 9, 1))
    (part,) = found.parts
    assert (part.run, part.answers) == (sent.run, 1)
    assert part.run.deposit == sent


def test_the_preview_says_old_and_new_and_writes_nothing():
    feed = make_deposit_feed()
    deposit(feed, SEPTEMBER)
    before = current_values(feed)
    runs = Run.objects.count()
    found = seen(feed, csv_of(("2026-09", "A", 125), ("2026-09", "B", 80), ("2026-10", "A", 1)))
    assert (found.received, found.new, found.revised, found.unchanged) == (3, 1, 1, 1)
    assert [(c.series, c.before, c.after, c.is_new) for c in found.changes] == [
        ("Commune A", 120, 125, False),
        ("Commune A", None, 1, True),
    ]
    assert [c.on for c in found.changes] == [date(2026, 9, 1), date(2026, 10, 1)]
    assert (current_values(feed), Run.objects.count()) == (before, runs)


def test_what_was_shown_is_what_the_run_does():
    feed = make_deposit_feed()
    deposit(feed, SEPTEMBER)
    content = csv_of(
        ("2026-09", "A", 125), ("2026-10", "B", 3), ("2026-10", "?", 3), ("2030-01", "A", 3),
    )  # fmt: skip
    shown = seen(feed, content)
    run = deposit(feed, content).run
    assert (run.accepted, run.revised, run.unchanged) == (shown.new, shown.revised, shown.unchanged)
    assert run.quarantined + run.dropped == shown.set_aside == 2
    assert_adds_up(run)


def test_a_row_set_aside_says_its_line_its_column_and_why():
    content = (
        b"Titre\nmois;commune;nombre\n\n2026-13;A;1\n2026-10;Z;1\n2026-10;A;n.d.\n2031-01;A;2\n"
        b"2025-12;A;2\n2026-10;B;1\n2026-10;B;2\n"
    )
    found = seen(make_deposit_feed(), content)
    assert [(a.line, a.letter, a.column, a.reason, a.value) for a in found.asides] == [
        (4, "A", "mois", "BAD_TIME", "2026-13"),
        (5, "B", "commune", "UNKNOWN_ZONE", "Z"),
        (6, "C", "nombre", "NOT_A_NUMBER", "n.d."),
        (7, "A", "mois", "OUTSIDE", "2031-01"),
        (8, "A", "mois", "OUTSIDE", "2025-12"),
        (9, "A", "mois", "CONFLICT", "2026-10"),
        (10, "A", "mois", "CONFLICT", "2026-10"),
    ]
    assert (found.received, found.set_aside, found.changes_something) == (7, 7, False)


def test_a_file_without_the_columns_of_the_feed_is_refused_with_what_may_be_meant():
    feed = make_deposit_feed()
    with pytest.raises(MissingColumnsError) as found:
        send(feed, csv_of(("2026-10", "A", 3), header=["Mois", "commune", "total"]))
    assert found.value.detail == "mois (≠ Mois), nombre"
    assert found.value.line == 1
    assert not Deposit.objects.exists()


def test_a_contract_is_checked_as_for_every_pull():
    feed = make_deposit_feed()
    agree(feed, minimum=0, fields={"nombre": {"type": "number"}})
    found = seen(feed, csv_of(("2026-10", "A", -4), ("2026-10", "B", 4)))
    assert [a.reason for a in found.asides] == ["IMPLAUSIBLE"]
    with pytest.raises(SourceError) as drift:
        seen(feed, csv_of(("2026-10", "A", "beaucoup"), ("2026-10", "B", "peu")))
    assert drift.value.code == "DRIFT"


def test_a_suspicious_file_is_announced_held_and_accepted_by_a_steward():
    feed = make_deposit_feed()
    agree(feed, spike=10)
    deposit(feed, csv_of(*[(f"2026-{m:02d}", "A", 100) for m in range(1, 10)]))
    content = csv_of(("2026-10", "A", 5000))
    assert seen(feed, content).held_for["spikes"]["count"] == 1
    held = deposit(feed, content)
    assert (held.run.state, len(values(feed))) == ("HELD", 9)
    again = holding.accept(run=held.run, by=make_user(), reason="Vu", at=NOW)
    assert carry_out(again).state == "SUCCEEDED"
    assert values(feed)[-1] == ("A", 5000)
    feed.refresh_from_db()
    assert feed.watermark_at.date() == date(2026, 10, 31)


def test_a_held_file_waits_while_another_month_is_deposited():
    feed = make_deposit_feed()
    agree(feed, spike=10)
    deposit(feed, csv_of(*[(f"2026-{m:02d}", "A", 100) for m in range(1, 8)]))
    held = deposit(feed, csv_of(("2026-08", "A", 5000)))
    deposit(feed, csv_of(("2026-09", "A", 110)))
    held.run.refresh_from_db()
    assert (held.run.state, held.run.decision) == ("HELD", "")


def test_the_same_file_again_changes_nothing_and_says_so():
    feed = make_deposit_feed()
    first = deposit(feed, SEPTEMBER)
    sent = send(feed, SEPTEMBER)
    found = seen(feed, SEPTEMBER)
    assert (found.unchanged, found.changes_something) == (2, False)
    assert questions.same_file(sent) == first
    with pytest.raises(ValidationError, match="rien"):
        ask(sent)
    assert Run.objects.count() == 1


def test_a_deposit_is_published_once():
    feed = make_deposit_feed()
    sent = send(feed, SEPTEMBER)
    carry_out(ask(sent))
    sent.refresh_from_db()
    with pytest.raises(ValidationError, match="déjà"):
        deposits.publish(deposit=sent, note="", seen="", by=sent.author, means=means(NOW))
    assert (Run.objects.count(), len(values(feed))) == (1, 2)


def test_nothing_is_published_that_was_not_shown():
    feed = make_deposit_feed()
    mine = send(feed, csv_of(("2026-09", "A", 1)))
    shown = seen(feed, csv_of(("2026-09", "A", 1))).seen
    deposit(feed, SEPTEMBER)
    with pytest.raises(OtherwiseError):
        deposits.publish(deposit=mine, note="Vu", seen=shown, by=mine.author, means=means(NOW))
    assert values(feed) == [("A", 120), ("B", 80)]
    carry_out(ask(mine))
    assert values(feed) == [("A", 1), ("B", 80)]


def test_a_second_file_waits_for_the_first():
    feed = make_deposit_feed()
    run = ask(send(feed, SEPTEMBER))
    second = send(feed, OCTOBER)
    with pytest.raises(ValidationError, match="en cours de publication"):
        ask(second)
    carry_out(run)
    assert carry_out(ask(second)).accepted == 2


def test_published_values_change_only_with_a_note():
    feed = make_deposit_feed()
    deposit(feed, SEPTEMBER)
    sent = send(feed, csv_of(("2026-09", "A", 1)))
    with pytest.raises(ValidationError) as refused:
        ask(sent, note=" ")
    assert "note" in refused.value.message_dict
    assert carry_out(ask(send(feed, OCTOBER), note="")).accepted == 2


def test_a_withdrawal_says_the_earlier_values_again_as_new_versions():
    feed = make_deposit_feed()
    deposit(feed, SEPTEMBER)
    wrong = deposit(feed, csv_of(("2026-09", "A", 999), ("2026-10", "A", 7)), at=NOW + timedelta(minutes=1))  # fmt: skip
    late = NOW + timedelta(hours=1)
    back = deposits.withdraw(
        deposit=wrong, reason="Mauvais fichier", by=make_user(), means=means(late)
    )
    run = carry_out(back.run, late)
    assert (run.state, run.revised) == ("SUCCEEDED", 2)
    assert values(feed) == [("A", 120), ("A", None), ("B", 80)]
    said = ObservationVersion.objects.filter(series__feed=feed, series__key="A")
    assert list(said.order_by("known_from", "period_start").values_list("value", flat=True)) == [
        120, 999, 7, 120, None,
    ]  # fmt: skip
    feed.refresh_from_db()
    assert feed.watermark_at.date() == date(2026, 9, 30)
    assert deposits.content_of(deposit=back, store=means().store).startswith(b"mois;commune;nombre")


def test_a_withdrawal_leaves_what_another_file_has_changed_since():
    feed = make_deposit_feed()
    wrong = deposit(feed, SEPTEMBER)
    deposit(feed, csv_of(("2026-09", "A", 125)), at=NOW + timedelta(minutes=1))
    late = NOW + timedelta(hours=1)
    back = deposits.withdraw(deposit=wrong, reason="Erreur", by=make_user(), means=means(late))
    carry_out(back.run, late)
    assert values(feed) == [("A", 125), ("B", None)]


def test_a_withdrawal_can_be_withdrawn():
    feed = make_deposit_feed()
    wrong = deposit(feed, SEPTEMBER)
    late = NOW + timedelta(hours=1)
    back = deposits.withdraw(deposit=wrong, reason="Erreur", by=make_user(), means=means(late))
    carry_out(back.run, late)
    with pytest.raises(ValidationError, match="retirer"):
        deposits.withdraw(deposit=wrong, reason="Encore", by=make_user(), means=means(late))
    again = deposits.withdraw(deposit=back, reason="Il était bon", by=make_user(), means=means(late))  # fmt: skip
    carry_out(again.run, late + timedelta(hours=1))
    assert values(feed) == [("A", 120), ("B", 80)]


def test_a_withdrawal_is_not_held_and_finds_scaled_series_of_several_fields():
    mapping = {**MAPPING, "value": {"field": "nombre", "scale": 0.1}, "label": "theme",
               "series": ["commune", "theme", "compteur"],
               "status": {"field": "statut", "provisional": ["provisoire"]}}  # fmt: skip
    feed = make_deposit_feed(mapping=mapping)
    header = [*HEADER, "theme", "compteur", "statut"]
    first = xlsx_of(("2026-09", "A", 0.3, "=Voirie", 12, "provisoire"), ("2026-09", "A", 7, "Eau", "007", "ok"), header=header)  # fmt: skip
    wrong = xlsx_of(("2026-09", "A", 3000, "=Voirie", 12, "ok"), ("2026-09", "A", 9, "Eau", "007", "ok"), header=header)  # fmt: skip
    agree(feed, spike=2, drop=0.1)
    deposit(feed, first)
    before = current_values(feed)
    mistake = deposit(feed, wrong, at=NOW + timedelta(minutes=1))
    late = NOW + timedelta(hours=1)
    back = deposits.withdraw(deposit=mistake, reason="Erreur", by=make_user(), means=means(late))
    assert carry_out(back.run, late).state == "SUCCEEDED"
    assert current_values(feed) == before


def test_a_withdrawal_needs_a_reason_twice():
    feed = make_deposit_feed()
    sent = deposit(feed, SEPTEMBER)
    with pytest.raises(ValidationError):
        deposits.withdraw(deposit=sent, reason=" ", by=make_user(), means=means(NOW))
    with pytest.raises(IntegrityError):
        Deposit.objects.create(
            feed=feed, author=sent.author, sent_at=NOW, file_name="x", sha256="0" * 64, size=1,
            withdraws=sent, note="",
        )  # fmt: skip


def test_a_csv_file_and_a_workbook_name_the_same_series():
    mapping = {**MAPPING, "series": ["commune", "compteur"]}
    feed = make_deposit_feed(mapping=mapping)
    header = [*HEADER, "compteur"]
    deposit(feed, xlsx_of(("2026-09", "A", 3, 12), header=header))
    deposit(feed, csv_of(("2026-10", "A", 4, "12"), header=header))
    assert feed.series.count() == 1


def test_the_beat_never_plans_a_feed_whose_files_are_deposited():
    feed = make_deposit_feed()
    assert planning.plan_due(now=NOW) == []
    assert planning.plan_due(now=NOW, feeds=Feed.objects.filter(pk=feed.pk), force=True) == []
    with pytest.raises(ValueError, match="deposited"):
        planning.plan_window(feed=feed, since=None, until=None, now=NOW)


def test_a_run_that_nobody_has_carried_out_is_rung_again_by_the_beat():
    run = ask(send(make_deposit_feed(), SEPTEMBER))
    assert planning.plan_and_list(now=NOW) == [run.pk]


def test_the_file_of_october_is_awaited_since_ten_november():
    feed = make_deposit_feed()
    deposit(feed, SEPTEMBER)
    feed.refresh_from_db()
    on_time = questions.awaited(feed, today=date(2026, 11, 9))
    late = questions.awaited(feed, today=date(2026, 11, 10))
    assert (on_time.on, on_time.due_on, on_time.is_late) == (date(2026, 10, 1), date(2026, 11, 9), False)  # fmt: skip
    assert (late.late_since, late.is_late) == (date(2026, 11, 10), True)
    (state,) = source_states(user=make_user(), now=NOW)
    assert (state.feeds[0].awaited.is_late, state.feeds[0].is_overdue) == (True, True)
    assert state.feeds[0].next_at is None


def test_periods_that_are_over_are_awaited_and_at_least_the_next_one():
    feed = make_deposit_feed()
    assert questions.awaited_periods(feed, today=date(2026, 3, 15)) == [date(2026, 1, 1), date(2026, 2, 1)]  # fmt: skip
    assert questions.awaited_periods(feed, today=date(2026, 1, 10)) == [date(2026, 1, 1)]


def test_a_feed_is_open_to_the_data_team_and_to_those_it_was_opened_to():
    feed, other = make_deposit_feed(), make_deposit_feed()
    steward, depositor, agent = make_user(is_staff=True), make_user(), make_user()
    depositors.open_feed(feed=feed, to=depositor, by=steward, at=NOW)
    depositors.open_feed(feed=feed, to=depositor, by=steward, at=NOW)
    assert set(Feed.objects.open_to(steward)) == {feed, other}
    assert list(Feed.objects.open_to(depositor)) == [feed]
    assert not Feed.objects.open_to(agent).exists()
    assert questions.may_deposit(depositor, feed)
    depositors.close_feed(feed=feed, to=depositor, by=steward, at=NOW)
    assert not Feed.objects.open_to(depositor).exists()
    assert feed.depositors.get().closed_by == steward


def test_a_feed_that_is_pulled_or_an_account_that_is_closed_is_not_opened():
    with pytest.raises(ValidationError):
        depositors.open_feed(feed=make_feed(), to=make_user(), by=None, at=NOW)
    with pytest.raises(ValidationError):
        depositors.open_feed(
            feed=make_deposit_feed(), to=make_user(is_active=False), by=None, at=NOW
        )


def test_a_file_that_is_never_published_is_forgotten():
    feed, author = make_deposit_feed(), make_user()
    old = send(feed, SEPTEMBER, author)
    send(feed, OCTOBER, author, NOW + timedelta(days=31))
    assert not Deposit.objects.filter(pk=old.pk).exists()
    fresh = Deposit.objects.get()
    deposits.discard(deposit=fresh)
    assert not Deposit.objects.exists()


def test_a_published_deposit_is_never_forgotten():
    sent = deposit(make_deposit_feed(), SEPTEMBER)
    deposits.discard(deposit=sent)
    assert Deposit.objects.filter(pk=sent.pk).exists()
    assert RawFile.objects.filter(run=sent.run).exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_publish_nothing_twice():
    feed = make_deposit_feed()
    sent = [send(feed, SEPTEMBER) for _ in range(2)]
    outcomes = []

    def press(one: Deposit) -> None:
        try:
            outcomes.append(ask(one))
        except ValidationError as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in [*sent, *sent]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = [one for one in outcomes if isinstance(one, Run)]
    assert (len(runs), Run.objects.count(), len(outcomes)) == (1, 1, 4)
    carry_out(runs[0])
    assert ObservationVersion.objects.filter(series__feed=feed).count() == 2
