import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html


def badge(grade, *, is_overridden=False):
    return render_to_string(
        "components/badge.html",
        {
            "symbol": grade.symbol,
            "label": grade.name,
            "modifier": grade.tone,
            "is_overridden": is_overridden,
        },
    )


NUMERIC = {"th": {"class": "num"}, "td": {"class": "num"}}
UNBROKEN = {"td": {"class": "nowrap"}}
MOST_SIDE_BY_SIDE = 7  # columns that fit the page beside the name


def text_column(label, accessor, **options):
    return tables.Column(
        verbose_name=label, accessor=accessor, orderable=False, default="―", **options
    )


class KpiTable(tables.Table):
    """Rows are KpiLines; `chosen` names the columns to show beside the name."""

    name = tables.Column(verbose_name="指標", accessor="row__name")
    number = tables.Column(
        verbose_name="番号", accessor="row__number", order_by="place", attrs=UNBROKEN
    )
    policy = text_column("施策", "row__policy__label")
    departments = text_column("担当課", "row__departments_text", attrs=UNBROKEN)
    baseline = text_column("基準値", "row__baseline_text", attrs=NUMERIC)
    final_target = text_column("最終目標", "final_target_text", attrs=NUMERIC)
    target = text_column("目標", "standing__target_text", attrs=NUMERIC)
    expected = text_column("期待値", "expected_text", attrs=NUMERIC)
    result = text_column("実績", "standing__result__text", attrs=NUMERIC)
    taken = text_column("時点", "standing__result__taken", attrs=UNBROKEN)
    verdict = text_column("判定", "standing__verdict_text", attrs=UNBROKEN)
    rate = tables.Column(
        verbose_name="達成率", accessor="rate_value", empty_values=(), attrs=NUMERIC
    )
    previous_rate = text_column("前年度の達成率", "previous__rate_text", attrs=NUMERIC)
    progress = tables.Column(
        verbose_name="進捗率", accessor="progress_value", empty_values=(), attrs=NUMERIC
    )
    self_grade = text_column("自己評価", "self_grade")
    grade = tables.Column(verbose_name="評語", accessor="grade_place")

    row_header = "name"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う指標はありません。"

    def __init__(self, lines, *, chosen):
        super().__init__(lines)
        self.is_wide = len(chosen) > MOST_SIDE_BY_SIDE
        for name in self.columns.names():
            if name not in ("name", *chosen):
                self.columns.hide(name)  # rather than leave out: a list can be sorted by it

    def render_name(self, record):
        return format_html(
            '<a href="{}">{} {}</a><span class="table__sub">{}</span>',
            record.url,
            record.row.number,
            record.row.name,
            record.row.policy.label,
        )

    def render_result(self, record):
        result = record.standing.result
        return f"{result.text}{'（速報）' if result.is_preliminary else ''}"

    def render_rate(self, record):
        return record.standing.rate_text or "―"

    def render_progress(self, record):
        return record.standing.progress_text or "―"

    def render_self_grade(self, value):
        return badge(value)

    def render_grade(self, record):
        return badge(record.standing.grade, is_overridden=record.standing.is_overridden)


USUAL_COLUMNS = ("departments", "target", "result", "rate", "previous_rate", "grade")
CHOOSABLE_COLUMNS = [
    (name, column.verbose_name)
    for name, column in KpiTable.base_columns.items()
    if name != KpiTable.row_header
]
