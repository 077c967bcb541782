"""The assistant's drafts: kept as they are typed, tried, applied as a document of sources, or thrown
away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.connectors.base import Listed, Query
from indicators.connectors.registry import about
from indicators.models import DataSource, Feed, FeedDraft, Indicator, Series
from indicators.services import feed_documents as documents
from indicators.services import source_secrets, sources, trying
from indicators.services.feed_documents import ADDRESS, CONTRACT, MAPPING, PARTS, SOURCE
from indicators.services.source_secrets import SecretLostError
from indicators.services.sources import Change, Problem
from portfolio import encryption
from portfolio.models import User

MOST_DRAFTS = 50


@dataclass(frozen=True)
class Asked:
    """Where a draft asks: the protocol, and the address with what it needs besides."""

    protocol: str
    query: Query

    def as_json(self) -> dict[str, Any]:
        """What names a try; never the key."""
        query = self.query
        return {"protocol": self.protocol, "base_url": query.base_url,
                "collection": query.collection, "options": dict(query.options)}  # fmt: skip


@transaction.atomic
def start(*, by: User, at: datetime) -> FeedDraft:
    """A draft of a new feed. Raises ValidationError where there are too many already."""
    if FeedDraft.objects.filter(author=by).count() >= MOST_DRAFTS:
        raise ValidationError(_("You have too many drafts: finish some, or throw them away."))
    return FeedDraft.objects.create(author=by, started_at=at, updated_at=at)


@transaction.atomic
def start_from(*, feed: Feed, by: User, at: datetime) -> FeedDraft:
    """The draft of a change of this feed, the one under way if there is one."""
    said = documents.said_of(feed)
    seen = documents.entry_of(feed)  # told apart from what another changes meanwhile
    draft, _created = FeedDraft.objects.get_or_create(
        author=by, feed=feed,
        defaults={"said": said, "seen": seen, "started_at": at, "updated_at": at},
    )  # fmt: skip
    return draft


def _locked(draft: FeedDraft) -> FeedDraft:
    return FeedDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


@transaction.atomic
def keep(*, draft: FeedDraft, step: str, typed: Mapping[str, Any], at: datetime) -> None:
    """What a step's form holds, in order or not."""
    held = _locked(draft)
    held.typed[step], held.updated_at = dict(typed), at
    held.save(update_fields=["typed", "updated_at"])
    draft.typed = held.typed


@transaction.atomic
def settle(*, draft: FeedDraft, step: str, said: Mapping[str, Any], at: datetime) -> None:
    """What a step says, now that it is in order. Another source or address has to be tried again;
    a mapping by fields that are no longer there has to be made again."""
    if step not in PARTS:
        raise ValueError(step)
    held = _locked(draft)
    before, held.said[step] = held.said.get(step), dict(said)
    if step == SOURCE and before != dict(said):
        held.offered = {}
        held.said.pop(ADDRESS, None)
    if step == ADDRESS and before is not None and before != dict(said) and held.feed_id is None:
        for part in (MAPPING, CONTRACT):
            held.said.pop(part, None)
            held.typed.pop(part, None)
    if step == MAPPING and before not in (None, dict(said)) and held.feed_id is None:
        held.said.pop(CONTRACT, None)  # it was proposed from what is now read otherwise
        held.typed.pop(CONTRACT, None)
    held.updated_at = at
    held.save(update_fields=["said", "typed", "offered", "updated_at"])
    draft.said, draft.typed, draft.offered = held.said, held.typed, held.offered


@transaction.atomic
def put_key(*, draft: FeedDraft, secret: str) -> None:
    """The key of a source that does not exist yet. Raises ValidationError on what is none."""
    text = source_secrets.cleaned(secret, protocol=_protocol(draft))
    held = _locked(draft)
    held.secret_encrypted = encryption.encrypt(text) if text else ""
    held.save(update_fields=["secret_encrypted"])
    draft.secret_encrypted = held.secret_encrypted


def asked(draft: FeedDraft, address: Mapping[str, Any]) -> Asked:
    """Where the draft asks, at this address. Raises SecretLostError."""
    told = draft.said.get(SOURCE, {})
    if "new" in told:
        base_url, secret = str(address.get("base_url", "")), _key(draft)
    else:
        source = DataSource.objects.get(code=told["existing"])
        base_url, secret = source.base_url, source_secrets.read(source)
    query = Query(base_url, str(address.get("collection", "")), address.get("options", {}), secret)
    return Asked(_protocol(draft), query)


def _protocol(draft: FeedDraft) -> str:
    told = draft.said.get(SOURCE, {})
    if "new" in told:
        return str(told["new"]["protocol"])
    return DataSource.objects.get(code=told["existing"]).protocol


def _key(draft: FeedDraft) -> str:
    if not draft.secret_encrypted:
        return ""
    try:
        return encryption.decrypt(draft.secret_encrypted)
    except InvalidToken as error:
        raise SecretLostError("the key of the draft cannot be read") from error


def try_address(
    *, draft: FeedDraft, address: Mapping[str, Any], allow: Iterable[str], at: datetime
) -> None:
    """Ask the source for a few rows and keep them with the draft; the address is then settled.
    Raises SourceError, and changes nothing then."""
    told = asked(draft, address)
    tried = trying.address(
        protocol=told.protocol,
        query=told.query,
        policy=trying.limits(allow),
        now=timezone.localtime(at),
    )
    with transaction.atomic():
        settle(draft=draft, step=ADDRESS, said=address, at=at)
        draft.sample = tried.as_json() | {"asked": told.as_json(), "at": at.isoformat()}
        draft.save(update_fields=["sample"])


def list_collections(
    *, draft: FeedDraft, address: Mapping[str, Any], allow: Iterable[str], at: datetime
) -> list[Listed]:
    """What the address offers, kept with the draft. Raises SourceError."""
    told = asked(draft, address)
    found = trying.collections(
        protocol=told.protocol, query=told.query, policy=trying.limits(allow)
    )
    draft.offered = {"base_url": told.query.base_url, "items": [[o.code, o.title] for o in found]}
    draft.updated_at = at
    draft.save(update_fields=["offered", "updated_at"])
    return found


def is_published(draft: FeedDraft) -> bool:
    """Its feed has values: what names its series can no longer change."""
    return draft.feed_id is not None and Series.objects.filter(feed=draft.feed_id).exists()


def problems(draft: FeedDraft) -> list[Problem]:
    """What keeps the draft from being applied, by its place in the document; empty: it can be."""
    document = documents.of_draft(draft)
    return [*_taken(draft, document), *sources.check(document)]


def _taken(draft: FeedDraft, document: Mapping[str, Any]) -> list[Problem]:
    """What is new changes nothing that exists; what changes was not changed by another meanwhile."""
    found = []
    for section, model in (("sources", DataSource), ("indicators", Indicator), ("feeds", Feed)):
        for number, entry in enumerate(document.get(section, [])):
            is_own = section == "feeds" and draft.feed_id is not None
            if not is_own and model._default_manager.filter(code=entry["code"]).exists():
                told = _("%(code)s exists already: choose another code.") % {"code": entry["code"]}
                found.append(Problem(f"{section}/{number}/code", told))
    if draft.feed is not None and draft.seen != documents.entry_of(draft.feed):
        told = _("Somebody else changed this feed meanwhile: throw the draft away and start again.")
        found.append(Problem("feeds/0", told))
    return found


@transaction.atomic
def finish(*, draft: FeedDraft, by: User, reason: str, at: datetime) -> tuple[Feed, list[Change]]:
    """Apply the draft as a document of sources, give a new source its key, and drop the draft.
    Raises SourcesError, and changes nothing then; FeedDraft.DoesNotExist where it was applied
    already."""
    held = _locked(draft)
    document = documents.of_draft(held)
    if wrong := problems(held):
        raise sources.SourcesError(wrong)
    why = reason or _("Entered in the feed assistant")
    changes = sources.apply(document=document, by=by, reason=why)
    feed = Feed.objects.select_related("source", "indicator").get(code=document["feeds"][0]["code"])
    if held.secret_encrypted and "new" in held.said.get(SOURCE, {}):
        source_secrets.put(source=feed.source, secret=_key(held), by=by, at=at)
    held.delete()
    return feed, changes


@transaction.atomic
def discard(*, draft: FeedDraft) -> None:
    draft.delete()


def asks_for_a_key(draft: FeedDraft) -> str:
    """What the key of a new source is for; empty where none is asked for, or the source has one of
    its own."""
    return about(_protocol(draft)).secret if "new" in draft.said.get(SOURCE, {}) else ""


def protocol_of(draft: FeedDraft) -> str:
    """Empty before a source is chosen."""
    return _protocol(draft) if draft.said.get(SOURCE) else ""


def other_frequency(code: str, period: str) -> str:
    """In words, how often the indicator is measured where it is not by that period; else empty."""
    found = Indicator.objects.filter(code=code).exclude(frequency=period).first()
    return found.get_frequency_display() if found else ""
