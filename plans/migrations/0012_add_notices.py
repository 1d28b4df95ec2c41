import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_put_second_factors_on_record'),
        ('plans', '0011_say_where_meetings_take_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('opened', '照会の開始'), ('due_soon', '回答期限の1週間前'), ('overdue', '期限超過'), ('reminded', '督促'), ('submitted', '提出'), ('returned', '差戻し'), ('approved', '承認'), ('closed', '年度の締め'), ('reopened', '受付の再開'), ('mail_trouble', 'メールの不具合')], max_length=20, verbose_name='種類')),
                ('event_key', models.CharField(max_length=200, verbose_name='できごと')),
                ('fiscal_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年度')),
                ('title', models.CharField(max_length=200, verbose_name='件名')),
                ('text', models.TextField(blank=True, verbose_name='内容')),
                ('link', models.CharField(blank=True, max_length=300, verbose_name='開くページ')),
                ('made_at', models.DateTimeField(verbose_name='日時')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='既読日時')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='宛先')),
                ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='plans.plan', verbose_name='計画')),
            ],
            options={
                'verbose_name': 'お知らせ',
                'verbose_name_plural': 'お知らせ',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail_address', models.CharField(blank=True, max_length=254, verbose_name='メールアドレス')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('opened', '照会の開始'), ('due_soon', '回答期限の1週間前'), ('overdue', '期限超過'), ('reminded', '督促'), ('submitted', '提出'), ('returned', '差戻し'), ('approved', '承認'), ('closed', '年度の締め'), ('reopened', '受付の再開'), ('mail_trouble', 'メールの不具合')], max_length=20), blank=True, default=list, size=None, verbose_name='メールで受け取るお知らせ')),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_choice', to=settings.AUTH_USER_MODEL, verbose_name='利用者')),
            ],
            options={
                'verbose_name': 'お知らせのメール設定',
                'verbose_name_plural': 'お知らせのメール設定',
            },
        ),
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254, verbose_name='宛先')),
                ('state', models.CharField(choices=[('waiting', '送信待ち'), ('sent', '送信済み'), ('failed', '送信できず')], default='waiting', max_length=10, verbose_name='状態')),
                ('made_at', models.DateTimeField(verbose_name='作成日時')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='送信を試みた回数')),
                ('next_try_at', models.DateTimeField(verbose_name='次に送信を試みる日時')),
                ('trouble', models.CharField(blank=True, max_length=300, verbose_name='送信できなかった理由')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送信日時')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='plans.notice', verbose_name='お知らせ')),
            ],
            options={
                'verbose_name': '送信待ちのメール',
                'verbose_name_plural': '送信待ちのメール',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fiscal_year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('sending', models.UUIDField(verbose_name='送信番号')),
                ('department_name', models.CharField(max_length=50, verbose_name='課名')),
                ('people_names', models.TextField(blank=True, verbose_name='お知らせした人')),
                ('message', models.TextField(blank=True, verbose_name='添えた言葉')),
                ('sent_by_name', models.CharField(max_length=60, verbose_name='送った人の氏名')),
                ('sent_at', models.DateTimeField(verbose_name='日時')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.department', verbose_name='課')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='plans.plan', verbose_name='計画')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='送った人')),
            ],
            options={
                'verbose_name': '督促の記録',
                'verbose_name_plural': '督促の記録',
                'ordering': ['-sent_at', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['person', '-id'], name='notice_newest_first'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notice_unread'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['event_key'], name='notice_by_event'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['made_at'], name='notice_oldest_first'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('person', 'event_key'), name='notice_once_an_event'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opened', 'due_soon', 'overdue', 'reminded', 'submitted', 'returned', 'approved', 'closed', 'reopened', 'mail_trouble'])), name='notice_kind_from_list'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1950, 2100))), name='notice_year_in_range'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('link', ''), ('link__regex', '^/([^/\\\\]|$)'), _connector='OR'), name='notice_link_within_the_site'),
        ),
        migrations.AddConstraint(
            model_name='noticechoice',
            constraint=models.CheckConstraint(condition=models.Q(('kinds__contained_by', ['opened', 'due_soon', 'overdue', 'reminded', 'submitted', 'returned', 'approved', 'closed', 'reopened'])), name='notice_choice_kinds_from_list'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at'], name='outgoing_mail_waiting'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed'])), name='outgoing_mail_state_from_list'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at__isnull', False), models.Q(('state', 'sent'), _negated=True), _connector='OR'), name='outgoing_mail_sent_has_its_time'),
        ),
        migrations.AddIndex(
            model_name='reminder',
            index=models.Index(fields=['plan', 'fiscal_year', '-sent_at'], name='reminder_of_year'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('sending', 'department'), name='reminder_once_a_sending'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.CheckConstraint(condition=models.Q(('fiscal_year__range', (1950, 2100))), name='reminder_year_in_range'),
        ),
    ]
