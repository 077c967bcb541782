"""How often each group of fields is renewed, until the metropolis decides otherwise."""

from django.db import migrations

ROWS = [("RECORD", 90), ("COST", 365), ("SCHEDULE", 120), ("CREDITS", 120), ("FUNDING", 180)]


def enter(apps, schema_editor):
    commitments = apps.get_model("portfolio", "FreshnessCommitment")
    commitments.objects.bulk_create(commitments(group=group, days=days) for group, days in ROWS)


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0017_reviews_and_alerts")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
