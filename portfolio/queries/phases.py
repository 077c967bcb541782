"""Phases across their sets: a road, a building and a study go through different ones."""

from collections import defaultdict
from collections.abc import Iterable

from portfolio.models import Phase, PhaseSet


def names_by_code() -> dict[str, str]:
    """Each phase code with its name, from those that open projects to those that close them, in
    the sets that projects go through.

    Sets share codes: a phase is as far along as its sets say on average, and bears all the names
    that they give it.
    """
    sets: dict[int, list[Phase]] = defaultdict(list)
    used = PhaseSet.objects.filter(projects__isnull=False)
    for phase in Phase.objects.filter(phase_set__in=used).order_by("phase_set", "rank"):
        sets[phase.phase_set_id].append(phase)
    shares, names = defaultdict(list), defaultdict(list)
    for phases in sets.values():
        for phase in phases:
            shares[phase.code].append(phase.rank / len(phases))
            names[phase.code].append(phase.name)
    ordered = sorted(shares, key=lambda code: (sum(shares[code]) / len(shares[code]), code))
    return {code: _said_once(names[code]) for code in ordered}


def _said_once(names: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(names))
