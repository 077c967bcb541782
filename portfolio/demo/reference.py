"""What the demonstration projects refer to: zones, phases, departments, people, programmes."""

from functools import cache
from pathlib import Path
from typing import Any

from portfolio.demo import territory
from portfolio.demo.files import read_yaml
from portfolio.models import Organisation, Phase, PhaseSet, Programme, User, Zone

DATA = Path(__file__).parent / "data" / "reference.yml"
Entry = dict[str, Any]
Kind = Programme.Kind


@cache
def description() -> Entry:
    content: Entry = read_yaml(DATA)
    return content


def seed() -> None:
    """Create what is missing; leave what exists as it is. Part of the seed's transaction."""
    _zones()
    _phase_sets()
    _organisations()
    _people()
    _programmes()


def named(entry: Entry, field: str = "name") -> dict[str, str]:
    """`{"name_fr": …, "name_en": …}` from a pair of texts."""
    french, english = entry[field]
    return {f"{field}_fr": french, f"{field}_en": english}


def _zones() -> None:
    if Zone.objects.filter(code=territory.METROPOLIS).exists():
        return
    made: dict[str | None, Zone | None] = {None: None}
    for zone in territory.plan():
        made[zone.code] = Zone.objects.create(
            code=zone.code,
            name=zone.name,
            kind=zone.kind,
            parent=made[zone.parent],
            geometry=zone.geometry,
            population=zone.population,
        )


def _phase_sets() -> None:
    for entry in description()["phase_sets"]:
        phase_set, created = PhaseSet.objects.get_or_create(
            code=entry["code"], defaults=named(entry)
        )
        if created:
            Phase.objects.bulk_create(
                Phase(
                    phase_set=phase_set,
                    code=phase["code"],
                    rank=rank,
                    is_works=phase.get("works", False),
                    **named(phase),
                )
                for rank, phase in enumerate(entry["phases"], start=1)
            )


def _organisations() -> None:
    for entry in description()["organisations"]:
        parent = entry.get("parent")
        Organisation.objects.get_or_create(
            code=entry["code"],
            defaults={
                "kind": entry["kind"],
                "parent": Organisation.objects.get(code=parent) if parent else None,
                **named(entry),
            },
        )


def _people() -> None:
    """Project managers, without a password: nobody signs in with their accounts."""
    for entry in description()["people"]:
        if not User.objects.filter(username=entry["username"]).exists():
            User.objects.create_user(
                entry["username"],
                first_name=entry["first"],
                last_name=entry["last"],
                organisation=Organisation.objects.get(code=entry["organisation"]),
            )


def _programmes() -> None:
    mandates = {
        entry["code"]: _programme(entry, None, Kind.MANDATE) for entry in description()["mandates"]
    }
    for policy in description()["policies"]:
        parent = _programme(policy, mandates[policy["mandate"]], Kind.POLICY)
        for entry in policy["programmes"]:
            _programme(entry, parent, Kind.PROGRAMME)


def _programme(entry: Entry, parent: Programme | None, kind: str) -> Programme:
    """One that an older demonstration seeded takes its place in the tree."""
    programme, _ = Programme.objects.get_or_create(
        code=entry["code"],
        defaults={"parent": parent, "kind": kind, **named(entry), **named(entry, "objective")},
    )
    if programme.parent is None and parent is not None:
        programme.parent, programme.kind = parent, kind
        programme.save(update_fields=["parent", "kind"])
    return programme
