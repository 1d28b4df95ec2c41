import django_tables2 as tables
from django.utils.html import format_html, format_html_join

from dxplan.lib.fiscal_years import FiscalYear

UNBROKEN = {"td": {"class": "nowrap"}}
WIDE = {"th": {"class": "wide"}, "td": {"class": "wide"}}


def lines(texts):
    """Texts one below the other."""
    return format_html_join("", '<span class="table__line">{}</span>', ((text,) for text in texts))


def linked_lines(links):
    """(label, address) pairs one below the other."""
    return format_html_join(
        "",
        '<span class="table__line"><a href="{}">{}</a></span>',
        ((url, label) for label, url in links),
    )


class PlanTable(tables.Table):
    """Rows are (Plan, the plan it follows or None)."""

    title = tables.Column(verbose_name="計画名", accessor="plan__title")
    edition = tables.Column(
        verbose_name="版", accessor="plan__edition", orderable=False, empty_values=()
    )
    period = tables.Column(
        verbose_name="計画期間", accessor="plan__first_fiscal_year", attrs=UNBROKEN
    )
    state = tables.Column(
        verbose_name="状態", accessor="plan__get_state_display", orderable=False, attrs=UNBROKEN
    )
    predecessor = tables.Column(verbose_name="前の計画", orderable=False, default="―")

    row_header = "title"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う計画はありません。"

    def render_title(self, record):
        return format_html('<a href="{}">{}</a>', record.plan.get_absolute_url(), record.plan.title)

    def render_edition(self, value):
        return value or "―"

    def render_period(self, record):
        first, last = record.plan.first_fiscal_year, record.plan.last_fiscal_year
        return f"{FiscalYear(first).era_label}〜{FiscalYear(last).era_label}"

    def render_predecessor(self, value):
        return format_html('<a href="{}">{}</a>', value.get_absolute_url(), value.title)


class PolicyTable(tables.Table):
    """Rows are PolicyLines."""

    label = tables.Column(verbose_name="番号・名称", accessor="place", attrs=WIDE)
    level = tables.Column(verbose_name="階層", accessor="node__depth", attrs=UNBROKEN)
    above = tables.Column(verbose_name="上位", orderable=False, default="―")
    items = tables.Column(verbose_name="対応する項目", orderable=False, default="―")

    row_header = "label"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う施策はありません。"

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.url, record.node.label)

    def render_level(self, record):
        return record.node.level_name

    def render_above(self, value):
        return lines(value) or "―"

    def render_items(self, value):
        return linked_lines(value) or "―"


class TermTable(tables.Table):
    """Rows are GlossaryTerms."""

    term = tables.Column(verbose_name="用語", order_by=("reading", "term"))
    definition = tables.Column(verbose_name="説明", orderable=False)

    row_header = "term"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        empty_text = "条件に合う用語はありません。"

    def render_term(self, record):
        sub = format_html('<span class="table__sub">{}</span>', record.reading)
        return format_html("{}{}", record.term, sub if record.reading else "")


class ItemTable(tables.Table):
    """Rows are ItemRows of one framework."""

    label = tables.Column(verbose_name="項目")
    class_label = tables.Column(verbose_name="区分", empty_values=())
    measures = tables.Column(verbose_name="対応する施策", empty_values=())

    row_header = "label"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        orderable = False

    def render_label(self, record):
        return format_html('<a href="{}">{}</a>', record.url, record.label)

    def render_class_label(self, value):
        return value or "―"

    def render_measures(self, value):
        return linked_lines(value) or "対応する施策なし"


class MeasureTable(tables.Table):
    """Rows are Measures."""

    label = tables.Column(verbose_name="施策", accessor="node__label", attrs=WIDE)
    plan = tables.Column(verbose_name="計画", accessor="plan__title")
    summary = tables.Column(
        verbose_name="概要", accessor="node__summary", empty_values=(), attrs=WIDE
    )

    row_header = "label"

    class Meta:
        attrs = {"class": "table table--sticky-first"}
        orderable = False

    def render_label(self, record):
        return format_html(
            '<a href="{}">{}</a><span class="table__sub">{}</span>',
            record.url,
            record.node.label,
            record.above_text,
        )

    def render_summary(self, value):
        return value or "―"
