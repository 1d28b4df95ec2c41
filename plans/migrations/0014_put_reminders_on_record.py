import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_put_second_factors_on_record'),
        ('plans', '0013_guard_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeChoiceEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('mail_address', models.CharField(blank=True, max_length=254, verbose_name='メールアドレス')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('opened', '照会の開始'), ('due_soon', '回答期限の1週間前'), ('overdue', '期限超過'), ('reminded', '督促'), ('submitted', '提出'), ('returned', '差戻し'), ('approved', '承認'), ('closed', '年度の締め'), ('reopened', '受付の再開'), ('mail_trouble', 'メールの不具合')], max_length=20), blank=True, default=list, size=None, verbose_name='メールで受け取るお知らせ')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReminderEvent',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('sending', models.UUIDField(verbose_name='送信番号')),
                ('department_name', models.CharField(max_length=50, verbose_name='課名')),
                ('people_names', models.TextField(blank=True, verbose_name='お知らせした人')),
                ('message', models.TextField(blank=True, verbose_name='添えた言葉')),
                ('sent_by_name', models.CharField(max_length=60, verbose_name='送った人の氏名')),
                ('sent_at', models.DateTimeField(verbose_name='日時')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticechoice',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_noticechoiceevent" ("id", "person_id", "mail_address", "kinds", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT new_values."id", new_values."person_id", new_values."mail_address", new_values."kinds", new_values."id", \'insert\', now(), context.metadata, context.id FROM (SELECT new_values.* FROM new_values ) AS new_values, context; RETURN NULL;', hash='a48d4ac6938c92dd50b7514e1f5bcc52d77de4bf', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_67356', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_noticechoice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticechoice',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_noticechoiceevent" ("id", "person_id", "mail_address", "kinds", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT new_values."id", new_values."person_id", new_values."mail_address", new_values."kinds", new_values."id", \'update\', now(), context.metadata, context.id FROM (SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*)) AS new_values, context; RETURN NULL;', hash='00e5fbca494e0ab4c6a525df64dcdea138da28eb', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_bfe0e', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_noticechoice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticechoice',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_noticechoiceevent" ("id", "person_id", "mail_address", "kinds", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT old_values."id", old_values."person_id", old_values."mail_address", old_values."kinds", old_values."id", \'delete\', now(), context.metadata, context.id FROM (SELECT old_values.* FROM old_values ) AS old_values, context; RETURN NULL;', hash='f066c17e19e66c683c17ac173b59d89ced9e9b32', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_a6514', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_noticechoice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_reminderevent" ("id", "plan_id", "fiscal_year", "sending", "department_id", "department_name", "people_names", "message", "sent_by_id", "sent_by_name", "sent_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT new_values."id", new_values."plan_id", new_values."fiscal_year", new_values."sending", new_values."department_id", new_values."department_name", new_values."people_names", new_values."message", new_values."sent_by_id", new_values."sent_by_name", new_values."sent_at", new_values."id", \'insert\', now(), context.metadata, context.id FROM (SELECT new_values.* FROM new_values ) AS new_values, context; RETURN NULL;', hash='5f01228a1440a641e35e764628d4437c83814fdd', level='STATEMENT', operation='INSERT', pgid='pgtrigger_insert_insert_ba379', referencing='REFERENCING NEW TABLE AS new_values ', table='plans_reminder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_reminderevent" ("id", "plan_id", "fiscal_year", "sending", "department_id", "department_name", "people_names", "message", "sent_by_id", "sent_by_name", "sent_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT new_values."id", new_values."plan_id", new_values."fiscal_year", new_values."sending", new_values."department_id", new_values."department_name", new_values."people_names", new_values."message", new_values."sent_by_id", new_values."sent_by_name", new_values."sent_at", new_values."id", \'update\', now(), context.metadata, context.id FROM (SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*)) AS new_values, context; RETURN NULL;', hash='08996a1fd6a08cc699aec85d32d166274f14e95f', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_update_update_e53ef', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='plans_reminder', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH context AS MATERIALIZED (\n    SELECT NULLIF(current_setting(\'pghistory.context_metadata\', TRUE), \'\')::jsonb AS metadata,\n        NULLIF(current_setting(\'pghistory.context_id\', TRUE), \'\')::uuid AS id\n) INSERT INTO "plans_reminderevent" ("id", "plan_id", "fiscal_year", "sending", "department_id", "department_name", "people_names", "message", "sent_by_id", "sent_by_name", "sent_at", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context", "pgh_context_id") SELECT old_values."id", old_values."plan_id", old_values."fiscal_year", old_values."sending", old_values."department_id", old_values."department_name", old_values."people_names", old_values."message", old_values."sent_by_id", old_values."sent_by_name", old_values."sent_at", old_values."id", \'delete\', now(), context.metadata, context.id FROM (SELECT old_values.* FROM old_values ) AS old_values, context; RETURN NULL;', hash='8999c4521e2169c66f667e3b1e9997277393c2f0', level='STATEMENT', operation='DELETE', pgid='pgtrigger_delete_delete_b5c22', referencing='REFERENCING OLD TABLE AS old_values ', table='plans_reminder', when='AFTER')),
        ),
        migrations.AddField(
            model_name='noticechoiceevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='利用者'),
        ),
        migrations.AddField(
            model_name='noticechoiceevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plans.noticechoice'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='department',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.department', verbose_name='課'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='plans.reminder'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='plan',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='plans.plan', verbose_name='計画'),
        ),
        migrations.AddField(
            model_name='reminderevent',
            name='sent_by',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='送った人'),
        ),
        migrations.AddIndex(
            model_name='noticechoiceevent',
            index=models.Index(fields=['person', 'pgh_obj', 'pgh_id'], name='plans_noticechoice_owner'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='noticechoiceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8ea7df8d880189a984b198fa4800e97c3c9f25d0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_aaa1c', table='plans_noticechoiceevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='reminderevent',
            index=models.Index(fields=['plan', 'pgh_obj', 'pgh_id'], name='plans_reminder_owner'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminderevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='74bdf42e62a012854f2a1ab6c128ff9f5e0f9357', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d7779', table='plans_reminderevent', when='BEFORE')),
        ),
    ]
