import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html


def badge(grade):
    return render_to_string(
        "components/badge.html",
        {"symbol": grade.symbol, "label": grade.name, "modifier": grade.tone},
    )


NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}}
UNBROKEN = {"td": {"class": "nowrap"}}


class KpiTable(tables.Table):
    """Rows are (KpiProgress, YearStanding, YearStanding of the year before or None)."""

    name = tables.Column(verbose_name="指標", accessor="row__name", orderable=False)
    departments = tables.Column(
        verbose_name="担当課",
        accessor="row__departments_text",
        orderable=False,
        empty_values=(),
        attrs=UNBROKEN,
    )
    target = tables.Column(
        verbose_name="目標",
        accessor="standing__target__text",
        orderable=False,
        default="―",
        attrs=NUMERIC,
    )
    result = tables.Column(
        verbose_name="実績",
        accessor="standing__result__text",
        orderable=False,
        empty_values=(),
        attrs=NUMERIC,
    )
    rate = tables.Column(
        verbose_name="達成率", accessor="rate_value", empty_values=(), attrs=NUMERIC
    )
    previous_rate = tables.Column(
        verbose_name="前年度の達成率",
        accessor="previous__rate_text",
        orderable=False,
        default="―",
        attrs=NUMERIC,
    )
    grade = tables.Column(verbose_name="評語", accessor="grade_place")

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "表示する指標はありません。"

    def render_name(self, record):
        return format_html(
            '<a href="{}">{} {}</a><span class="table__sub">{}</span>',
            record.url,
            record.row.number,
            record.row.name,
            record.row.policy.label,
        )

    def render_departments(self, value):
        return value or "―"

    def render_result(self, record):
        result = record.standing.result
        return f"{result.text or '―'}{'（速報）' if result.is_preliminary else ''}"

    def render_rate(self, record):
        return record.standing.rate_text or "―"

    def render_grade(self, record):
        return badge(record.standing.grade)
