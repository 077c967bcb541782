"""The living page shows each component in each of its states."""

from django.urls import reverse


def test_every_component_is_shown(client, agent):
    response = client.get(reverse("portfolio:components"))
    shown = {template.name for template in response.templates}
    for name in ("status", "state", "fact", "change", "money", "phases", "timeline", "card",
                 "freshness", "empty", "job"):  # fmt: skip
        assert f"portfolio/components/{name}.html" in shown
    assert "portfolio/charts/place_map.svg" in shown
