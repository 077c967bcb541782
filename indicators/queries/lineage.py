"""From a number back to where it came from."""

from indicators.models import ObservationVersion
from indicators.results import Lineage


def lineage(version: ObservationVersion) -> Lineage:
    """The run, feed and source behind a version, in one query."""
    version = ObservationVersion.objects.select_related("run__feed__source").get(pk=version.pk)
    run, feed, source = version.run, version.run.feed, version.run.feed.source
    return Lineage(
        version_id=version.pk,
        known_from=version.known_from,
        superseded_at=version.superseded_at,
        run_id=run.pk,
        run_finished_at=run.finished_at,
        answer_sha256=run.answer_sha256,
        feed_code=feed.code,
        collection=feed.collection,
        source_code=source.code,
        source_name=source.name,
        source_url=source.base_url,
        licence=source.licence,
    )
