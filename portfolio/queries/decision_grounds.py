"""What an item of an agenda rests on besides its project, as a decision freezes it: the answer of a
scenario, and the scores, weights and ranking of an exercise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from portfolio.models import (
    AgendaItem,
    Exercise,
    Project,
    Score,
    SelectionResult,
    SelectionScenario,
    User,
)
from portfolio.queries.ranking import ranking_of
from portfolio.queries.selection_compare import snapshot as answer_of
from portfolio.results import Unknown

Reader = User | AnonymousUser
Part = dict[str, Any] | None


def last_answer(
    item: AgendaItem, *, among: QuerySet[SelectionResult] | None = None
) -> SelectionResult | None:
    """The last one of the item's scenario, out of `among` (left out: all); None without any."""
    if item.scenario_id is None:
        return None
    found = SelectionResult.objects.all() if among is None else among
    of_it = found.filter(scenario=item.scenario_id).select_related("scenario")
    return of_it.order_by("-computed_at", "-pk").first()


def grounds(item: AgendaItem, *, at: datetime) -> dict[str, Any]:
    """Each part of ITEM_PARTS, where the item rests on it."""
    told = {name: part(item, at) for name, part in ITEM_PARTS.items()}
    return {name: part for name, part in told.items() if part is not None}


class Reading:
    """What one reader may be told of what decisions froze; the database is asked once at most,
    whatever the number of decisions."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def of(self, rested_on: Mapping[str, Any]) -> dict[str, Any]:
        """Of a scenario that the reader may read its name, answer and hash (its sums would tell of
        projects that they may not); of a ranking the projects that they may see, and how many
        others there are."""
        told = dict(rested_on)
        if scenario := told.pop("scenario", None):
            told |= self._scenario(scenario)
        if scores := told.get("scores"):
            rows = [row for row in scores["ranking"] if row["code"] in self._codes]
            hidden = len(scores["ranking"]) - len(rows)
            told["scores"] = scores | {"ranking": rows, "hidden": hidden}
        return told

    def _scenario(self, scenario: Mapping[str, Any]) -> dict[str, Any]:
        if scenario["scenario"]["id"] not in self._scenarios:
            return {}
        outcome = scenario["outcome"]
        kept = ("scenario", "result", "computed_at", "solver", "method_version", "inputs_sha256")
        return {"scenario": {name: scenario[name] for name in kept} | {
            "value": outcome["value"], "gap": outcome["gap"], "chosen": len(outcome["chosen"]),
        }}  # fmt: skip

    @cached_property
    def _scenarios(self) -> set[int]:
        visible = SelectionScenario.objects.visible_to(self.reader)
        return set(visible.values_list("pk", flat=True))

    @cached_property
    def _codes(self) -> set[str]:
        return set(Project.objects.visible_to(self.reader).values_list("code", flat=True))


def scores_of(exercise: Exercise, at: datetime) -> dict[str, Any]:
    """Values between 0 and 100, best first. Weights are those of the group: members have no name
    here. `ranking` is empty, with the reason, where nothing can be ranked."""
    named: dict[str, Any] = {"exercise": {
        "id": exercise.pk, "name_fr": exercise.name_fr, "name_en": exercise.name_en,
    }}  # fmt: skip
    found = ranking_of(exercise, None, at=at)
    if isinstance(found, Unknown):
        return named | {"ranking": [], "unknown": found.reason}
    scores = _versions(exercise, at)
    return named | {
        "weighting": found.weighting.kind,
        "members": found.weighting.given,
        "weights": {
            str(leaf.pk): {"name_fr": leaf.name_fr, "name_en": leaf.name_en, "weight": weight}
            for leaf, weight in found.weights
        },
        "ranking": [
            {
                "code": row.candidate.project.code, "name_fr": row.candidate.project.name_fr,
                "name_en": row.candidate.project.name_en, "rank": row.rank, "value": row.central,
                "low": row.low, "high": row.high, "standing": row.standing,
                "scores": scores.get(row.candidate.pk, {}),
            }
            for row in found.rows
        ],
    }  # fmt: skip


def _versions(exercise: Exercise, at: datetime) -> dict[int, dict[str, Any]]:
    """By candidate and criterion, the version that counted, in the unit of the criterion."""
    told: dict[int, dict[str, Any]] = {}
    for one in Score.objects.filter(candidate__exercise=exercise).standing(at):
        told.setdefault(one.candidate_id, {})[str(one.criterion_id)] = {
            "version": one.version, "low": one.low, "central": one.central, "high": one.high,
        }  # fmt: skip
    return told


def _scenario(item: AgendaItem, at: datetime) -> Part:
    answer = last_answer(item)
    return None if answer is None else answer_of(answer)


def _scores(item: AgendaItem, at: datetime) -> Part:
    return None if item.exercise is None else scores_of(item.exercise, at)


# A further part is one more entry: the application that knows it adds it when it starts.
ITEM_PARTS: dict[str, Callable[[AgendaItem, datetime], Part]] = {
    "scenario": _scenario,
    "scores": _scores,
}
