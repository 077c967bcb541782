"""The words of the projects that were there before the trigger."""

from django.db import migrations

FILL = """
INSERT INTO portfolio_projectwords (project_id, text)
SELECT id, regexp_replace(normalize(lower(
    concat_ws(' ', code, name_fr, name_en, summary_fr, summary_en, address)
), NFD), '[\u0300-\u036f]', '', 'g')
FROM portfolio_project
ON CONFLICT (project_id) DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0021_search_words")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
