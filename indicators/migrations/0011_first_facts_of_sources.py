"""Sources that are there already enter the history as they are: their first change then says what
it changed."""

from django.db import migrations
from django.utils import timezone

FACTS = (
    "id", "code", "name", "protocol", "base_url", "producer_id", "owner_id", "steward_id",
    "licence", "personal_data", "legal_basis", "processing_reference", "hosting_country",
    "documentation_url", "is_active",
)


def enter(apps, schema_editor):
    DataSource = apps.get_model("indicators", "DataSource")
    Event = apps.get_model("indicators", "DataSourceEvent")
    now = timezone.now()
    Event.objects.bulk_create(
        Event(pgh_label="insert", pgh_created_at=now, pgh_obj_id=source.pk,
              **{name: getattr(source, name) for name in FACTS})
        for source in DataSource.objects.all()
    )


class Migration(migrations.Migration):
    dependencies = [("indicators", "0010_register_of_sources")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
