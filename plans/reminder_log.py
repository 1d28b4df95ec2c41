"""The log of a year's reminders as a table."""

import django_tables2 as tables
from django.utils.html import format_html_join

UNBROKEN = {"td": {"class": "nowrap"}}
NOBODY = "（お知らせできる人がいません）"


class ReminderTable(tables.Table):
    """Rows are Reminders, the latest first; names are those of then."""

    sent_at = tables.DateTimeColumn(format="Y年n月j日 H:i", orderable=False, attrs=UNBROKEN)
    department_name = tables.Column(orderable=False)
    people_names = tables.Column(orderable=False, empty_values=())
    message = tables.Column(orderable=False, default="―", attrs={"th": {"class": "wide"}})
    sent_by_name = tables.Column(verbose_name="送った人", orderable=False)

    class Meta:
        attrs = {"class": "table"}

    row_header = "department_name"
    caption = "新しいものから順に示します"

    def render_people_names(self, value):
        return value or NOBODY

    def render_message(self, value):
        lines = ((line,) for line in value.splitlines())
        return format_html_join("", '<span class="table__line">{}</span>', lines)
