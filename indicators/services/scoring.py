"""Measured scores for prioritisation, written downwards as rows with their provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from indicators.models import Indicator, Target
from indicators.queries.series import Key, measured
from indicators.results import Measured, Observation
from portfolio.models import Criterion, Exercise, Project, ProjectZone, Score, User, Zone
from portfolio.queries.candidate_facts import Read
from portfolio.results import Unknown
from portfolio.services.exercises import leaves_of
from portfolio.services.history import recorded
from portfolio.services.scoring import as_said, score

FINEST = (Zone.Kind.DISTRICT, Zone.Kind.COMMUNE, Zone.Kind.METROPOLIS)


@dataclass(frozen=True)
class _Where:
    """The zone that stands for a project, and the target that names it, if one does."""

    zone: Zone
    target: Target | None = None


def measure(*, exercise: Exercise, by: User | None, at: datetime) -> int:
    """Read, for every criterion that an indicator measures and every candidate, the last value in
    the zone of the project: that of its target for this indicator; else its one zone of the finest
    kind it has. How many scores are new. Raises ValidationError where an indicator does not exist.
    """
    criteria = [leaf for leaf in leaves_of(exercise) if leaf.indicator_code]
    candidates = list(exercise.candidates.current().select_related("project", "exercise"))
    projects = [candidate.project for candidate in candidates]
    indicators = _indicators(criteria)
    new = 0
    with recorded(by=by, reason=_("Scores read from the measures")):
        for criterion in criteria:
            told = last_values(projects, indicators[criterion.indicator_code], at=at)
            for candidate in candidates:
                said = as_said(told[candidate.project_id], source=Score.Source.INDICATOR)
                kept = score(candidate=candidate, criterion=criterion, said=said, by=by, at=at)
                new += kept.scored_at == at
    return new


def last_values(
    projects: Sequence[Project], indicator: Indicator, *, at: datetime
) -> dict[int, Read]:
    """By project, the last known value of an indicator where the project is, as known at an instant;
    in a constant number of queries."""
    places = _places(projects, indicator)
    pairs = {(indicator, where.zone) for where in places.values()}
    found = measured(pairs, as_of=at)
    return {project.pk: _read(indicator, places.get(project.pk), found, at) for project in projects}


# ---------------------------------------------------------------- below


def _indicators(criteria: Sequence[Criterion]) -> dict[str, Indicator]:
    codes = {criterion.indicator_code for criterion in criteria}
    found = {one.code: one for one in Indicator.objects.filter(code__in=codes)}
    if unknown := sorted(codes - set(found)):
        raise ValidationError(_("There is no indicator of this code: %s.") % ", ".join(unknown))
    return found


def _places(projects: Sequence[Project], indicator: Indicator) -> dict[int, _Where]:
    keys = [project.pk for project in projects]
    places: dict[int, _Where] = {}
    rows = ProjectZone.objects.filter(project__among=keys).select_related("zone")
    zones: dict[int, list[Zone]] = {}
    for row in rows.order_by("zone__code"):
        zones.setdefault(row.project_id, []).append(row.zone)
    for key, touched in zones.items():
        if (one := _only(touched)) is not None:
            places[key] = _Where(one)
    targets = Target.objects.filter(project__among=keys, indicator=indicator)
    for target in targets.filter(withdrawn_at=None).select_related("zone").order_by("pk"):
        if target.project_id is not None:
            places[target.project_id] = _Where(target.zone, target)
    return places


def _only(zones: Sequence[Zone]) -> Zone | None:
    """The one zone of the finest kind; None where there are several: a value is not made of them."""
    for kind in FINEST:
        found = [zone for zone in zones if zone.kind == kind]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _read(
    indicator: Indicator, where: _Where | None, found: Mapping[Key, Measured], at: datetime
) -> Read:
    if where is None:
        return Read(Unknown("NO_TARGET"), {"reason": "NO_TARGET", "indicator": indicator.code})
    series = found[indicator.pk, where.zone.pk]
    told = _provenance(indicator, where, series, at)
    last = _last(series.observations)
    if last is None or last.value is None:
        return Read(Unknown("NO_VALUE"), told | {"reason": "NO_VALUE"})
    period = {"from": last.on.isoformat(), "until": last.until.isoformat(), "status": last.status}
    return Read(float(last.value), told | period)


def _last(observations: Sequence[Observation]) -> Observation | None:
    known = [one for one in observations if one.value is not None]
    return max(known, key=lambda one: one.until) if known else None


def _provenance(
    indicator: Indicator, where: _Where, series: Measured, at: datetime
) -> dict[str, Any]:
    """What leads back to the value: the page of the indicator's provenance reads the same."""
    told: dict[str, Any] = {"indicator": indicator.code, "zone": where.zone.code,
                            "as_of": at.isoformat(), "feed": series.feed_id}  # fmt: skip
    return told | ({"target": where.target.pk} if where.target else {})
