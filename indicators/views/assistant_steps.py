"""The steps of the assistant: the form of each, and what it is filled in with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.connectors.registry import about
from indicators.forms import (
    address_step,
    contract_step,
    indicator_step,
    mapping_step,
    schedule_step,
    source_step,
)
from indicators.forms.steps import StepForm
from indicators.models import Feed, FeedDraft
from indicators.services import drafts, guesses
from indicators.services.feed_documents import (
    ADDRESS,
    CONTRACT,
    INDICATOR,
    MAPPING,
    SCHEDULE,
    SOURCE,
    code_of,
    free_code,
)
from indicators.services.numbers import numbers
from portfolio.models import Zone

Data = QueryDict | None
LOOKBACK_DAYS = {"DAY": 7, "MONTH": 60, "QUARTER": 190, "YEAR": 400}


@dataclass(frozen=True)
class Step:
    """`part`: what it settles, "" where it only shows; `after`: the parts it needs."""

    slug: str
    label: str | Promise
    part: str
    after: tuple[str, ...]
    form: Callable[[FeedDraft, Data], StepForm] | None = None


def source(draft: FeedDraft, data: Data) -> StepForm:
    said, typed = draft.said.get(SOURCE, {}), draft.typed.get(SOURCE, {})
    return source_step.SourceForm(data, initial=typed, code=said.get("new", {}).get("code", ""))


def address(draft: FeedDraft, data: Data) -> StepForm:
    said, typed = draft.said.get(ADDRESS, {}), draft.typed.get(ADDRESS)
    if typed is None:
        options = said.get("options", {}).items()
        typed = said | {address_step.OPTION + name: value for name, value in options}
    offered = draft.offered.get("items", [])
    if typed.get("collection") in {code for code, _title in offered}:
        typed = typed | {"listed": typed["collection"], "collection": ""}
    return address_step.AddressForm(
        data, told=about(drafts.protocol_of(draft)), is_new="new" in draft.said[SOURCE],
        offered=offered, has_key=bool(draft.secret_encrypted), initial=typed,
    )  # fmt: skip


def mapping(draft: FeedDraft, data: Data) -> StepForm:
    said = draft.said.get(MAPPING)
    initial = draft.typed.get(MAPPING)
    if initial is None:
        initial = mapping_step.typed_of(said if said is not None else guessed(draft))
        initial.setdefault("timezone", settings.TIME_ZONE)
    fixed = draft.feed.mapping if draft.feed and drafts.is_published(draft) else None
    if fixed:
        held = mapping_step.typed_of(fixed)
        initial = initial | {name: held.get(name) for name in mapping_step.NAMING}
    return mapping_step.MappingForm(
        data, seen=guesses.fields(draft.sample), initial=initial, fixed=fixed, area=_area(draft),
        people=draft.feed.mapping.get("group") if draft.feed else None,
    )  # fmt: skip


def _area(draft: FeedDraft) -> dict[str, Any] | None:
    """How the feed of a draft shares polygons among zones, where it does."""
    zone: dict[str, Any] = draft.feed.mapping.get("zone", {}) if draft.feed else {}
    return zone if "by_area" in zone else None


def guessed(draft: FeedDraft) -> dict[str, Any]:
    codes = frozenset(Zone.objects.values_list("code", flat=True))
    return guesses.Guesser(draft.sample, codes, ZoneInfo(settings.TIME_ZONE)).mapping()


def contract(draft: FeedDraft, data: Data) -> StepForm:
    told, held = draft.said[MAPPING], draft.said.get(CONTRACT)
    proposed = guesses.contract(draft.sample, told, _values(draft))
    base = proposed
    if held:  # the fields that are mapped since can be agreed on too
        base = held | {"fields": proposed["fields"] | held.get("fields", {})}
    initial: dict[str, Any] = {"agreed": held is None or bool(held)}
    if held:
        initial["kept"] = list(held.get("fields", {}))
    point = told.get("zone", {})
    return contract_step.ContractForm(
        data, base=base, value=told["value"]["field"],
        point=point.get("field") if "within" in point else None,
        initial=initial | draft.typed.get(CONTRACT, {}),
    )  # fmt: skip


def _values(draft: FeedDraft) -> list[float]:
    """Of the sample, as the mapping reads them."""
    told = draft.said[MAPPING]["value"]
    found = numbers(tuple(draft.rows), told["field"], told.get("scale", 1)).values
    values: list[float] = found[np.isfinite(found)].tolist()
    return values


def indicator(draft: FeedDraft, data: Data) -> StepForm:
    said, typed = draft.said.get(INDICATOR, {}), draft.typed.get(INDICATOR)
    period = draft.said[MAPPING]["time"]["period"]
    if typed is None:
        new = said.get("new", {"name_fr": draft.sample.get("title", "")})
        unit = draft.sample.get("units", {}).get(draft.said[MAPPING]["value"]["field"], "")
        typed = {"unit_fr": unit, "unit_en": unit, "frequency": period,
                 "stale_after_days": indicator_step.OVERDUE_DAYS[period]} | new  # fmt: skip
        typed["indicator"] = said.get("existing") or (source_step.NEW if "new" in said else "")
    return indicator_step.IndicatorForm(
        data, initial=typed, code=said.get("new", {}).get("code", ""),
        is_fixed=drafts.is_published(draft),
    )  # fmt: skip


def schedule(draft: FeedDraft, data: Data) -> StepForm:
    said, typed = draft.said.get(SCHEDULE, {}), draft.typed.get(SCHEDULE)
    if typed is None and said:
        typed = schedule_step.typed_of(said)
    if typed is None:
        taken = set(Feed.objects.values_list("code", flat=True))
        name = f"{code_of(draft.said[INDICATOR])} {draft.said[ADDRESS]['collection']}"
        period = draft.said[MAPPING]["time"]["period"]
        typed = {"code": free_code(name, taken), "lookback_days": LOOKBACK_DAYS[period],
                 "starts_on": timezone.localdate().replace(month=1, day=1)}  # fmt: skip
    return schedule_step.ScheduleForm(data, initial=typed, is_known=draft.feed_id is not None)


ALL = (
    Step("source", _("Source"), SOURCE, (), source),
    Step("adresse", _("Address"), ADDRESS, (SOURCE,), address),
    Step("champs", _("Fields"), MAPPING, (SOURCE, ADDRESS), mapping),
    Step("apercu", _("Preview"), "", (SOURCE, ADDRESS, MAPPING)),
    Step("contrat", _("Contract"), CONTRACT, (SOURCE, ADDRESS, MAPPING), contract),
    Step("indicateur", _("Indicator"), INDICATOR, (SOURCE, ADDRESS, MAPPING, CONTRACT), indicator),
    Step("rythme", _("Schedule"), SCHEDULE,
         (SOURCE, ADDRESS, MAPPING, CONTRACT, INDICATOR), schedule),
    Step("resume", _("Summary"), "",
         (SOURCE, ADDRESS, MAPPING, CONTRACT, INDICATOR, SCHEDULE)),
)  # fmt: skip
BY_SLUG = {step.slug: step for step in ALL}


def steps_of(draft: FeedDraft) -> list[Step]:
    """A feed that exists keeps its source."""
    return [step for step in ALL if draft.feed_id is None or step.part != SOURCE]


def is_open(draft: FeedDraft, step: Step) -> bool:
    return all(part in draft.said for part in step.after)


def furthest(draft: FeedDraft) -> Step:
    """The first step that is not settled yet; the summary where all are."""
    steps = steps_of(draft)
    left = [step for step in steps if step.part and step.part not in draft.said]
    return left[0] if left else steps[-1]


def following(draft: FeedDraft, step: Step) -> Step:
    steps = steps_of(draft)
    return steps[min(steps.index(step) + 1, len(steps) - 1)]


def step_of_problem(path: str) -> str:
    """The step where a problem of the document is mended, by its place in it."""
    places = (
        ("sources/0/base_url", "adresse"), ("sources", "source"), ("indicators", "indicateur"),
        ("feeds/0/collection", "adresse"), ("feeds/0/options", "adresse"),
        ("feeds/0/mapping", "champs"), ("feeds/0/contract", "contrat"),
        ("feeds/0/source", "source"), ("feeds/0/indicator", "indicateur"),
    )  # fmt: skip
    return next((slug for start, slug in places if path.startswith(start)), "rythme")
