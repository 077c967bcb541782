"""No break stands twice: of those declared twice the first stays, the others are withdrawn."""

from django.db import migrations, models

KEEP_THE_FIRST = """
    UPDATE indicators_knownbreak AS again
    SET withdrawn_at = now(), withdrawn_why = 'Déclarée deux fois : la première déclaration reste.'
    FROM indicators_knownbreak AS first
    WHERE again.withdrawn_at IS NULL AND first.withdrawn_at IS NULL
      AND (first.declared_at, first.id) < (again.declared_at, again.id)
      AND (again.indicator_id, again.zone_id, again.from_on, again.until_on)
          IS NOT DISTINCT FROM (first.indicator_id, first.zone_id, first.from_on, first.until_on)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0027_series_of_results_stored_once'),
    ]

    operations = [
        migrations.RunSQL(KEEP_THE_FIRST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='knownbreak',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('indicator', 'zone', 'from_on', 'until_on'), name='break_standing_once', nulls_distinct=False),
        ),
    ]
