"""Who changed a scenario, its candidates and its conditions, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pghistory.models import Context

from portfolio.machine_reasons import in_words
from portfolio.models import (
    ScenarioCandidate,
    ScenarioCondition,
    ScenarioYear,
    SelectionScenario,
    User,
)

BELOW: tuple[Any, ...] = (ScenarioCandidate, ScenarioCondition, ScenarioYear)


@dataclass(frozen=True)
class ScenarioChange:
    """`author` is empty for a machine."""

    at: datetime
    author: str
    reason: str


def changes_of(scenario: SelectionScenario) -> list[ScenarioChange]:
    """Latest first, each change once; in a constant number of queries."""
    events: list[Any] = [model.pgh_event_model for model in BELOW]
    keys: set[Any] = set()
    own: Any = SelectionScenario
    found = own.pgh_event_model.objects.filter(pgh_obj_id=scenario.pk)
    keys.update(found.values_list("pgh_context_id", flat=True))
    for event in events:
        rows = event.objects.filter(scenario_id=scenario.pk)
        keys.update(rows.values_list("pgh_context_id", flat=True))
    contexts = list(Context.objects.filter(pk__in=keys - {None}).order_by("-created_at"))
    people = User.objects.in_bulk({one.metadata.get("user") for one in contexts} - {None})
    return [
        ScenarioChange(
            one.created_at,
            str(people.get(one.metadata.get("user"), "")),
            in_words(one.metadata.get("reason", "")),
        )
        for one in contexts
    ]
