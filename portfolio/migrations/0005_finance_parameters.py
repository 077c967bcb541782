"""The figures that the law sets for the rules of money, each with its text and its day."""

from datetime import date
from decimal import Decimal

from django.db import migrations

ROWS = [
    ("FCTVA_RATE", "0.16404", date(2015, 1, 1), "CGCT, art. L1615-6"),
    ("OWN_SHARE_MIN", "0.20", date(2012, 1, 1), "CGCT, art. L1111-10, III"),
    ("OWN_SHARE_MIN_LEAD", "0.30", date(2014, 1, 29), "CGCT, art. L1111-9, I, 3°"),
    ("IMPACT_STUDY_SHARE", "0.25", date(2016, 7, 2), "CGCT, art. D1611-35, 5°"),
    ("IMPACT_STUDY_CEILING_EUR", "100000000", date(2016, 7, 2), "CGCT, art. D1611-35, 5°"),
]


def enter(apps, schema_editor):
    parameters = apps.get_model("portfolio", "FinanceParameter")
    parameters.objects.bulk_create(
        parameters(code=code, value=Decimal(value), from_on=day, source=source)
        for code, value, day, source in ROWS
    )


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0004_budget")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
