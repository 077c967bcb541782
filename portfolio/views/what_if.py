"""What if: one project put in, left out or put off, and the programme answers at once. What is tried
is in the address, so that the way back is the way back of the browser too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portfolio.analysis.arbitration.answers import answer
from portfolio.analysis.arbitration.question import Moves
from portfolio.models import SelectionResult, User
from portfolio.permissions import may
from portfolio.queries.selections import Line, Shown, shown
from portfolio.roles import Part
from portfolio.services import selections
from portfolio.views.scenarios import editable
from portfolio.views.selections import visible

IN, OUT, LATER = "dedans", "dehors", "report"
NAME, LARGE = "essai", "grand"
TRY_S, TRY_GAP = 0.7, 5e-3  # an answer at once; its gap is said
MOST = 60  # moves in an address
Move = tuple[str, str, int]  # what, candidate, years


@dataclass(frozen=True)
class Choice:
    """A project with the addresses of what can be tried on it."""

    line: Line
    tried: str
    put_in: str
    leave_out: str
    put_off: tuple[tuple[int, str], ...]
    free: str


@dataclass(frozen=True)
class Change:
    """What the tries moved, against the result they started from."""

    comes: tuple[str, ...]
    goes: tuple[str, ...]
    value: float | None


@login_required
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for a script the part that changes."""
    result = visible(request, pk)
    context = tried(request, result)
    in_place = bool(request.headers.get("HX-Request"))
    template = "portfolio/scenarios/what_if_part.html" if in_place else (
        "portfolio/scenarios/what_if.html"
    )  # fmt: skip
    return render(request, template, context)


def tried(request: HttpRequest, result: SelectionResult) -> dict[str, object]:
    """What the part that changes shows, for the tries in the address of whatever page holds it."""
    moves = _asked(request, result)
    found = shown(result.inputs, _answered(result, moves))
    return {
        "result": result,
        "scenario": result.scenario,
        "found": found,
        "change": _change(result, found),
        "choices": [_choice(request, line, moves, result) for line in _lines(found)],
        "moves": moves,
        "query": _query(request, moves),
        "undo": _query(request, moves[:-1]),
        "none": _query(request, ()),
        "is_large": LARGE in request.GET,
        "other_size": _query(request, moves, is_large=LARGE not in request.GET),
        "may_keep": may(request.user, Part.PRIORITIES),
    }


@login_required
@require_POST
def what_if_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What was tried becomes a scenario of its own."""
    result = visible(request, pk)
    editable(request, result.scenario_id)
    moves = _moves(_read(request.POST.get(NAME, ""), result))
    made = selections.keep_try(
        result=result, put_in=moves.put_in | frozenset(moves.put_off), left_out=moves.left_out,
        by=cast("User", request.user), at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("What you tried is a scenario of its own."))
    return redirect("portfolio:scenario", made.pk)


# ---------------------------------------------------------------- below


def _asked(request: HttpRequest, result: SelectionResult) -> tuple[Move, ...]:
    return _read(request.GET.get(NAME, ""), result)


def _read(text: str, result: SelectionResult) -> tuple[Move, ...]:
    """“dedans:12,report:7:2”, in the order they were tried; what names no candidate is left out."""
    known = {one["id"] for one in result.inputs["candidates"]}
    most = int(result.inputs["delay"])
    found: list[Move] = []
    for part in text.split(",")[:MOST]:
        what, _sep, rest = part.partition(":")
        key, _sep, years = rest.partition(":")
        delay = int(years) if years.isascii() and years.isdigit() else 0
        fits = what in {IN, OUT} or (what == LATER and 0 < delay <= most)
        if key in known and fits:
            found = [one for one in found if one[1] != key]
            found.append((what, key, delay))
    return tuple(found)


def _moves(asked: Sequence[Move]) -> Moves:
    return Moves(
        put_in=frozenset(key for what, key, _years in asked if what == IN),
        left_out=frozenset(key for what, key, _years in asked if what == OUT),
        put_off={key: years for what, key, years in asked if what == LATER},
    )


def _answered(result: SelectionResult, asked: Sequence[Move]) -> dict[str, object]:
    """That of the result where nothing is tried."""
    if not asked:
        return cast("dict[str, object]", result.outcome)
    return answer(result.inputs, _moves(asked), time_limit_s=TRY_S, gap=TRY_GAP)


def _lines(found: Shown) -> list[Line]:
    return sorted((*found.inside, *found.outside), key=lambda line: line.name.casefold())


def _change(result: SelectionResult, found: Shown) -> Change:
    before = {one["id"] for one in result.outcome["chosen"]}
    known = result.value is not None and found.value is not None
    return Change(
        comes=tuple(line.name for line in found.inside if line.key not in before),
        goes=tuple(line.name for line in found.outside if line.key in before),
        value=(found.value or 0.0) - (result.value or 0.0) if known else None,
    )


def _choice(
    request: HttpRequest, line: Line, asked: Sequence[Move], result: SelectionResult
) -> Choice:
    rest = [one for one in asked if one[1] != line.key]
    kind = next((what for what, key, _years in asked if key == line.key), "")
    most = int(result.inputs["delay"])
    return Choice(
        line=line,
        tried=kind,
        put_in=_query(request, [*rest, (IN, line.key, 0)]),
        leave_out=_query(request, [*rest, (OUT, line.key, 0)]),
        put_off=tuple(
            (years, _query(request, [*rest, (LATER, line.key, years)]))
            for years in range(1, most + 1)
        ),
        free=_query(request, rest),
    )


def _query(request: HttpRequest, asked: Sequence[Move], *, is_large: bool | None = None) -> str:
    """Of the address: what is tried, and the size of the text."""
    told = ",".join(
        f"{what}:{key}:{years}" if years else f"{what}:{key}" for what, key, years in asked
    )
    wide = LARGE in request.GET if is_large is None else is_large
    query = ({NAME: told} if told else {}) | ({LARGE: "1"} if wide else {})
    return f"?{urlencode(query, safe=':,')}" if query else "?"
