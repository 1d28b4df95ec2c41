"""The changes of a plan's targets as a table with its filter, and the targets as of a day."""

import django_filters
import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from dxplan.lib.address_filter import AddressFilter, OptionFilter
from dxplan.lib.form_fields import DayField
from kpis.measurement import RevisionCategory
from kpis.models import TargetRevision

UNBROKEN = {"td": {"class": "nowrap"}}
NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}}


class DayFilter(django_filters.Filter):
    """A day, typed as offices write it."""

    field_class = DayField


class RevisionFilter(AddressFilter):
    kpi = OptionFilter(label="指標", field_name="kpi")
    category = OptionFilter(label="区分", choices=RevisionCategory.choices())
    as_of = DayFilter(
        label="この日の時点で（例: R8.5.20）", field_name="decided_on", lookup_expr="lte"
    )

    class Meta:
        model = TargetRevision
        fields = []

    @property
    def chosen(self):
        """The conditions that could be read, by name."""
        self.form.is_valid()
        return self.form.cleaned_data


class RevisionTable(tables.Table):
    """Rows are RevisionLines."""

    kpi_label = tables.Column(verbose_name="指標", order_by=("place", "revision__number"))
    effective = tables.Column(
        verbose_name="回・適用する年度",
        accessor="revision__effective_fiscal_year",
        attrs=UNBROKEN,
    )
    decided = tables.Column(verbose_name="決定", accessor="revision__decided_on")
    category = tables.Column(verbose_name="区分", accessor="revision__category", orderable=False)
    changes = tables.Column(verbose_name="変更", orderable=False, default="―", attrs=UNBROKEN)
    reason = tables.Column(
        verbose_name="理由",
        accessor="revision__reason",
        orderable=False,
        attrs={"th": {"class": "wide"}},
    )

    row_header = "kpi_label"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う見直しはありません。"

    def render_kpi_label(self, record):
        return format_html('<a href="{}">{}</a>', record.kpi_url, record.kpi_label)

    def render_effective(self, record, value):
        return _two_lines(f"第{record.revision.number}回", f"{value.era_label}から")

    def render_decided(self, record):
        return _two_lines(record.revision.decided_text, record.revision.decided_by)

    def render_changes(self, value):
        lines = ((line,) for line in value)
        return format_html_join("", '<span class="table__line">{}</span>', lines)

    def render_reason(self, value):
        lines = ((line,) for line in value.splitlines())
        return format_html_join("", '<span class="table__line">{}</span>', lines)


class DayTable(tables.Table):
    """The targets of KPIs by fiscal year, as they stood on a day; rows are dicts of texts."""

    label = tables.Column(verbose_name="指標", orderable=False)

    row_header = "label"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "表示する目標はありません。"

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record["url"], record["label"])


def day_table(kpis, years, day) -> DayTable:
    """`kpis` are KpiTargets."""
    columns = [
        (
            f"year_{year}",
            tables.Column(verbose_name=year.era_label, orderable=False, default="―", attrs=NUMERIC),
        )
        for year in years
    ]
    return DayTable([_day_row(kpi, day) for kpi in kpis], extra_columns=columns)


def _day_row(kpi, day):
    targets = kpi.as_of(day)
    return {"label": kpi.label, "url": kpi.url} | {
        f"year_{year}": _text(target) for year, target in targets.items()
    }


def _text(target):
    if target.revision is None:
        return target.text
    return _two_lines(target.text, f"第{target.revision.number}回見直し")


def _two_lines(text, sub):
    return format_html('{}<span class="table__sub">{}</span>', text, sub)
