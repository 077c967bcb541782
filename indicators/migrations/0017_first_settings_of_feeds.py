"""Feeds that are there already enter the history as they are: their first change then says what it
changed. What was kept of them before says today's settings: what they were then is not known."""

from django.db import migrations
from django.utils import timezone

SETTINGS = (
    "source_id", "indicator_id", "collection", "options", "mapping", "starts_on", "every_minutes",
    "lookback_days", "priority",
)


def enter(apps, schema_editor):
    Feed = apps.get_model("indicators", "Feed")
    Event = apps.get_model("indicators", "FeedActivity")
    now = timezone.now()
    for feed in Feed.objects.all():
        settings = {name: getattr(feed, name) for name in SETTINGS}
        if not Event.objects.filter(pgh_obj_id=feed.pk).update(**settings):
            Event.objects.create(
                pgh_label="insert", pgh_created_at=now, pgh_obj_id=feed.pk,
                is_active=feed.is_active, **settings,
            )


class Migration(migrations.Migration):
    dependencies = [('indicators', '0016_what_a_feed_read')]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
