"""What is missing for a source to be answered for: rules over plain facts. No Django.

A fact that nobody stated is a lack, never a pass. Rules after the reference model of the project
(docs/guides/data-team.md, "The register of sources").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=90)
LONG = timedelta(days=30)
A_YEAR = timedelta(days=365)
COMES_FROM_OUTSIDE = {"NO_PRODUCER", "NO_LICENCE", "NO_COUNTRY"}
FAULTS = ("NO_CONTRACT", "FEED_EMPTY", "FEED_STALE", "FEED_FAILING")  # of feeds, in that order


@dataclass(frozen=True)
class Agreement:
    """`has_deadline`: it says by when it supplies, or nothing is to be supplied under it;
    `due_on`: the day the next delivery is due, None where that is not known."""

    reference: str
    starts_on: date
    ends_on: date | None
    is_dispensed: bool = False
    is_published: bool = False
    has_deadline: bool = True
    due_on: date | None = None


@dataclass(frozen=True)
class FeedFacts:
    """`overdue_since`: None where it is fresh, or where `published_on` is None (nothing was ever
    published); `failing_since`: first failure after the last success; None: it does not fail."""

    code: str
    has_contract: bool
    published_on: date | None
    overdue_since: date | None = None
    failing_since: date | None = None


@dataclass(frozen=True)
class SourceFacts:
    """`producer`: OUTSIDE, INSIDE, or empty where it is not known; `last_used_on`: None where no
    use was ever declared; `is_computed`: its figures are computed here from those of others. Empty
    texts are not known."""

    producer: str
    has_owner: bool
    has_steward: bool
    licence: str
    personal_data: str
    legal_basis: str
    processing_reference: str
    hosting_country: str
    last_used_on: date | None
    is_computed: bool = False
    agreements: tuple[Agreement, ...] = ()
    feeds: tuple[FeedFacts, ...] = ()


@dataclass(frozen=True)
class Lack:
    """`about`: the feed or the agreement concerned, or empty; `on`: the day that matters."""

    code: str
    about: str = ""
    on: date | None = None


def lacks(source: SourceFacts, today: date) -> tuple[Lack, ...]:
    """Everything that is missing, the facts first, then agreements, feeds and use."""
    return (
        *_facts(source),
        *_agreements(source, today),
        *sorted(
            _feeds(source.feeds, today), key=lambda lack: (FAULTS.index(lack.code), lack.about)
        ),
        *_use(source, today),
    )


def points(lacking: Iterable[Lack]) -> int:
    """How many things are to be put in order: one a rule, whatever feeds or agreements it names."""
    return len({lack.code for lack in lacking})


def flags(agreement: Agreement, today: date) -> tuple[Lack, ...]:
    """What to look at in an agreement: it ended or ends soon, says no deadline, is
    late, or its dispensation is not published."""
    return tuple(_flags(agreement, today))


def _facts(source: SourceFacts) -> Iterator[Lack]:
    stated = {
        "NO_OWNER": source.has_owner,
        "NO_STEWARD": source.has_steward,
        "NO_PRODUCER": source.producer,
        "NO_LICENCE": source.licence,
        "NO_COUNTRY": source.hosting_country,
        "NO_PERSONAL_CLASS": source.personal_data,
    }
    # What is computed here comes from no producer, under no licence, from no other country.
    asked = stated.keys() - (COMES_FROM_OUTSIDE if source.is_computed else set())
    yield from (Lack(code) for code, fact in stated.items() if code in asked and not fact)
    if source.personal_data in {"", "NONE"}:
        return
    if not source.legal_basis:
        yield Lack("NO_LEGAL_BASIS")
    if not source.processing_reference:
        yield Lack("NO_PROCESSING_REFERENCE")


def _agreements(source: SourceFacts, today: date) -> Iterator[Lack]:
    """Due of whoever is outside; whether it is due of an unknown producer is not known."""
    current = [one for one in source.agreements if _is_current(one, today)]
    if current:
        yield from (lack for one in current for lack in _flags(one, today))
        return
    ended = [one for one in source.agreements if one.ends_on and one.ends_on < today]
    if ended:
        last = max(ended, key=lambda one: one.ends_on or today)
        yield Lack("AGREEMENT_ENDED", last.reference, last.ends_on)
    elif source.producer == "OUTSIDE":
        yield Lack("NO_AGREEMENT")


def _is_current(agreement: Agreement, today: date) -> bool:
    return agreement.starts_on <= today and not (agreement.ends_on and agreement.ends_on < today)


def _flags(agreement: Agreement, today: date) -> Iterator[Lack]:
    told = agreement.reference
    if agreement.ends_on and agreement.ends_on < today:
        yield Lack("AGREEMENT_ENDED", told, agreement.ends_on)
        return
    if agreement.ends_on and agreement.ends_on <= today + SOON:
        yield Lack("AGREEMENT_ENDS_SOON", told, agreement.ends_on)
    if agreement.is_dispensed:
        if not agreement.is_published:
            yield Lack("DISPENSATION_NOT_PUBLISHED", told)
    elif not agreement.has_deadline:
        yield Lack("NO_DEADLINE", told)
    elif agreement.due_on and agreement.starts_on <= today and agreement.due_on < today:
        yield Lack("DELIVERY_LATE", told, agreement.due_on)


def _feeds(feeds: tuple[FeedFacts, ...], today: date) -> Iterator[Lack]:
    for feed in feeds:
        yield from _feed(feed, today)


def _feed(feed: FeedFacts, today: date) -> Iterator[Lack]:
    if not feed.has_contract:
        yield Lack("NO_CONTRACT", feed.code)
    if feed.published_on is None:
        yield Lack("FEED_EMPTY", feed.code)
    elif feed.overdue_since and feed.overdue_since + LONG <= today:
        yield Lack("FEED_STALE", feed.code, feed.overdue_since)
    if feed.failing_since and feed.failing_since + LONG <= today:
        yield Lack("FEED_FAILING", feed.code, feed.failing_since)


def _use(source: SourceFacts, today: date) -> Iterator[Lack]:
    if not source.feeds:
        yield Lack("NO_FEED")
    elif source.last_used_on is None:
        yield Lack("NEVER_USED")
    elif source.last_used_on + A_YEAR < today:
        yield Lack("NOT_USED_FOR_A_YEAR", "", source.last_used_on)
