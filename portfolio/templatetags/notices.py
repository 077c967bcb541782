"""Short news: the way to undo what they tell."""

from django import template
from django.contrib.messages.storage.base import Message

register = template.Library()

# Before the address, among the tags that a message carries from one page to the next.
UNDO = "undo:"


@register.filter
def undo_address(notice: Message) -> str:
    """Where to send what undoes it; nothing where it cannot be undone."""
    tags = str(getattr(notice, "extra_tags", "") or "")
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.filter
def undo_block(address: str) -> str:
    """The block of the page that an undoing changes."""
    return address.rpartition("block=")[2]
