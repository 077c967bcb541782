"""Formulas agreed on, computed, and computed anew after their inputs changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from indicators.models import Computation, Feed, Formula, ObservationVersion, Run
from indicators.services import planning, pulls
from portfolio.models import Zone
from tests.factories.formulas import (
    AT,
    LATER,
    agreed,
    bound,
    compute,
    computed,
    figures,
    measured,
    publish,
)
from tests.factories.indicators import make_indicator
from tests.factories.portfolio import make_zone
from tests.pulling import means

JAN, FEB, MAR = date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)


@pytest.fixture
def commune(db) -> Zone:
    return make_zone(code="A", name="Ardes", kind="COMMUNE")


@pytest.fixture
def passages(commune) -> Feed:
    feed = measured("passage/day")
    publish(feed, commune, {JAN: 500.0, FEB: 600.0, MAR: 900.0})
    return feed


@pytest.fixture
def people(commune) -> Feed:
    """Counted once a year."""
    feed = measured("inhabitant", "YEAR")
    publish(feed, commune, {date(2024, 1, 1): 10_000.0})
    return feed


@pytest.fixture
def rate(db):
    """Passages a day for 1,000 inhabitants."""
    return make_indicator(machine_unit="passage/day/kiloinhabitant", zone_aggregation="NONE")


@pytest.fixture
def inputs(passages, people):
    return bound("velos", passages), bound("habitants", people, "LAST_KNOWN")


def messages(error: ValidationError) -> str:
    return " ".join(error.messages)


# ---------------------------------------------------------------- what is computed


def test_each_zone_and_period_is_computed_in_the_unit_of_the_indicator(commune, rate, inputs):
    run = computed(rate, "velos / habitants", *inputs)
    assert (run.state, run.received, run.accepted) == ("SUCCEEDED", 3, 3)
    assert figures(rate, commune) == {JAN: 50.0, FEB: 60.0, MAR: 90.0}
    formula = Formula.objects.get()
    assert (formula.version, formula.factor, formula.are_units_checked) == (1, 1000.0, True)
    assert Feed.objects.get(indicator=rate).watermark_at == datetime(2025, 3, 31, 22, tzinfo=UTC)


def test_a_factor_that_is_written_is_not_applied_again(commune, rate, inputs):
    computed(rate, "velos / habitants * 1000", *inputs)
    assert figures(rate, commune)[JAN] == 50.0


def test_a_metropolis_is_computed_from_the_totals_of_its_communes(rate):
    metropolis = make_zone(code="MV", kind="METROPOLIS")
    counted = measured("passage/day", zone_aggregation="SUM")
    living = measured("inhabitant", zone_aggregation="SUM")
    for name, value, of in (("B", 10.0, 1000.0), ("C", 90.0, 1000.0)):
        zone = make_zone(code=name, kind="COMMUNE", parent=metropolis)
        publish(counted, zone, {JAN: value})
        publish(living, zone, {JAN: of})
    computed(rate, "a / b", bound("a", counted), bound("b", living))
    assert figures(rate, metropolis) == {JAN: 50.0}


def test_a_fixed_zone_is_the_same_for_all(commune, passages):
    whole = make_zone(code="MV", kind="METROPOLIS")
    publish(passages, whole, {JAN: 2000.0})
    share = make_indicator(machine_unit="%")
    computed(share, "a / tout", bound("a", passages), bound("tout", passages, zone=whole))
    assert figures(share, commune) == {JAN: 25.0, FEB: "INPUT_MISSING", MAR: "INPUT_MISSING"}


@pytest.mark.parametrize(
    ("how", "expected"), [("SUM", 2000.0), ("MEAN", 666.6667), ("LAST", 900.0)]
)
def test_shorter_periods_are_gathered(commune, passages, how, expected):
    quarterly = make_indicator(machine_unit="passage/day", frequency="QUARTER")
    publish(passages, commune, {date(2025, 4, 1): 5.0})  # a quarter under way is not there yet
    computed(quarterly, "a", bound("a", passages, how))
    assert figures(quarterly, commune) == {JAN: pytest.approx(expected)}


def test_a_gap_within_a_longer_period_is_no_smaller_total(commune, passages):
    publish(passages, commune, {FEB: None}, at=LATER)
    quarterly = make_indicator(machine_unit="passage/day", frequency="QUARTER")
    computed(quarterly, "a", bound("a", passages, "SUM"), at=LATER)
    assert figures(quarterly, commune) == {JAN: "INPUT_MISSING"}


def test_what_cannot_be_said_is_unknown_with_its_reason_never_zero(commune, passages):
    other = measured("passage/day")
    publish(other, commune, {JAN: 0.0, FEB: None})
    share = make_indicator(machine_unit="%")
    computed(share, "a / b", bound("a", passages), bound("b", other))
    assert figures(share, commune) == {
        JAN: "DIVISION_BY_ZERO", FEB: "INPUT_MISSING", MAR: "INPUT_MISSING",
    }  # fmt: skip


def test_a_zone_without_one_of_the_inputs_is_not_computed(passages, people, rate, inputs):
    elsewhere = make_zone(code="B", kind="COMMUNE")
    publish(passages, elsewhere, {JAN: 5.0})
    computed(rate, "velos / habitants", *inputs)
    assert figures(rate, elsewhere) == {}


def test_a_result_is_provisional_while_one_of_its_inputs_is(commune, passages, rate, inputs):
    publish(passages, commune, {MAR: 910.0}, at=LATER, provisional=True)
    computed(rate, "velos / habitants", *inputs, at=LATER)
    told = ObservationVersion.objects.filter(series__feed__indicator=rate).order_by("period_start")
    assert [one.status for one in told] == ["FINAL", "FINAL", "PROVISIONAL"]


def test_a_result_is_covered_as_its_least_covered_input_is(commune, passages, rate, inputs):
    ObservationVersion.objects.filter(series__feed=passages, value=600.0).update(coverage=0.8)
    computed(rate, "velos / habitants", *inputs)
    told = ObservationVersion.objects.filter(series__feed__indicator=rate).order_by("period_start")
    assert [one.coverage for one in told] == [None, 0.8, None]


# ---------------------------------------------------------------- what changes afterwards


def test_a_revised_input_computes_what_it_changed_and_nothing_else(commune, passages, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    (planned,) = publish(passages, commune, {FEB: 700.0}, at=LATER)
    run = compute(planned, LATER)
    assert (run.received, run.revised, run.unchanged) == (2, 1, 1)  # February and what follows it
    assert figures(rate, commune) == {JAN: 50.0, FEB: 70.0, MAR: 90.0}
    assert figures(rate, commune, as_of=AT + timedelta(hours=1))[FEB] == 60.0


def test_a_last_known_value_that_changes_reaches_the_periods_after_it(
    commune, people, rate, inputs
):
    computed(rate, "velos / habitants", *inputs)
    (planned,) = publish(people, commune, {date(2025, 1, 1): 20_000.0}, at=LATER)
    compute(planned, LATER)
    assert figures(rate, commune) == {JAN: 25.0, FEB: 30.0, MAR: 45.0}


def test_values_said_again_plan_nothing(commune, passages, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    assert publish(passages, commune, {FEB: 600.0}, at=LATER) == ()


def test_computing_again_changes_nothing(commune, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    before = list(ObservationVersion.objects.order_by("pk").values())
    (run,) = planning.plan_due(now=LATER, feeds=Feed.objects.filter(indicator=rate), force=True)
    done = compute(run.pk, LATER)
    assert (done.received, done.unchanged) == (3, 3)
    assert list(ObservationVersion.objects.order_by("pk").values()) == before


def test_a_worker_that_is_frozen_while_it_publishes_keeps_no_other_from_it(commune, rate, inputs):
    run = agreed(rate, "velos / habitants", *inputs).run
    patience = []

    def clock() -> datetime:
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            patience.append(cursor.fetchone()[0])
        return AT

    told = replace(means(AT), clock=clock, lease=timedelta(seconds=20))
    assert pulls.execute(run_id=run.pk, means=told).state == "SUCCEEDED"
    assert (patience[0], patience[-1]) == ("0", "10s")


def test_a_bell_that_nobody_heard_rings_again_with_the_next_tick(commune, passages, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    (planned,) = publish(passages, commune, {FEB: 700.0}, at=LATER)
    assert planned in planning.plan_and_list(now=LATER)


def test_all_of_it_is_computed_again_once_a_day_however_long_the_stop(commune, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    feeds = Feed.objects.filter(indicator=rate)
    assert planning.plan_due(now=AT + timedelta(hours=1), feeds=feeds) == []
    (run,) = planning.plan_due(now=AT + timedelta(days=30), feeds=feeds)
    assert run.window_start == datetime(2023, 12, 31, 23, tzinfo=UTC)


def test_a_formula_of_a_formula_follows_in_its_turn(commune, passages, rate, inputs):
    twice = make_indicator(machine_unit="passage/day/inhabitant")
    first = agreed(rate, "velos / habitants", *inputs)
    second = agreed(twice, "2 * taux", bound("taux", rate))
    compute(second.run.pk)  # before the one that it needs: there is nothing yet
    assert figures(twice, commune) == {}
    compute(first.run.pk)
    after = Run.objects.open().get(feed__indicator=twice)
    compute(after.pk)
    assert figures(twice, commune) == {JAN: 0.1, FEB: 0.12, MAR: 0.18}


# ---------------------------------------------------------------- versions


def test_a_new_version_adds_and_overwrites_nothing(commune, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    agreed_again = agreed(rate, "velos / habitants / 2", *inputs, at=LATER)
    assert agreed_again.formula.version == 2
    compute(agreed_again.run.pk, LATER)
    assert figures(rate, commune)[JAN] == 25.0
    assert figures(rate, commune, as_of=AT + timedelta(hours=1))[JAN] == 50.0
    assert [one.expression for one in Formula.objects.order_by("version")] == [
        "velos / habitants", "velos / habitants / 2",
    ]  # fmt: skip
    assert set(Computation.objects.values_list("formula__version", flat=True)) == {1, 2}


def test_the_same_formula_said_again_is_no_new_version(rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    assert agreed(rate, "velos / habitants", *inputs, at=LATER) is None


def test_a_method_that_changes_one_day_leaves_the_periods_before_it(commune, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    computed(rate, "velos / habitants / 2", *inputs, at=LATER, valid_from=FEB)
    assert figures(rate, commune) == {JAN: 50.0, FEB: 30.0, MAR: 45.0}


def test_what_a_new_formula_no_longer_gives_is_withdrawn_not_left_behind(
    commune, passages, rate, inputs
):
    computed(rate, "velos / habitants", *inputs)
    empty = measured("inhabitant")
    publish(empty, commune, {MAR: 100.0})
    elsewhere = make_zone(code="B")
    nothing = measured("passage/day")
    publish(nothing, elsewhere, {JAN: 1.0})
    run = computed(rate, "a / b", bound("a", nothing), bound("b", empty), at=LATER)
    assert run.revised == 3
    assert set(figures(rate, commune).values()) == {"NOT_COMPUTED"}
    assert figures(rate, commune, as_of=AT + timedelta(hours=1))[JAN] == 50.0


def test_each_value_keeps_the_inputs_that_it_was_made_of(commune, passages, rate, inputs):
    computed(rate, "velos / habitants", *inputs)
    publish(passages, commune, {JAN: 1.0}, at=LATER)
    kept = Computation.objects.get(version__period_start=datetime(2024, 12, 31, 23, tzinfo=UTC))
    velos, habitants = kept.inputs
    assert (velos["name"], velos["value"], velos["on"]) == ("velos", 500.0, "2025-01-01")
    assert (habitants["value"], habitants["on"], habitants["zone"]) == (10_000.0, "2024-01-01", "A")


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("expression", "field", "said"), [
    ("velos +", "expression", "pas terminée"),
    ("velos / autre", "autre", "autre"),
    ("velos + habitants", "units", "même mesure"),
    ("velos * habitants", "units", "ne se convertit pas"),
    ("2 * 3", "expression", "aucun indicateur"),
])  # fmt: skip
def test_a_formula_that_is_wrong_says_where_and_writes_nothing(
    rate, inputs, expression, field, said
):
    with pytest.raises(ValidationError) as refused:
        agreed(rate, expression, *inputs)
    assert said in " ".join(refused.value.message_dict[field])
    assert not Formula.objects.exists()


def test_a_formula_never_needs_its_own_result(rate, inputs, passages):
    ratio = make_indicator(code="le-ratio", machine_unit="passage/day/kiloinhabitant")
    computed(rate, "velos / habitants", *inputs)
    computed(ratio, "taux", bound("taux", rate))
    for circle in (bound("x", ratio), bound("x", rate)):
        with pytest.raises(ValidationError, match="son propre résultat"):
            agreed(rate, "x", circle, at=LATER)


def test_a_circle_through_a_version_that_no_longer_holds_is_none(rate, inputs, people):
    other = make_indicator(machine_unit="passage/day/kiloinhabitant")
    computed(other, "a", bound("a", rate))
    computed(other, "velos / habitants", *inputs, at=LATER)
    assert agreed(rate, "b", bound("b", other), at=LATER) is not None


def test_a_unit_that_is_not_known_is_never_silently_passed(rate, passages, inputs):
    unknown = measured("")
    given = (*inputs, bound("x", unknown))
    with pytest.raises(ValidationError, match="Unité non connue"):
        agreed(rate, "x", *given)
    made = agreed(rate, "x", *given, accepts_unknown_units=True)
    assert not made.formula.are_units_checked


def test_an_indicator_is_measured_or_computed(passages, people):
    with pytest.raises(ValidationError, match="mesuré"):
        agreed(passages.indicator, "h", bound("h", people, "LAST_KNOWN"))


@pytest.mark.parametrize("time", ["SAME", "SUM"])
def test_an_input_of_another_rhythm_says_how_it_is_read(rate, passages, people, time):
    with pytest.raises(ValidationError) as refused:
        agreed(rate, "v / h", bound("v", passages), bound("h", people, time))
    assert set(refused.value.message_dict) == {"h"}


def test_something_must_give_the_zone_and_the_periods(commune, rate, passages, people):
    fixed = bound("v", passages, zone=commune)
    with pytest.raises(ValidationError, match="suivre la zone"):
        agreed(rate, "v / h", fixed, bound("h", people, "LAST_KNOWN", commune))
    with pytest.raises(ValidationError, match="donner les périodes"):
        agreed(rate, "v / h", bound("v", passages, "LAST_KNOWN"), bound("h", people, "LAST_KNOWN"))


def test_the_database_keeps_versions_apart_and_factors_positive(rate):
    fields = {"indicator": rate, "expression": "a", "are_units_checked": False, "agreed_at": AT}
    Formula.objects.create(version=1, **fields)
    for wrong in ({"version": 1}, {"version": 2, "factor": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Formula.objects.create(**fields, **wrong)
