"""The living page shows each component in each of its states."""

from django.urls import reverse


def test_every_component_is_shown(client, agent):
    response = client.get(reverse("portfolio:components"))
    shown = {template.name for template in response.templates}
    for name in ("status", "state", "fact", "change", "money", "phases", "timeline", "card",
                 "freshness", "empty", "job", "toasts", "filters", "table", "map",
                 "error_summary", "field"):  # fmt: skip
        assert f"portfolio/components/{name}.html" in shown
    assert {"portfolio/charts/place_map.svg", "portfolio/charts/money_bar.html"} <= shown


def test_the_charts_are_loaded_from_the_evidence_and_drawn(client, agent):
    address = reverse("indicators:example-charts")
    assert f'hx-get="{address}"' in client.get(reverse("portfolio:components")).content.decode()
    drawn = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert drawn.count("<figure") == 3
