from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('portfolio', '0023_reminders')]

    operations = [
        migrations.AlterField(
            model_name="zone",
            name="kind",
            field=models.CharField(
                choices=[
                    ("METROPOLIS", "metropolis"),
                    ("COMMUNE", "commune"),
                    ("DISTRICT", "district"),
                    ("COMPARATOR", "outside, to compare with"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="zone",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "COMPARATOR"), _negated=True)
                | models.Q(("geometry__isnull", True), ("parent__isnull", True)),
                name="zone_comparator_is_outside",
            ),
        ),
    ]
