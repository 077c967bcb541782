"""The places to compare with that are there already: their names are known, no more."""

from django.db import migrations


def enter(apps, schema_editor):
    Zone = apps.get_model("portfolio", "Zone")
    ComparedPlace = apps.get_model("indicators", "ComparedPlace")
    for zone in Zone.objects.filter(kind="COMPARATOR"):
        ComparedPlace.objects.create(zone_id=zone.pk, name_fr=zone.name[:40] or zone.code)


class Migration(migrations.Migration):
    dependencies = [("indicators", "0022_places_to_compare_with")]
    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
