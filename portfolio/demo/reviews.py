"""Six months of reviews, a few overrides and deadlines, and the alerts that follow.

By one rule, from a project's code, phase and calendar; `data/reviews.yml` holds the sentences and
what departs from the rule. Each step is entered through the services, on its day.
"""

import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from portfolio.analysis.periods import month_after
from portfolio.demo import projects, reference
from portfolio.demo.accounts import ACCOUNTS
from portfolio.demo.files import read_yaml
from portfolio.models import Funding, Project, Review, StatusOverride, User
from portfolio.services import alerts, funding, overrides, reviews
from portfolio.services.reviews import Content

DATA = Path(__file__).parent / "data" / "reviews.yml"
MAIL = "valombre.example"
DIRECTOR = "directrice"
Entry = dict[str, Any]


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> int:
    """Enter the reviews of the projects that have none, what goes with them, and open the alerts;
    returns how many projects got reviews. Part of the seed's transaction, after the money."""
    _addresses()
    director = User.objects.filter(username=DIRECTOR).first()
    known = {entry["code"]: entry for entry in projects.entries()}
    entered = Project.objects.filter(created_at__lt=_instant(description()["months"][-1]))
    todo = entered.reviewable().filter(code__in=known, reviews=None)
    missing = list(todo.select_related("manager", "phase"))
    for project in missing:
        for month in description()["months"]:
            _enter(project, known[project.code], month, director)
    _overrides()
    _deadlines()
    alerts.reconcile(at=timezone.now())
    return len(missing)


def _addresses() -> None:
    """Mail addresses of a domain that leads nowhere."""
    for user in User.objects.filter(email="", username__in=_usernames()):
        user.email = f"{user.username}@{MAIL}"
        user.save(update_fields=["email"])


def _usernames() -> list[str]:
    people = [entry["username"] for entry in reference.description()["people"]]
    return [*people, *(account.username for account in ACCOUNTS)]


# ---------------------------------------------------------------- one month


def _enter(project: Project, entry: Entry, month: date, director: User | None) -> None:
    if f"{month:%Y-%m}" in description()["missing"].get(project.code, []):
        return
    if project.created_at.date() >= month_after(month):
        return
    draw = zlib.crc32(f"{project.code} {month}".encode())
    on = month + timedelta(days=25 + draw % 4)
    review = _submitted(project, entry, month, on, repeat=draw % 5 == 0)
    if month == description()["months"][-1] and _stays(review, director, on):
        return
    review = reviews.validate(review=review, by=director, at=_instant(on + timedelta(days=2)))
    if project.visibility == Project.Visibility.PUBLIC:
        reviews.publish(review=review, by=director, at=_instant(on + timedelta(days=3)))


def _submitted(project: Project, entry: Entry, month: date, on: date, *, repeat: bool) -> Review:
    special = next(
        (one for one in description()["said"].get(project.code, []) if one["month"] == month), None
    )
    signed: dict[str, Any] = {"by": project.manager, "at": _instant(on)}
    if repeat and special is None and reviews.last_written(project, before=month):
        return reviews.nothing_changed(project=project, month=month, **signed)
    said = {name: value for name, value in (special or {}).items() if name != "month"}
    content = Content(**(vars(_content(project, entry, month)) | said))
    return reviews.submit(project=project, month=month, content=content, **signed)


def _stays(review: Review, director: User | None, on: date) -> bool:
    """The last month waits for a validation here, and was sent back there."""
    code = review.project.code
    reason = description()["returned"].get(code)
    if reason:
        at = _instant(on + timedelta(days=2))
        reviews.send_back(review=review, by=director, reason=reason, at=at)
    return bool(reason) or code in description()["waiting"]


def _content(project: Project, entry: Entry, month: date) -> Content:
    draw = zlib.crc32(f"{project.code} {month:%m}".encode())
    group = _group(entry["phase"])
    sentences: list[str] = description()["phases"][group]
    step, step_on = next(_steps(entry, month), ("", None))
    return Content(
        cost=_cost_weather(entry, month),
        schedule=_schedule_weather(entry, month),
        scope="CLOUDY" if draw % 11 == 0 else "SUNNY",
        impact=("NOT_SET", "SUNNY", "SUNNY", "CLOUDY")[zlib.crc32(project.code.encode()) % 4],
        progress=_progress(entry, group, month),
        sentence=sentences[draw % len(sentences)],
        next_step=step,
        next_step_on=step_on,
    )


def _group(phase: str) -> str:
    groups: dict[str, list[str]] = description()["groups"]
    return next(name for name, phases in groups.items() if phase in phases)


def _cost_weather(entry: Entry, month: date) -> str:
    amounts = [cost["eur"] for cost in entry.get("costs", []) if cost["day"] < month_after(month)]
    if not amounts:
        return "NOT_SET"
    growth = amounts[-1] / amounts[0] - 1
    return "STORMY" if growth > 0.12 else "CLOUDY" if growth > 0.03 else "SUNNY"


def _schedule_weather(entry: Entry, month: date) -> str:
    """How often the milestones still ahead were moved by then."""
    ahead = [m for m in entry["milestones"] if "done" not in m or m["done"] > month]
    moves = [move for m in ahead for move in m.get("moved", []) if move["at"] < month_after(month)]
    return ("SUNNY", "CLOUDY", "STORMY")[min(len(moves), 2)]


def _steps(entry: Entry, month: date) -> Iterator[tuple[str, date]]:
    """The milestones that were ahead in that month."""
    for step in entry["milestones"]:
        moved = [move["to"] for move in step.get("moved", []) if move["at"] < month_after(month)]
        on = moved[-1] if moved else step["day"]
        if step.get("done", date.max) > month and on > month:
            name = step.get("name") or reference.description()["milestones"][step["code"]]
            yield name[0], on


def _progress(entry: Entry, group: str, month: date) -> int | None:
    """Of the works alone: the share of time gone, by fives; before them it is not known."""
    base: int | None = description()["progress"][group]
    if base is None or group == "fin" or not entry.get("ends"):
        return base
    whole: int = (entry["ends"] - entry["starts"]).days
    share: float = (month_after(month) - entry["starts"]).days / whole
    return max(5, min(95, round(share * 20) * 5))


# ---------------------------------------------------------------- beside the reviews


def _overrides() -> None:
    for entry in description()["overrides"]:
        project = Project.objects.filter(code=entry["project"]).first()
        key = {"axis": entry["axis"], "expires_on": entry["until"]}
        if project is None or StatusOverride.objects.filter(project=project, **key).exists():
            continue
        overrides.override(
            project=project, status=entry["status"], by=project.manager, reason=entry["why"],
            at=_instant(entry["set"]), **key,
        )  # fmt: skip


def _deadlines() -> None:
    for entry in description()["deadlines"]:
        key = {"project__code": entry["project"], "funder__code": entry["funder"]}
        line = Funding.objects.filter(**key, deadline_on=None).first()
        if line is not None:
            funding.set_deadline(
                funding=line, deadline_on=entry["day"], by=line.project.manager,
                reason="Date limite de la convention", at=_instant(projects.LAST_ENTRY),
            )  # fmt: skip


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
