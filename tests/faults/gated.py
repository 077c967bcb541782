"""A source behind a gate, and the feed of it that the steps of a pull are tried on."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from indicators.models import Feed, Run
from indicators.services import planning
from tests.faults.invariants import Truth, truth_of
from tests.faults.steps import FROM_HERE, NOW
from tests.peers.gate import Gate
from tests.pulling import MAPPING, make_daily_feed, pull


@dataclass(frozen=True)
class Source:
    """Where a protocol is asked, behind a gate. `after`: the bytes of answers that pass before it
    holds, so that something was received and something is missing."""

    protocol: str
    gate: Gate
    base_url: str
    collection: str
    after: int
    options: dict = field(default_factory=dict)
    mapping: dict = field(default_factory=lambda: MAPPING)

    def feed(self) -> Feed:
        feed = make_daily_feed(self.base_url, options=self.options, mapping=self.mapping)
        feed.source.protocol, feed.collection = self.protocol, self.collection
        feed.source.save()
        feed.save()
        return feed

    def planned(self) -> Run:
        (run,) = planning.plan_due(now=NOW, feeds=Feed.objects.filter(pk=self.feed().pk))
        return run

    def undisturbed(self) -> Truth:
        """What a pull publishes that nobody disturbs."""
        feed = self.feed()
        run = pull(feed, NOW, FROM_HERE)
        assert run.state in ("SUCCEEDED", "PARTIAL"), run.error_message
        Feed.objects.filter(pk=feed.pk).update(is_active=False)
        return truth_of(feed)


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port
