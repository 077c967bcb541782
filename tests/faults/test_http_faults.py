"""Each fault that a source can have, put by a proxy into the answers of a real platform: after every
one, all invariants hold."""

import socket
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from django.utils import translation

from indicators.models import Feed, ObservationVersion, Run
from indicators.services import contracts
from tests.faults.invariants import Truth, assert_invariants, truth_of
from tests.peers.mitm import Injector
from tests.pulling import MAPPING, NOW, POLICY, daily_rows, make_daily_feed, pull
from tests.sockets import noted

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(60)]
LATER = NOW + timedelta(days=1)
VALOMBRE = [-0.85, 45.0, -0.25, 45.45]
CONTRACT = {
    "fields": {"valeur": {"type": "number"}, "jour": {"type": "time"}, "commune": {"type": "text"},
               "unite": {"type": "text", "required": False, "constant": "passages"}},
    "spike": 5, "drop": 0.3, "point": "geometry", "envelope": VALOMBRE,
}  # fmt: skip
METADATA = "http://169.254.169.254/latest/meta-data/"


@dataclass
class Case:
    """A feed that was pulled once without fault: thirty values over three pages."""

    feed: Feed
    injector: Injector
    truth: Truth

    @property
    def allowed(self) -> set[tuple[str, int]]:
        return {("127.0.0.1", self.injector.port)}

    def pull(self, truth: Truth | None = None, policy=POLICY) -> Run:
        """Once more, a day later; then all invariants hold, the rows being those of `truth` (those
        published before, unless said)."""
        with noted() as sockets:
            run = pull(self.feed, LATER, self.policy(policy))
        assert_invariants(
            self.feed, truth=truth or self.truth, now=LATER, sockets=sockets, allowed=self.allowed
        )
        return run

    def policy(self, policy=POLICY):
        return replace(policy, allow=(f"127.0.0.1:{self.injector.port}",))


@pytest.fixture
def case(platform, injector) -> Case:
    platform.fill(daily_rows())
    feed = make_daily_feed(injector.url)
    contracts.agree(feed=feed, document=CONTRACT, by=None, reason="", at=NOW)
    run = pull(feed)
    assert (run.state, run.accepted, run.error_message) == ("SUCCEEDED", 30, "")
    return Case(feed, injector, truth_of(feed))


@pytest.mark.parametrize(
    ("fault", "told", "code"),
    [
        ("status", {"code": 500}, "HTTP_STATUS"),
        ("status", {"code": 403}, "HTTP_STATUS"),
        ("status", {"code": 404}, "MISSING_COLLECTION"),
        ("status", {"code": 429, "headers": {"Retry-After": "3600"}}, "HTTP_STATUS"),
        ("status", {"code": 302, "headers": {"Location": METADATA}}, "REDIRECT"),
        ("status", {"code": 302, "headers": {"Location": "file:///etc/passwd"}}, "REDIRECT"),
        ("silence", {"seconds": 1.5}, "TIMEOUT"),
        ("drip_feed", {}, "DEADLINE"),
        ("truncated_json", {}, "TRUNCATED"),
        ("cut_connection", {}, "TRUNCATED"),
        ("html_with_200", {}, "NOT_JSON"),
        ("empty_200", {}, "NOT_JSON"),
        ("document", {"body": {"type": "FeatureCollection"}}, "WRONG_SHAPE"),
        ("document", {"body": [1, 2]}, "WRONG_SHAPE"),
        ("document", {"body": {"type": "FeatureCollection", "features": []}}, "EMPTY_ANSWER"),
        ("first_page_again", {}, "PAGE_LOOP"),
        ("endless", {}, "PAGE_CAP"),
        ("renames", {"field": "valeur", "to": "mesure"}, "DRIFT"),
        ("sets", {"field": "valeur", "value": {"jour": 3}}, "DRIFT"),
        ("sets", {"field": "jour", "value": 3.5}, "DRIFT"),
        ("sets", {"field": "unite", "value": "milliers"}, "DRIFT"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_answer_publishes_nothing_and_says_why(case, fault, told, code):
    case.injector.spoil(fault, **told)
    run = case.pull()
    assert (run.state, run.error_code) == ("FAILED", code), run.error_message
    if code == "DRIFT":
        assert told["field"] in run.error_message


@pytest.mark.parametrize("page", [2, 3])
def test_a_fault_on_a_later_page_publishes_nothing_of_the_earlier_ones(case, platform, page):
    platform.change("UPDATE mesures SET valeur = valeur + 1")
    case.injector.spoil("html_with_200", on=[page])
    assert case.pull().error_code == "NOT_JSON"


@pytest.mark.parametrize(
    ("old", "new", "field", "reason"),
    [
        ('"valeur": 3.0', '"valeur": NaN', "valeur", "NOT_FINITE"),
        ('"valeur": 3.0', '"valeur": Infinity', "valeur", "NOT_FINITE"),
        ('"valeur": 3.0', '"valeur": 1e400', "valeur", "NOT_FINITE"),
        ('"valeur": 3.0', '"valeur": "n.d."', "valeur", "NOT_A_NUMBER"),
        ('"valeur": 3.0', '"valeur": "1 234,5"', "valeur", "NOT_A_NUMBER"),
        ('"valeur": 3.0', '"valeur": true', "valeur", "NOT_A_NUMBER"),
        ('"valeur": 3.0', '"autre": 3.0', "valeur", "MISSING_FIELD"),
        ('"jour": "2024-01-04"', '"jour": null', "jour", "BAD_TIME"),
        ('"jour": "2024-01-04"', '"jour": "04/01/2024"', "jour", "BAD_TIME"),
        ('"commune": "A"', '"commune": "\\u0000"', "commune", "UNKNOWN_ZONE"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_others_are_as_they_were(case, old, new, field, reason):
    case.injector.spoil("replaces", on=[1], old=old, new=new, count=1)
    run = case.pull()
    assert (run.state, run.unchanged, run.quarantined) == ("PARTIAL", 29, 1)
    row = run.quarantine.get()
    assert (row.field, row.reason) == (field, reason)


def test_errors_that_pass_are_asked_again(case):
    case.injector.spoil_each({
        1: {"name": "status", "code": 503}, 2: {"name": "cut_connection"},
        4: {"name": "status", "code": 500},
    })  # fmt: skip
    run = case.pull()
    assert (run.state, run.unchanged, len(case.injector.requests)) == ("SUCCEEDED", 30, 4 + 3)


def test_a_source_that_says_when_to_come_back_is_obeyed(case):
    case.injector.spoil("status", on=[1], code=429, headers={"Retry-After": "1"})
    started = monotonic()
    assert case.pull().state == "SUCCEEDED"
    assert monotonic() - started >= 1
    case.injector.spoil("status", code=429, headers={"Retry-After": "3600"})
    assert pull(case.feed, LATER + timedelta(hours=1), case.policy()).state == "FAILED"
    assert len(case.injector.requests) == 1
    case.feed.source.refresh_from_db()
    assert case.feed.source.resting_until is not None  # left alone as long as it asked


def test_a_value_ten_times_too_large_is_held(case):
    case.injector.spoil("multiplies", by=10, where={"jour": "2024-01-15", "commune": "B"})
    run = case.pull()
    assert (run.state, run.held_for["spikes"]["count"]) == ("HELD", 1)


def test_an_answer_without_a_third_of_the_values_is_held(case):
    case.injector.spoil("loses", on=[1, 2, 3], rows=4)
    run = case.pull()
    assert (run.state, run.held_for["missing"]["again"]) == ("HELD", 18)


def test_rows_added_while_pages_are_turned_are_noticed(case):
    """A row comes on two pages: others may have been passed over."""
    case.injector.spoil("shifts", by=-1)
    run = case.pull()
    assert (run.state, run.error_code) == ("FAILED", "UNSTABLE_PAGES")


def test_rows_deleted_while_pages_are_turned_leave_what_was_published(case):
    case.injector.spoil("shifts", by=1)
    run = case.pull()
    assert (run.state, run.unchanged) == ("SUCCEEDED", 28)  # one row lost a page


def test_a_server_that_ignores_the_filter_has_its_other_rows_dropped(case, platform):
    platform.change(
        "INSERT INTO mesures (commune, jour, valeur, statut)"
        " VALUES ('A', '2019-05-05', 7, ''), ('B', '2030-05-05', 7, '')"
    )
    case.injector.spoil("ignores_filter")
    run = case.pull()
    assert (run.state, run.received, run.unchanged, run.dropped) == ("SUCCEEDED", 32, 30, 2)


def test_a_revised_value_is_a_version_and_the_former_stays_readable(case):
    case.injector.spoil("replaces", on=[1], old='"valeur": 4.0', new='"valeur": 5.5', count=1)
    revised = [(*one[:2], 5.5, *one[3:]) if one[2] == 4.0 else one for one in case.truth.values]
    run = case.pull(Truth(revised, case.truth.watermark_at))
    assert (run.state, run.revised, run.unchanged) == ("SUCCEEDED", 1, 29)
    versions = ObservationVersion.objects.filter(series__feed=case.feed)
    assert versions.as_of(NOW).filter(value=4).exists()
    assert not versions.as_of(LATER).filter(value=4).exists()


@pytest.mark.parametrize(
    ("at", "reason", "suggestion"),
    [
        ([45.2, -0.5], "LOOKS_SWAPPED", "latitude et longitude"),
        ([417_000.0, 6_421_000.0], "LOOKS_PROJECTED", "Lambert-93"),
        ([2.35, 48.85], "OUTSIDE_TERRITORY", "territoire"),
    ],
)
def test_places_that_cannot_be_are_refused_with_their_likely_cause(case, at, reason, suggestion):
    case.injector.spoil("places", at=at)
    run = case.pull()
    assert (run.state, run.error_code, run.quarantined) == ("FAILED", "ALL_REJECTED", 30)
    assert f"geometry {reason}" in run.error_message
    with translation.override("fr"):
        assert suggestion in str(run.quarantine.first().explanation)


# ---------------------------------------------------------------- size


@contextmanager
def memory_grows_by_less_than(limit: int):
    """Of this process, at its peak (the kernel's own count)."""

    def told(name: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * next(int(one.split()[1]) for one in lines if one.startswith(f"{name}:"))

    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before = told("VmRSS")
    yield
    assert told("VmHWM") - before < limit


@pytest.mark.parametrize("fault", ["huge_body", "gzip_bomb"])
def test_a_body_without_end_is_stopped_before_it_fills_the_memory(case, fault):
    case.injector.spoil(fault)
    policy = replace(POLICY, max_body_bytes=64_000_000, total_s=30, read_s=10)
    with memory_grows_by_less_than(100_000_000):
        run = case.pull(policy=policy)
    assert (run.state, run.error_code) == ("FAILED", "TOO_BIG")
    assert len(case.injector.requests) == 1  # asking again would bring the same


# ---------------------------------------------------------------- addresses


def test_a_name_that_changes_its_address_between_two_pages_opens_nothing_inside(case, monkeypatch):
    """Each page opens a connection; the name leads to the platform, then to the cloud's own
    metadata."""
    look_up, answers = socket.getaddrinfo, ["127.0.0.1", "127.0.0.1", "169.254.169.254"]

    def flips(host, port, *rest, **options):
        if host == "data.example.org":
            host = answers.pop(0) if len(answers) > 1 else answers[0]
        return look_up(host, port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", flips)
    case.injector.spoil("closes")
    case.feed.source.base_url = f"http://data.example.org:{case.injector.port}"
    case.feed.source.save()
    run = case.pull()
    assert (run.state, run.error_code) == ("FAILED", "ADDRESS_REFUSED")
    assert "169.254.169.254" in run.error_message
    assert len(case.injector.requests) == 2


def test_an_address_that_is_not_allowed_is_never_reached_for(case):
    case.feed.source.base_url = "http://169.254.169.254/latest"
    case.feed.source.save()
    assert case.pull().error_code == "ADDRESS_REFUSED"


# ---------------------------------------------------------------- the two nights of the clock

HOURLY = MAPPING | {"gather": {"how": "SUM", "every_minutes": 60}}
PARIS_WINTER, PARIS_SUMMER = timedelta(hours=1), timedelta(hours=2)


def rows_of_a_day(day: datetime, hours: int, write: Callable[[datetime], str]) -> list[dict]:
    """One row an hour, of value 1, from local midnight (given in UTC) on."""
    times = [write(day + timedelta(hours=n, minutes=30)) for n in range(hours)]
    return [
        {"type": "Feature", "id": n, "geometry": None,
         "properties": {"commune": "A", "jour": time, "valeur": 1.0, "statut": ""}}
        for n, time in enumerate(times)
    ]  # fmt: skip


def local(change: datetime) -> Callable[[datetime], str]:
    """As a French source writes it, without offset; `change`: when the clock goes to winter."""
    return lambda at: (at + (PARIS_SUMMER if at < change else PARIS_WINTER)).isoformat()[:19]


def with_offset(change: datetime) -> Callable[[datetime], str]:
    def write(at: datetime) -> str:
        offset = PARIS_SUMMER if at < change else PARIS_WINTER
        return f"{(at + offset).isoformat()[:19]}+0{offset.seconds // 3600}:00"

    return write


@pytest.fixture
def nights(injector):
    """Pulls what a source says of a night: the run, after all invariants held."""

    def pulled(rows: list[dict], now: datetime, values: list[float]) -> Run:
        feed = make_daily_feed(injector.url, mapping=HOURLY, starts_on=now.date() - timedelta(2))
        injector.spoil("document", body={"type": "FeatureCollection", "features": rows})
        policy = replace(POLICY, allow=(f"127.0.0.1:{injector.port}",))
        with noted() as sockets:
            run = pull(feed, now, policy)
        found = truth_of(feed)
        assert [one[2] for one in found.values] == values
        allowed = {("127.0.0.1", injector.port)}
        assert_invariants(feed, truth=found, now=now, sockets=sockets, allowed=allowed)
        return run

    return pulled


AUTUMN = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight of Sunday 25 October in Paris
WINTER_FROM = datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_two_hours_where_the_source_says_which(nights):
    rows = rows_of_a_day(AUTUMN, 25, with_offset(WINTER_FROM))
    halves = [row["properties"]["jour"] for row in rows if "T02:30" in row["properties"]["jour"]]
    assert halves == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]
    run = nights(rows, AUTUMN + timedelta(days=2), [25.0])
    assert (run.state, run.received, run.gathered) == ("SUCCEEDED", 25, 24)


def test_the_hour_that_comes_twice_without_offset_is_set_aside_by_its_name(nights):
    """Nobody can tell which is which: the repeated row is named, not counted nor lost."""
    rows = rows_of_a_day(AUTUMN, 25, local(WINTER_FROM))
    run = nights(rows, AUTUMN + timedelta(days=2), [24.0])
    assert (run.state, run.quarantined) == ("PARTIAL", 1)
    assert run.quarantine.get().reason == "DUPLICATE"


def test_the_hour_that_does_not_exist_is_refused_with_its_reason(nights):
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight of Sunday 29 March in Paris
    rows = rows_of_a_day(spring, 23, with_offset(spring))
    never = rows_of_a_day(spring, 1, lambda at: "2026-03-29T02:30:00")
    summer = spring + timedelta(hours=2)
    for place, row in enumerate(rows):
        at = spring + timedelta(hours=place, minutes=30)
        offset = PARIS_WINTER if at < summer else PARIS_SUMMER
        row["properties"]["jour"] = (at + offset).isoformat()[:19]
    run = nights([*rows, never[0] | {"id": 99}], spring + timedelta(days=2), [23.0])
    assert (run.state, run.received, run.quarantined) == ("PARTIAL", 24, 1)
    assert run.quarantine.get().reason == "NONEXISTENT_TIME"
