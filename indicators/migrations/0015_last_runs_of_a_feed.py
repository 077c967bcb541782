from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('indicators', '0014_rows_rejected_before')]

    operations = [
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["feed", "-due_at", "-id"], name="run_last_of_feed"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(
                fields=["feed", "-finished_at", "-id"], name="run_last_ended_of_feed"
            ),
        ),
    ]
