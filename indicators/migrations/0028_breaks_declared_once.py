"""No break stands twice: of those declared twice the first stays, the others are withdrawn."""

from django.db import migrations, models
from django.utils import timezone

WHY = "Déclarée deux fois : la première déclaration reste."


def keep_the_first(apps, schema_editor):
    breaks = apps.get_model("indicators", "KnownBreak").objects
    seen = set()
    for one in breaks.filter(withdrawn_at=None).order_by("declared_at", "pk"):
        key = one.indicator_id, one.zone_id, one.from_on, one.until_on
        if key in seen:
            breaks.filter(pk=one.pk).update(withdrawn_at=timezone.now(), withdrawn_why=WHY)
        seen.add(key)


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0027_series_of_results_stored_once'),
    ]

    operations = [
        migrations.RunPython(keep_the_first, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='knownbreak',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('indicator', 'zone', 'from_on', 'until_on'), name='break_standing_once', nulls_distinct=False),
        ),
    ]
