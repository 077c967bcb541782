"""Known breaks of the demonstration's measures."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from indicators.models import Indicator, KnownBreak
from indicators.services.known_breaks import BreakFields, declare
from portfolio.demo.files import read_yaml
from portfolio.models import User, Zone

DATA = Path(__file__).parent / "breaks.yml"
AUTHOR = "donnees"
TOLD_AFTER = timedelta(days=20)


def seed() -> int:
    """Declare those that are missing; returns how many. Part of the seed's transaction."""
    known = set(KnownBreak.objects.values_list("reason_fr", flat=True))
    missing = [entry for entry in read_yaml(DATA) if entry["reason_fr"] not in known]
    for entry in missing:
        at = datetime.combine(entry["from"] + TOLD_AFTER, time(12), tzinfo=UTC)
        given = BreakFields(
            from_on=entry["from"],
            until_on=entry.get("until"),
            reason_fr=entry["reason_fr"],
            reason_en=entry["reason_en"],
            indicator=Indicator.objects.get(code=entry["indicator"]),
            zone=Zone.objects.filter(code=entry.get("zone", "")).first(),
        )
        declare(given=given, by=User.objects.get(username=AUTHOR), at=at)
    return len(missing)
