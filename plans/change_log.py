"""The log of a plan's changes as a table, with its filter."""

import django_tables2 as tables
from django.utils.html import format_html_join

from dxplan.lib.address_filter import AddressFilter, OptionFilter
from plans.models import ChangeKind, PlanChange

UNBROKEN = {"td": {"class": "nowrap"}}


class ChangeFilter(AddressFilter):
    kind = OptionFilter(label="種類", choices=ChangeKind.choices)

    class Meta:
        model = PlanChange
        fields = []


class ChangeTable(tables.Table):
    """Rows are PlanChange, the latest first; names are those of then."""

    changed_at = tables.DateTimeColumn(format="Y年n月j日 H:i", orderable=False)
    kind = tables.Column(orderable=False, attrs=UNBROKEN)
    subject = tables.Column(orderable=False)
    detail = tables.Column(orderable=False, default="―", attrs={"th": {"class": "wide"}})
    reason = tables.Column(orderable=False, default="―")
    changed_by_name = tables.Column(verbose_name="変更した人", orderable=False)

    class Meta:
        attrs = {"class": "table"}
        empty_text = "条件に合う記録はありません。"

    row_header = "subject"

    def render_detail(self, value):
        lines = ((line,) for line in value.splitlines())
        return format_html_join("", '<span class="table__line">{}</span>', lines)
