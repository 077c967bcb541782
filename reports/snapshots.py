"""Which edition of the papers a decision rested on."""

from datetime import datetime
from typing import Any

from portfolio.models import AgendaItem
from reports.models import Document

PACK = "meeting-pack"


def pack_then(item: AgendaItem, at: datetime) -> dict[str, Any] | None:
    """The last pack of the meeting made by then; None: none was."""
    made = Document.objects.filter(
        name=PACK, state=Document.State.READY, finished_at__lte=at,
        arguments__meeting=str(item.meeting_id),
    )  # fmt: skip
    last = made.order_by("-finished_at", "-pk").first()
    if last is None or last.finished_at is None:
        return None
    return {"id": last.pk, "sha256": last.sha256, "finished_at": last.finished_at.isoformat()}
