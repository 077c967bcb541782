"""What the criteria and weights of an exercise make of its candidates, and one page a project."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from portfolio import moments
from portfolio.charts.value_bar import (
    Piece,
    RankBars,
    SwingBar,
    ValueBar,
    rank_bars,
    swing_bar,
    value_bar,
)
from portfolio.models import Candidate, Criterion
from portfolio.queries.prioritisation import board_of
from portfolio.queries.ranked import Ranked, Ranking
from portfolio.queries.ranking import ranking_of
from portfolio.queries.rivals import Swing, challenge_of, swings_of
from portfolio.results import Unknown
from portfolio.templatetags.priorities import percents, points
from portfolio.views.priorities import candidate_of, found
from portfolio.views.project_export import spreadsheet

COLUMNS = ["rank", "project", "name", "value", "low", "high", "missing", "best_rank", "worst_rank",
           "first_share", "retained_share", "standing", "rank_additive_whole", "rank_topsis",
           "rank_promethee", "closeness", "net_flow"]  # fmt: skip
MOST_RANKS = 40  # drawn; beyond, the last ones are told by the file


@dataclass(frozen=True)
class Drawn:
    """A project of the ranking with its two drawings."""

    row: Ranked
    value: ValueBar
    ranks: RankBars


@login_required
def ranking_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking, how robust it is, and what other methods say."""
    exercise = found(request, pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    told = ranking_of(exercise, request.user, at=asked.at)
    context = {
        "exercise": exercise, "asked": asked, "back": moments.without(request.GET, request.path),
        "unknown": told.reason if isinstance(told, Unknown) else "",
        "ranking": None if isinstance(told, Unknown) else told,
        "drawn": [] if isinstance(told, Unknown) else [_drawn(row, told) for row in told.rows],
    }  # fmt: skip
    return render(request, "portfolio/priorities/ranking.html", context)


@login_required
def candidate_page(request: HttpRequest, pk: int, candidate_pk: int) -> HttpResponse:
    """One page a project: its scores, who gave them, when; what would change its rank."""
    exercise = found(request, pk)
    candidate = candidate_of(request, exercise, candidate_pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    told = ranking_of(exercise, request.user, at=asked.at)
    board = board_of(exercise, request.user, at=asked.at)
    row = None if isinstance(told, Unknown) else told.row(candidate)
    context = {
        "exercise": exercise, "candidate": candidate, "asked": asked,
        "back": moments.without(request.GET, request.path),
        "cells": next((one.cells for one in board.rows if one.candidate == candidate), ()),
        "drawn": _drawn(row, told) if row and not isinstance(told, Unknown) else None,
        **(_looked_into(request, told, candidate) if row and not isinstance(told, Unknown) else {}),
    }  # fmt: skip
    return render(request, "portfolio/priorities/candidate.html", context)


@login_required
def ranking_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole table, with what each criterion adds."""
    exercise = found(request, pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    told = ranking_of(exercise, request.user, at=asked.at)
    if isinstance(told, Unknown):
        return spreadsheet(f"classement-{pk}.csv", COLUMNS, [])
    columns = [*COLUMNS, *(leaf.name for leaf in told.leaves)]
    return spreadsheet(f"classement-{pk}.csv", columns, map(_line, told.rows))


@login_required
def ranks_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """How often each project takes each rank, over the plausible weightings."""
    exercise = found(request, pk)
    asked = moments.asked_by(request.GET, now=timezone.now())
    told = ranking_of(exercise, request.user, at=asked.at)
    if isinstance(told, Unknown):
        return spreadsheet(f"rangs-{pk}.csv", ["project"], [])
    ranks = told.study.acceptability.rank_acceptability.columns
    rows = ([row.candidate.project.code, *row.ranks] for row in told.rows)
    return spreadsheet(f"rangs-{pk}.csv", ["project", *(str(rank) for rank in ranks)], rows)


# ---------------------------------------------------------------- below


def _drawn(row: Ranked, ranking: Ranking) -> Drawn:
    name = row.candidate.project.name
    pieces = [
        Piece(
            part.number,
            _("%(name)s: %(points)s")
            % {"name": part.criterion.name, "points": points(part.points)},
            part.points,
        )
        for part in row.parts
    ]
    words = {"name": name, "low": points(row.low), "high": points(row.high)}
    told = _("%(name)s: a value from %(low)s to %(high)s out of 100") % words
    shares = [
        (share, _("rank %(rank)s: %(share)s") % {"rank": rank, "share": percents(share)})
        for rank, share in enumerate(row.ranks[:MOST_RANKS], 1)
    ]
    often = _("%(name)s: first in %(share)s of the plausible weightings")
    return Drawn(
        row,
        value_bar(pieces, low=row.low, high=row.high, description=told),
        rank_bars(shares, retained=ranking.retained,
                  description=often % {"name": name, "share": percents(row.first)}),
    )  # fmt: skip


def _looked_into(request: HttpRequest, ranking: Ranking, candidate: Candidate) -> dict[str, object]:
    row = ranking.row(candidate)
    swings = swings_of(ranking, candidate)
    middle = 0.0 if row is None else row.central if row.central is not None else (
        row.low + row.high) / 2  # fmt: skip
    rival = _rival(request, ranking, candidate)
    return {
        "ranking": ranking, "row": row,
        "swings": [(one, _swing_bar(one, middle)) for one in swings if one.width > 0.05],
        "rival": rival, "rivals": [one for one in ranking.rows if one.candidate != candidate],
        **(_challenge(ranking, candidate, rival) if rival is not None else {}),
    }  # fmt: skip


def _swing_bar(swing: Swing, middle: float) -> SwingBar:
    words = {"name": swing.criterion.name, "low": points(swing.value_low),
             "high": points(swing.value_high)}  # fmt: skip
    told = _("%(name)s: the value goes from %(low)s to %(high)s") % words
    return swing_bar(swing.value_low, swing.value_high, middle, description=told)


def _rival(request: HttpRequest, ranking: Ranking, candidate: Candidate) -> Ranked | None:
    """The one asked for (`?face=`), else the nearest above with every score, else the nearest."""
    rows = [row.candidate.pk for row in ranking.rows]
    asked = request.GET.get("face", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 19 and int(asked) in rows:
        return None if int(asked) == candidate.pk else ranking.rows[rows.index(int(asked))]
    place = rows.index(candidate.pk)
    others = [*reversed(ranking.rows[:place]), *ranking.rows[place + 1 :]]
    whole = [one for one in others if not one.missing]
    return next(iter(whole or others), None)


def _challenge(ranking: Ranking, candidate: Candidate, rival: Ranked) -> dict[str, object]:
    """What would have to be true for the lower of the two to beat the higher."""
    row = ranking.row(candidate)
    ahead, behind = rival.candidate, candidate
    if row is not None and row.rank < rival.rank:
        ahead, behind = candidate, rival.candidate
    told = challenge_of(ranking, ahead, behind)
    both = {"ahead": ahead, "behind": behind}
    if isinstance(told, Unknown):
        return both | {"challenge": None}
    named = {str(leaf.pk): leaf for leaf in ranking.leaves}
    conditions = [
        (named[str(one.criterion)], _known(one.score), _known(one.weight), one)
        for one in told.conditions
    ]
    return both | {
        "challenge": told, "conditions": conditions,
        "nearest": _nearest(told.weights, ranking, named), "moved": _known(told.moved),
    }  # fmt: skip


def _nearest(
    weights: pd.Series | Unknown, ranking: Ranking, named: dict[str, Criterion]
) -> list[tuple[Criterion, float, float]]:
    if isinstance(weights, Unknown):
        return []
    now = ranking.weighting.weights
    moved = zip(weights.index, now[weights.index].to_numpy(), weights.to_numpy(), strict=True)
    return [
        (named[str(key)], float(before), float(after))
        for key, before, after in moved
        if abs(after - before) > 0.0005
    ]


def _known(value: float | Unknown) -> float | None:
    return None if isinstance(value, Unknown) else value


def _line(row: Ranked) -> list[object]:
    project, checked = row.candidate.project, row.checked or {}
    return [
        row.rank, project.code, project.name, row.central, row.low, row.high, row.missing, row.best,
        row.worst, row.first, row.within, row.standing,
        *(checked.get(name) for name in ("additive", "topsis", "promethee")),
        row.closeness, row.net, *(part.points for part in row.parts),
    ]  # fmt: skip
