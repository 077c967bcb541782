"""What a search reads of each project, written by a trigger."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0020_kinds_of_programmes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectWords",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="portfolio.project",
                        verbose_name="project",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
            ],
            options={
                "verbose_name": "words of a project",
                "verbose_name_plural": "words of projects",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="write_words",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\nINSERT INTO portfolio_projectwords (project_id, text)\nVALUES (NEW.id, regexp_replace(normalize(lower(\n    concat_ws(' ', NEW.code, NEW.name_fr, NEW.name_en, NEW.summary_fr, NEW.summary_en, NEW.address)\n), NFD), '[̀-ͯ]', '', 'g'))\nON CONFLICT (project_id) DO UPDATE SET text = EXCLUDED.text;\nRETURN NULL;\n",
                    hash="cf46ca8fc18b7e69a6b48cf5167e0dc8ba3c2a9f",
                    operation='INSERT OR UPDATE OF "code", "name_fr", "name_en", "summary_fr", "summary_en", "address"',
                    pgid="pgtrigger_write_words_3d57d",
                    table="portfolio_project",
                    when="AFTER",
                ),
            ),
        ),
    ]
