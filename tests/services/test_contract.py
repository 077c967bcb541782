"""What a contract stops, sets aside or holds, between a real platform and the published values."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from indicators.models import DataContract, DataSource, ObservationVersion, Run
from indicators.services import contracts, holding, planning, pulls
from tests.factories.portfolio import make_user
from tests.fakes import FaultServer, body
from tests.pulling import (
    NOW,
    assert_adds_up,
    current_values,
    daily_rows,
    make_daily_feed,
    means,
    pull,
)

LATER = NOW + timedelta(days=1)
FIELDS = {"valeur": {"type": "number"}, "jour": {"type": "time"}, "commune": {"type": "text"}}
VALOMBRE = (-0.85, 45.0, -0.25, 45.45)


@pytest.fixture
def feed(db, platform):
    platform.fill(daily_rows())
    return make_daily_feed(platform.url)


def agree(feed, **document) -> DataContract:
    found = contracts.agree(
        feed=feed, document={"fields": FIELDS} | document, by=None, reason="Convention", at=NOW
    )
    assert found is not None
    return found


def decide_and_pull(run: Run, verb, **given) -> Run | None:
    planned = verb(run=run, by=make_user(), reason="Vérifié avec la régie", at=LATER, **given)
    return planned and pulls.execute(run_id=planned.pk, means=means(LATER))


def test_a_run_says_by_which_contract_and_which_software_it_was_read(feed):
    contract = agree(feed)
    run = pull(feed)
    assert run.contract == contract
    assert (run.state, run.accepted) == ("SUCCEEDED", 30)


def test_a_renamed_field_stops_the_pull_and_is_named(feed, platform):
    agree(feed)
    pull(feed)
    before = current_values(feed)

    def renamed(exchange):
        exchange.send(exchange.real_body().replace(b'"valeur"', b'"mesure"'))

    with FaultServer(upstream=platform.url, otherwise=renamed) as server:
        DataSource.objects.update(base_url=server.url)
        run = pull(feed, LATER)
    assert (run.state, run.error_code) == ("FAILED", "DRIFT")
    assert "valeur" in run.error_message
    assert current_values(feed) == before


def test_a_value_outside_the_plausible_range_is_set_aside_alone(feed):
    agree(feed, minimum=0, maximum=113)
    run = pull(feed)
    assert (run.state, run.quarantined) == ("PARTIAL", 1)
    assert run.quarantine.get().reason == "IMPLAUSIBLE"
    assert_adds_up(run)


def test_a_place_outside_the_territory_is_set_aside_with_its_cause(feed, platform):
    agree(feed, point="geometry")
    platform.change(
        "UPDATE mesures SET geom = ST_SetSRID(ST_MakePoint(45.2, -0.5), 4326) WHERE id = 1"
    )
    platform.change(
        "UPDATE mesures SET geom = ST_SetSRID(ST_MakePoint(2.3, 48.8), 4326) WHERE id = 2"
    )
    (planned,) = [run for run in [pull_in_valombre(feed)] if run]
    reasons = set(planned.quarantine.values_list("reason", flat=True))
    assert reasons == {"LOOKS_SWAPPED", "OUTSIDE_TERRITORY"}
    assert planned.accepted == 28


def pull_in_valombre(feed) -> Run | None:
    from indicators.models import Feed

    (run,) = planning.plan_due(now=NOW, feeds=Feed.objects.filter(pk=feed.pk), force=True)
    return pulls.execute(run_id=run.pk, means=replace(means(), envelope=VALOMBRE))


def test_a_value_ten_times_too_large_is_held_and_nothing_of_the_batch_is_published(feed, platform):
    agree(feed, spike=5)
    pull(feed)
    before = current_values(feed)
    platform.change(
        "UPDATE mesures SET valeur = valeur * 10 WHERE jour = '2024-01-15' AND commune = 'B'"
    )
    platform.change("UPDATE mesures SET valeur = valeur + 1 WHERE jour = '2024-01-14'")
    run = pull(feed, LATER)
    assert (run.state, run.accepted, run.revised) == ("HELD", 0, 0)
    spikes = run.held_for["spikes"]
    assert spikes["count"] == 1
    (told,) = spikes["first"]
    assert (told["series"], told["before"], told["after"]) == ("B", 114.0, 1140.0)
    assert current_values(feed) == before


def test_what_was_held_is_published_once_accepted(feed, platform):
    agree(feed, spike=5)
    pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur * 10 WHERE commune = 'B'")
    held = pull(feed, LATER)
    assert held.state == "HELD"
    run = decide_and_pull(held, holding.accept)
    assert (run.state, run.revised, run.replay_of_id) == ("SUCCEEDED", 15, held.pk)
    held.refresh_from_db()
    assert (held.decision, held.decision_reason) == ("ACCEPTED", "Vérifié avec la régie")
    values = [value for key, _start, value, *_ in current_values(feed) if key == "B"]
    assert max(values) == 1140
    assert ObservationVersion.objects.as_of(NOW).filter(value=114).exists()


def test_what_was_held_is_never_published_once_rejected(feed, platform):
    agree(feed, spike=5)
    pull(feed)
    before = current_values(feed)
    platform.change("UPDATE mesures SET valeur = valeur * 10 WHERE commune = 'B'")
    held = pull(feed, LATER)
    decide_and_pull(held, holding.reject)
    assert current_values(feed) == before
    with pytest.raises(ValidationError, match="attend plus"):
        decide_and_pull(held, holding.accept)


def test_a_decision_has_a_reason(feed, platform):
    agree(feed, spike=5)
    pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur * 10 WHERE commune = 'B'")
    held = pull(feed, LATER)
    with pytest.raises(ValidationError):
        holding.accept(run=held, by=make_user(), reason="  ", at=LATER)


def test_an_answer_that_lacks_a_third_of_the_published_values_is_held(feed, platform):
    agree(feed, drop=0.3)
    pull(feed)
    before = current_values(feed)
    platform.change("DELETE FROM mesures WHERE jour < '2024-01-06'")
    run = pull(feed, LATER)
    assert run.state == "HELD"
    assert run.held_for["missing"] == {"known": 30, "again": 20, "share": 0.3}
    assert current_values(feed) == before


def test_a_few_missing_values_are_not_held(feed, platform):
    agree(feed, drop=0.3, spike=5)
    pull(feed)
    platform.change("DELETE FROM mesures WHERE jour < '2024-01-04'")
    assert pull(feed, LATER).state == "SUCCEEDED"


def test_the_first_pull_has_nothing_to_be_compared_with(feed):
    agree(feed, drop=0.1, spike=1.1)
    assert pull(feed).state == "SUCCEEDED"


def test_agreeing_on_the_same_again_adds_no_version_and_on_another_does(feed):
    agree(feed)
    assert (
        contracts.agree(feed=feed, document={"fields": FIELDS}, by=None, reason="", at=NOW) is None
    )
    assert agree(feed, maximum=10).version == 2
    with pytest.raises(ValidationError, match="spike"):
        agree(feed, spike=0.5)


def test_values_that_turn_null_are_missing_though_their_rows_are_there(feed, platform):
    agree(feed, drop=0.3)
    pull(feed)
    before = current_values(feed)
    platform.change("UPDATE mesures SET valeur = NULL")
    assert pull(feed, LATER).state == "HELD"
    assert current_values(feed) == before


def test_what_a_replay_holds_is_published_once_accepted(feed):
    agree(feed, spike=5)
    run = pull(feed)
    feed.mapping = feed.mapping | {"value": {"field": "valeur", "scale": 100}}
    feed.save()
    planned = planning.plan_replay(run=run, now=LATER)
    held = pulls.execute(run_id=planned.pk, means=means(LATER))
    assert held.state == "HELD"
    again = decide_and_pull(held, holding.accept)
    assert (again.state, again.revised, again.replay_of_id) == ("SUCCEEDED", 29, run.pk)
    later = planning.plan_replay(run=held, now=LATER)  # a replay of it is checked like any other
    assert later.replay_of_id == run.pk
    assert later.accepts_id is None


def test_a_later_pull_settles_what_an_earlier_one_held(feed, platform):
    agree(feed, spike=5)
    pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur * 10 WHERE commune = 'B'")
    held = pull(feed, LATER)
    platform.change("UPDATE mesures SET valeur = valeur / 10 WHERE commune = 'B'")
    assert pull(feed, LATER + timedelta(hours=1)).unchanged == 30
    held.refresh_from_db()
    assert held.decision == "REPLACED"
    with pytest.raises(ValidationError):
        decide_and_pull(held, holding.accept)


def test_what_a_later_pull_confirmed_is_not_undone_by_old_answers(feed, platform):
    first = pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur + 1000 WHERE jour = '2024-01-05'")
    second = pull(feed, LATER)
    platform.change("UPDATE mesures SET valeur = valeur - 1000 WHERE jour = '2024-01-05'")
    pull(feed, LATER + timedelta(hours=1))
    before = current_values(feed)
    for run in (first, second):
        planned = planning.plan_replay(run=run, now=LATER)
        done = pulls.execute(run_id=planned.pk, means=means(LATER + timedelta(hours=2)))
        assert (done.state, done.revised) == ("SUCCEEDED", 0)
    assert current_values(feed) == before


def test_two_values_of_one_period_are_a_conflict_whatever_their_hour(feed, platform):
    platform.change("INSERT INTO mesures (commune, jour, valeur, statut) "
                    "SELECT commune, jour, valeur + 1, statut FROM mesures WHERE id = 1")  # fmt: skip
    run = pull(feed)
    assert (run.state, run.quarantined, run.accepted) == ("PARTIAL", 2, 29)


# ---------------------------------------------------------------- the grain


def test_rows_more_often_than_promised_stop_the_pull_and_say_so(feed):
    agree(feed, grain="P1M")
    run = pull(feed)
    assert (run.state, run.error_code) == ("FAILED", "DRIFT")
    assert run.error_message == "jour: rows more often instead of one every P1M"
    assert current_values(feed) == []


def test_rows_less_often_than_promised_stop_the_pull_and_say_so(feed, platform):
    agree(feed, grain="P1D")
    assert pull(feed).state == "SUCCEEDED"
    platform.change("DELETE FROM mesures WHERE extract(day FROM jour)::int % 4 <> 0")
    run = pull(feed, LATER)
    assert (run.state, run.error_code) == ("FAILED", "DRIFT")
    assert "less often" in run.error_message


def test_a_row_between_two_instants_of_the_grain_is_set_aside(feed, platform):
    agree(feed, grain="PT6H")
    feed.mapping = feed.mapping | {"gather": {"how": "SUM", "every_minutes": 360, "minimum": 0.1}}
    feed.save()
    hours = [f"2024-01-0{day}T{hour:02d}:00:00" for day in (2, 3) for hour in (0, 6, 12, 18)]
    rows = [
        {"type": "Feature", "id": time, "geometry": None,
         "properties": {"commune": "A", "jour": time, "valeur": 1.0, "statut": ""}}
        for time in [*hours, "2024-01-02T08:30:00"]
    ]  # fmt: skip
    document = {"type": "FeatureCollection", "features": rows}
    with FaultServer(otherwise=body(document)) as server:
        DataSource.objects.update(base_url=server.url)
        run = pull(feed, LATER)
    assert (run.state, run.received, run.quarantined) == ("PARTIAL", 9, 1)
    assert (run.quarantine.get().field, run.quarantine.get().reason) == ("jour", "OFF_GRAIN")
    assert [one[2] for one in current_values(feed)] == [4.0, 4.0]


# ---------------------------------------------------------------- people


def with_people(platform, feed, later=LATER) -> Run:
    def told(exchange):
        answer = json.loads(exchange.real_body())
        for row in answer["features"]:
            row["properties"] |= {"agent": "anna@example.org", "prenom": "Anna"}
        exchange.send_json(answer)

    with FaultServer(upstream=platform.url, otherwise=told) as server:
        DataSource.objects.update(base_url=server.url)
        return pull(feed, later)


def test_a_field_that_looks_personal_is_held_where_the_contract_says_that_none_is(feed, platform):
    agree(feed, personal_data="NONE")
    run = with_people(platform, feed)
    assert run.state == "HELD"
    assert run.held_for["personal"] == [
        {"field": "agent", "looks": "EMAIL"}, {"field": "prenom", "looks": "NAME"},
    ]  # fmt: skip
    assert "anna" not in json.dumps(run.held_for)
    assert current_values(feed) == []


def test_what_the_contract_calls_personal_is_not_held_and_little_of_it_is_kept_aside(
    feed, platform
):
    agree(feed, personal_data="PERSONAL", maximum=113)
    run = with_people(platform, feed)
    assert (run.state, run.quarantined) == ("PARTIAL", 1)
    assert run.quarantine.get().row.keys() == {"commune", "jour", "valeur", "statut"}


def test_without_persons_a_row_set_aside_is_kept_whole(feed):
    agree(feed, personal_data="NONE", maximum=113)
    assert {"id", "nom", "counter_id"} <= pull(feed).quarantine.get().row.keys()


# ---------------------------------------------------------------- the same rows again


def rejected(feed, platform) -> Run:
    agree(feed, spike=5)
    pull(feed)
    platform.change("UPDATE mesures SET valeur = valeur * 10 WHERE commune = 'B'")
    held = pull(feed, LATER)
    decide_and_pull(held, holding.reject)
    return held


def test_rows_that_were_rejected_are_not_held_again(feed, platform):
    held = rejected(feed, platform)
    before = current_values(feed)
    for hours in (1, 2):
        again = pull(feed, LATER + timedelta(hours=hours))
        assert (again.state, again.decision, again.same_as_id) == ("HELD", "REJECTED", held.pk)
        assert again.answer_sha256 != held.answer_sha256  # the platform dates its answers
        assert again.decision_reason == "Vérifié avec la régie"
        assert again.decided_at == LATER  # nobody has decided anything since
    assert not Run.objects.waiting_for_a_decision().exists()
    assert current_values(feed) == before


def test_other_rows_after_a_rejection_are_held_for_a_decision_of_their_own(feed, platform):
    rejected(feed, platform)
    platform.change("UPDATE mesures SET valeur = valeur + 1 WHERE commune = 'A' AND id = 1")
    again = pull(feed, LATER + timedelta(hours=1))
    assert (again.state, again.decision, again.same_as) == ("HELD", "", None)


def test_rows_that_are_corrected_after_a_rejection_are_published(feed, platform):
    rejected(feed, platform)
    platform.change("UPDATE mesures SET valeur = valeur / 10 WHERE commune = 'B'")
    assert pull(feed, LATER + timedelta(hours=1)).unchanged == 30
