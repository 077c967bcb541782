"""Two results side by side, and the snapshot that a decision freezes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portfolio.models import SelectionResult
from portfolio.queries.selection_words import Words, option

Row = tuple[str, float, float]


@dataclass(frozen=True)
class Move:
    """A project that is in both, done otherwise."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """From one result to another. Amounts in euros; rows: label, before, after."""

    comes: tuple[str, ...]
    goes: tuple[str, ...]
    moves: tuple[Move, ...]
    value: Row | None
    figures: tuple[Row, ...]
    territories: tuple[Row, ...]


def compared(one: SelectionResult, other: SelectionResult) -> Compared:
    said = Words({
        **other.inputs, "candidates": [*one.inputs["candidates"], *other.inputs["candidates"]],
        "unweighed": [*one.inputs["unweighed"], *other.inputs["unweighed"]],
        "conditions": [],
    })  # fmt: skip
    before = {each["id"]: each for each in one.outcome["chosen"]}
    after = {each["id"]: each for each in other.outcome["chosen"]}
    known = one.value is not None and other.value is not None
    names = [name for name in other.outcome["spent"] if name in one.outcome["spent"]]
    return Compared(
        comes=tuple(said.name(key) for key in after if key not in before),
        goes=tuple(said.name(key) for key in before if key not in after),
        moves=tuple(_moves(one, other, said)),
        value=("", one.value or 0.0, other.value or 0.0) if known else None,
        figures=tuple(
            (said.figure(name), one.outcome["spent"][name], other.outcome["spent"][name])
            for name in names
        ),
        territories=tuple(_territories(one, other)),
    )


def _moves(one: SelectionResult, other: SelectionResult, said: Words) -> list[Move]:
    variants = {
        each["id"]: each["variants"] for each in (*one.inputs["candidates"], *other.inputs["candidates"])
    }  # fmt: skip
    after = {each["id"]: each for each in other.outcome["chosen"]}
    return [
        Move(said.name(key), option(told, variants[key]), option(after[key], variants[key]))
        for told in one.outcome["chosen"]
        if (key := told["id"]) in after
        and (told["variant"], told["delay"]) != (after[key]["variant"], after[key]["delay"])
    ]


def _territories(one: SelectionResult, other: SelectionResult) -> list[Row]:
    names = {each["code"]: each["name"] for each in other.inputs["communes"]}
    before, after = one.outcome["territories"], other.outcome["territories"]
    return [
        (names[code], before.get(code, 0.0), after.get(code, 0.0))
        for code in sorted(names, key=lambda code: str(names[code]))
        if before.get(code, 0.0) != after.get(code, 0.0)
    ]


def snapshot(result: SelectionResult) -> dict[str, Any]:
    """What a decision freezes of a result: enough to read it, and to solve it again."""
    scenario = result.scenario
    return {
        "scenario": {"id": scenario.pk, "name_fr": scenario.name_fr, "name_en": scenario.name_en},
        "result": result.pk,
        "computed_at": result.computed_at.isoformat(),
        "solver": result.solver,
        "method_version": result.method_version,
        "seed": result.seed,
        "inputs_sha256": result.inputs_sha256,
        "inputs": result.inputs,
        "outcome": result.outcome,
    }
