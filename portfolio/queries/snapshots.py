"""What a decision rests on: the facts of a project at one instant, as plain JSON.

A further part is one more entry of PARTS: the application that knows it adds it when it starts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from portfolio.models import Project

FORMAT = 1


def snapshot(project: Project | None, *, at: datetime, **given: Any) -> dict[str, Any]:
    """Every part, by name; `given` are parts that the caller brings (scores, a scenario, the
    edition of a document). The measures and targets known at `at` can be read again as of it."""
    parts = {name: part(project, at) for name, part in PARTS.items()} if project else {}
    return {"format": FORMAT, "at": at.isoformat(), **parts, **given}


def _project(project: Project, at: datetime) -> dict[str, Any]:
    return {
        "code": project.code,
        "name_fr": project.name_fr,
        "name_en": project.name_en,
        "state": project.state,
        "phase": project.phase.name_fr if project.phase else None,
        "programme": project.programme.code if project.programme else None,
        "lead": project.lead.code if project.lead else None,
    }


def _cost(project: Project, at: datetime) -> dict[str, Any] | None:
    last = project.cost_estimates.order_by("-version").first()
    if last is None:
        return None
    return {
        "version": last.version,
        "amount_eur": str(last.amount_eur),
        "valued_on": last.valued_on.isoformat(),
    }


def _commissioning(project: Project, at: datetime) -> dict[str, Any] | None:
    opening = project.milestones.filter(is_commissioning=True, withdrawn_at=None).first()
    if opening is None:
        return None
    days = {name: getattr(opening, name) for name in ("original_on", "current_on", "actual_on")}
    return {name: day.isoformat() if day else None for name, day in days.items()}


def _authorised(project: Project, at: datetime) -> list[dict[str, Any]]:
    acts = project.authorisations.order_by("pk").values("section", "kind", "amount_eur", "voted_on")
    return [
        act | {"amount_eur": str(act["amount_eur"]), "voted_on": act["voted_on"].isoformat()}
        for act in acts
    ]


PARTS: dict[str, Callable[[Project, datetime], Any]] = {
    "project": _project,
    "cost": _cost,
    "commissioning": _commissioning,
    "authorisations": _authorised,
}
