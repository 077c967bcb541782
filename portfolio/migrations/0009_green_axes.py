"""The six axes of the annex “Impact du budget pour la transition écologique”, and the first year
for which each is required (the last four subject to the State's review of the first years)."""

from django.db import migrations

LAW = "Loi n° 2023-1322, art. 191 ; décret du 16 juillet 2024 (NOR ECOE2416708D)"
ROWS = [
    ("attenuation", "Atténuation du changement climatique", "Climate change mitigation", 2024),
    ("adaptation", "Adaptation au changement climatique et prévention des risques naturels",
     "Adaptation to climate change and natural risks", 2027),
    ("eau", "Gestion des ressources en eau", "Water resources", 2027),
    ("dechets", "Économie circulaire, déchets et risques technologiques",
     "Circular economy, waste and industrial risks", 2027),
    ("pollutions", "Pollutions de l’air et des sols", "Air and soil pollution", 2027),
    ("biodiversite", "Biodiversité et espaces naturels, agricoles et forestiers",
     "Biodiversity, natural, farm and forest land", 2025),
]  # fmt: skip


def enter(apps, schema_editor):
    axes = apps.get_model("portfolio", "GreenAxis")
    axes.objects.bulk_create(
        axes(code=code, name_fr=french, name_en=english, rank=rank, due_from_year=year, source=LAW)
        for rank, (code, french, english, year) in enumerate(ROWS, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0008_prices_green_running")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
