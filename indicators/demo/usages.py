"""Uses of figures by decisions of the demonstration."""

from datetime import UTC, datetime, time
from pathlib import Path

from indicators.models import Indicator, Usage
from indicators.services.usages import UsageFields, declare
from portfolio.demo.files import read_yaml
from portfolio.models import Project, User, Zone

DATA = Path(__file__).parent / "usages.yml"
AUTHOR = "donnees"


def seed() -> int:
    """Declare the uses that are missing; returns how many. Part of the seed's transaction."""
    known = set(Usage.objects.values_list("label", flat=True))
    missing = [entry for entry in read_yaml(DATA) if entry["label"] not in known]
    for entry in missing:
        at = datetime.combine(entry["as_of"], time(12), tzinfo=UTC)
        given = UsageFields(
            kind=entry["kind"],
            role=entry["role"],
            label=entry["label"],
            as_of=at,
            zone=Zone.objects.get(code=entry["zone"]),
            address=entry.get("address", ""),
            project=Project.objects.filter(code=entry.get("project", "")).first(),
            note=entry.get("note", ""),
        )
        indicator = Indicator.objects.get(code=entry["indicator"])
        declare(indicator=indicator, given=given, by=User.objects.get(username=AUTHOR), at=at)
    return len(missing)
