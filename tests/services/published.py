"""What a pull published, to compare with what the source holds."""

from django.db.models import Count, Sum

from indicators.models import Feed, ObservationVersion, Run
from indicators.services import planning, pulls
from tests.pulling import NOW, means


def totals(feed: Feed) -> tuple[int, int, float | None]:
    """Rows, rows with a value, and the sum of the values."""
    found = (
        ObservationVersion.objects.current()
        .filter(series__feed=feed)
        .aggregate(rows=Count("pk"), values=Count("value"), total=Sum("value"))
    )
    return found["rows"], found["values"], found["total"]


def replayed(run: Run) -> Run:
    """The run read again from its kept answers, its source out of reach."""
    run.feed.source.base_url = "http://127.0.0.1:1/gone"
    run.feed.source.save()
    planned = planning.plan_replay(run=run, now=NOW)
    done = pulls.execute(run_id=planned.pk, means=means(NOW))
    assert done is not None
    return done
