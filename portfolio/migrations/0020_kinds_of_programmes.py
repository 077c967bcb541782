"""What groups programmes is a public policy."""

from django.db import migrations


def name_policies(apps, schema_editor):
    programme = apps.get_model("portfolio", "Programme")
    parents = programme.objects.filter(children__isnull=False, parent=None).values("pk")
    programme.objects.filter(pk__in=list(parents.values_list("pk", flat=True))).update(kind="POLICY")


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0019_programme_kinds_and_tour")]
    operations = [migrations.RunPython(name_policies, migrations.RunPython.noop)]
