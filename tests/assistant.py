"""The answers that a data steward gives to the assistant, for a platform of the tests."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from indicators.models import FeedDraft

SOURCE = {"source": "__new__", "protocol": "ogc_features", "name": "Plateforme de la métropole"}
MAPPING = {
    "time": "jour", "period": "DAY", "timezone": "Europe/Paris", "value": "valeur", "scale": "1",
    "zone_by": "code", "zone_field": "commune", "zone_within": "COMMUNE", "minimum": "75",
}  # fmt: skip
INDICATOR = {
    "indicator": "__new__", "name_fr": "Passages de vélos", "name_en": "Bicycles passing",
    "unit_fr": "passages", "unit_en": "passages", "family": "OUTCOME", "direction": "UP",
    "frequency": "DAY", "zone_aggregation": "SUM", "decimals": "0", "stale_after_days": "3",
}  # fmt: skip
CONTRACT = {"agreed": "on", "kept": ["jour", "valeur", "commune"], "minimum": "0",
            "maximum": "5000", "spike": "10", "drop": "30"}  # fmt: skip


def recent_rows(days: int = 15, communes: tuple[str, ...] = ("A", "B")) -> list[dict]:
    """Daily values by commune, up to yesterday."""
    first = timezone.localdate() - timedelta(days=days)
    return [
        {"commune": commune, "jour": first + timedelta(days=day),
         "valeur": float(100 * number + day), "statut": "définitif"}
        for day in range(days) for number, commune in enumerate(communes)
    ]  # fmt: skip


def schedule(code: str = "passages-velo-essai", starts_on: date | None = None) -> dict[str, str]:
    first = starts_on or timezone.localdate() - timedelta(days=30)
    return {"code": code, "every": "1440", "lookback_days": "7", "priority": "5",
            "starts_on": first.isoformat()}  # fmt: skip


class Assistant:
    """Goes through the steps by their addresses, as a browser sends them."""

    def __init__(self, client) -> None:
        self.client = client
        client.post(reverse("indicators:draft-start"))
        self.pk = FeedDraft.objects.latest("pk").pk

    @property
    def draft(self) -> FeedDraft:
        return FeedDraft.objects.get(pk=self.pk)

    def address(self, step: str) -> str:
        return reverse("indicators:draft-step", args=[self.pk, step])

    def open(self, step: str):
        return self.client.get(self.address(step))

    def send(self, step: str, fields: dict):
        return self.client.post(self.address(step), fields)

    def tried(self, url: str, **fields):
        self.send("source", SOURCE)
        return self.send(
            "adresse", {"base_url": url, "collection": "mesures", "act": "try"} | fields
        )

    def ready(self, url: str, **mapping) -> None:
        """Up to the summary."""
        for response in (
            self.tried(url),
            self.send("champs", MAPPING | mapping),
            self.send("contrat", CONTRACT),
            self.send("indicateur", INDICATOR),
            self.send("rythme", schedule()),
        ):
            assert response.status_code == 302, response.content.decode()
