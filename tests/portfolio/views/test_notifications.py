"""My notifications: my own choices, kept."""

from django.urls import reverse

from portfolio.models import NotificationChoice


def test_choices_are_kept_and_are_ones_own(client, agent):
    address = reverse("portfolio:notifications")
    assert client.get(address).context["form"].initial["money"] == "WEEKLY"
    weekly = dict.fromkeys(NotificationChoice.TOPICS, "WEEKLY")
    client.post(address, weekly | {"language": "en", "money": "OFF", "user": "1"})
    kept = NotificationChoice.objects.get()
    assert (kept.user, kept.language, kept.money, kept.risks) == (agent, "en", "OFF", "WEEKLY")
    assert client.post(address, weekly | {"language": "de"}).status_code == 422
