"""The register of sources: every source with its agreements, its use, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Min, Q
from django.utils import timezone

from indicators.analysis import supply, swamp
from indicators.analysis.swamp import FeedFacts, Lack, SourceFacts
from indicators.models import DataContract, DataSource, Run, SupplyAgreement, Usage
from indicators.queries.sources import FeedState, SourceState, source_states
from indicators.queries.usages import shown_to_residents
from portfolio.models import Organisation, User

WORKED = (Run.State.SUCCEEDED, Run.State.PARTIAL)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AgreementState:
    """`flags`: what to look at; `due_on`: the day the next delivery is due; None: not known."""

    agreement: SupplyAgreement
    due_on: date | None
    flags: tuple[Lack, ...]


@dataclass(frozen=True)
class RegisterRow:
    """`lacks` is empty for a source that is switched off: nothing is asked of it any more."""

    state: SourceState
    agreements: tuple[AgreementState, ...]
    last_used_on: date | None
    lacks: tuple[Lack, ...]

    @property
    def source(self) -> DataSource:
        return self.state.source

    @property
    def points(self) -> int:
        """As many as there are lines where they are told."""
        return swamp.points(self.lacks)


@dataclass(frozen=True)
class _Known:
    """What several tables say of feeds and indicators, by key; read once for all sources."""

    today: date
    contracted: frozenset[int]
    failing: dict[int, date]
    used: dict[int, date]
    agreements: dict[int, list[SupplyAgreement]]


def register(*, user: User | AnonymousUser, now: datetime) -> list[RegisterRow]:
    """Every source that `user` may see, by code; a constant number of queries."""
    states = source_states(user=user, now=now)
    known = _known(states, user, now)
    return [_row(state, known) for state in states]


def row_of(source: DataSource, *, user: User | AnonymousUser, now: datetime) -> RegisterRow | None:
    """One source, as `register` tells it."""
    states = [s for s in source_states(user=user, now=now) if s.source.pk == source.pk]
    known = _known(states, user, now)
    return _row(states[0], known) if states else None


def incomplete(rows: Iterable[RegisterRow]) -> list[RegisterRow]:
    """Those to put in order, the ones that lack most first."""
    return sorted((row for row in rows if row.lacks), key=lambda row: -row.points)


def _known(states: list[SourceState], user: User | AnonymousUser, now: datetime) -> _Known:
    feeds = [item for state in states for item in state.feeds]
    agreements: dict[int, list[SupplyAgreement]] = defaultdict(list)
    found = SupplyAgreement.objects.visible_to(user).filter(source__in=[s.source for s in states])
    for agreement in found.select_related("counterpart").order_by("-starts_on", "reference"):
        agreements[agreement.source_id].append(agreement)
    contracted = DataContract.objects.filter(feed__in=[item.feed.pk for item in feeds])
    return _Known(
        today=timezone.localdate(now),
        contracted=frozenset(contracted.values_list("feed", flat=True)),
        failing=_failing(feeds),
        used=_used({item.feed.indicator_id for item in feeds}, timezone.localdate(now)),
        agreements=agreements,
    )


def _failing(feeds: Iterable[FeedState]) -> dict[int, date]:
    """Of the feeds whose last run failed: the day of the first failure since the last success."""
    keys = [f.feed.pk for f in feeds if f.last_run and f.last_run.state == Run.State.FAILED]
    if not keys:
        return {}
    runs = Run.objects.filter(feed__in=keys)
    worked = runs.filter(state__in=WORKED).values_list("feed").annotate(at=Max("finished_at"))
    last = dict(worked)
    since = Q()
    for key in keys:
        since |= Q(feed=key, finished_at__gt=last[key]) if key in last else Q(feed=key)
    failed = runs.filter(since, state=Run.State.FAILED, finished_at__isnull=False)
    first = failed.values_list("feed").annotate(at=Min("finished_at"))
    return {key: timezone.localdate(at) for key, at in first}


def _used(indicators: set[int], today: date) -> dict[int, date]:
    """The last day on which each indicator was used; a public page uses it today."""
    rows = Usage.objects.filter(indicator__in=indicators).values_list("indicator")
    used = {key: timezone.localdate(at) for key, at in rows.annotate(at=Max("recorded_at"))}
    return used | dict.fromkeys(shown_to_residents(indicators), today)


def _row(state: SourceState, known: _Known) -> RegisterRow:
    feeds = [item for item in state.feeds if item.feed.is_active]
    told = [
        (agreement, _agreement(agreement, feeds))
        for agreement in known.agreements.get(state.source.pk, [])
    ]
    days = [known.used[f.feed.indicator_id] for f in feeds if f.feed.indicator_id in known.used]
    last_used = max(days, default=None)
    facts = _facts(state.source, last_used, feeds, known, tuple(one for _, one in told))
    return RegisterRow(
        state=state,
        agreements=tuple(
            AgreementState(agreement, one.due_on, swamp.flags(one, known.today))
            for agreement, one in told
        ),
        last_used_on=last_used,
        lacks=swamp.lacks(facts, known.today) if state.source.is_active else (),
    )


def _facts(
    source: DataSource,
    last_used_on: date | None,
    feeds: list[FeedState],
    known: _Known,
    agreements: tuple[swamp.Agreement, ...],
) -> SourceFacts:
    producer = source.producer
    inside = producer is not None and producer.kind == Organisation.Kind.DEPARTMENT
    return SourceFacts(
        producer="" if producer is None else "INSIDE" if inside else "OUTSIDE",
        has_owner=source.owner_id is not None,
        has_steward=source.steward_id is not None,
        licence=source.licence,
        personal_data=source.personal_data,
        legal_basis=source.legal_basis,
        processing_reference=source.processing_reference,
        hosting_country=source.hosting_country,
        last_used_on=last_used_on,
        is_computed=source.is_computed,
        agreements=agreements,
        feeds=tuple(_feed(item, known) for item in feeds),
    )


def _feed(item: FeedState, known: _Known) -> FeedFacts:
    since = None
    if item.published_on is not None and item.is_overdue:
        allowed = timedelta(days=item.feed.indicator.stale_after_days)
        since = item.published_on + allowed + A_DAY
    return FeedFacts(
        code=item.feed.code,
        has_contract=item.feed.is_computed or item.feed.pk in known.contracted,
        published_on=item.published_on,
        overdue_since=since,
        failing_since=known.failing.get(item.feed.pk),
    )


def _agreement(agreement: SupplyAgreement, feeds: list[FeedState]) -> swamp.Agreement:
    is_open = agreement.kind == SupplyAgreement.Kind.OPEN_LICENCE
    says_when = bool(agreement.frequency) and agreement.due_days is not None
    return swamp.Agreement(
        reference=agreement.reference,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        is_dispensed=agreement.is_dispensed,
        is_published=bool(agreement.dispensation_url),
        has_deadline=is_open or says_when,
        due_on=_due_on(agreement, feeds) if says_when and not agreement.is_dispensed else None,
    )


def _due_on(agreement: SupplyAgreement, feeds: list[FeedState]) -> date | None:
    """Of the feed that is furthest behind; not known where nothing reads the source."""
    days = [
        supply.due_on(
            published_on=item.published_on,
            starts_on=max(agreement.starts_on, item.feed.starts_on),
            frequency=supply.coarser(agreement.frequency, item.feed.indicator.frequency),
            days=agreement.due_days or 0,
        )
        for item in feeds
    ]
    return min(days, default=None)
