"""Verdicts that change get a topic of their own; until now they went with the forecasts of effects,
so whoever chose about those has chosen the same about these."""

from django.db import migrations, models
from django.db.models import F


def as_before(apps, schema_editor):
    apps.get_model("portfolio", "NotificationChoice").objects.update(verdicts=F("effects"))


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0031_committees_and_decisions'),
    ]

    operations = [
        migrations.AddField(
            model_name='notificationchoice',
            name='verdicts',
            field=models.CharField(choices=[('OFF', 'never'), ('DAILY', 'every day'), ('WEEKLY', 'every week')], default='WEEKLY', max_length=10, verbose_name='verdicts of evaluations that change'),
        ),
        migrations.RunPython(as_before, migrations.RunPython.noop),
    ]
