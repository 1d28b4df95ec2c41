"""The judgements of a plan's year as a list: what rules and people said, and what is missing."""

from dataclasses import dataclass
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from kpis.measurement import JudgementLayer
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import measured_in
from kpis.tables import NUMERIC, UNBROKEN, badge

NOT_GIVEN = "―"


@dataclass(frozen=True)
class JudgementLine:
    """One KPI of the list; `may_write` where this person can enter something for it."""

    row: KpiProgress
    standing: YearStanding
    url: str
    may_write: bool

    @property
    def cause_text(self) -> str:
        if not self.standing.is_behind:
            return NOT_GIVEN
        return "未入力" if self.standing.lacks_cause else "入力済み"


@dataclass(frozen=True)
class JudgementList:
    """The lines of a year, narrowed to a department and to those whose cause is missing."""

    fiscal_year: int
    every: list[JudgementLine]
    department: str = ""
    is_missing_only: bool = False

    @property
    def of_department(self) -> list[JudgementLine]:
        if not self.department:
            return self.every
        return [line for line in self.every if self.department in line.row.department_names]

    @property
    def missing(self) -> list[JudgementLine]:
        return [line for line in self.of_department if line.standing.lacks_cause]

    @property
    def behind(self) -> list[JudgementLine]:
        return [line for line in self.of_department if line.standing.is_behind]

    @property
    def shown(self) -> list[JudgementLine]:
        """Those with work left first, else in the plan's order."""
        if self.is_missing_only:
            return self.missing
        return sorted(self.of_department, key=lambda line: not line.standing.lacks_cause)

    @property
    def departments(self) -> list[str]:
        return sorted({name for line in self.every for name in line.row.department_names})

    @property
    def is_filtered(self) -> bool:
        return bool(self.department) or self.is_missing_only

    @property
    def missing_url(self) -> str:
        query = {"fiscal_year": int(self.fiscal_year), "missing": 1}
        return f"?{urlencode(query | ({'department': self.department} if self.department else {}))}"


def judgement_lines(rows, fiscal_year, may_write) -> list[JudgementLine]:
    """The KPIs measured in a year; `may_write` says of a row whether this person may enter."""
    return [
        JudgementLine(
            row,
            row.at(fiscal_year),
            f"{reverse('judgement', args=[row.id])}?fiscal_year={int(fiscal_year)}",
            may_write(row),
        )
        for row in measured_in(rows, fiscal_year)
    ]


def _grade_given(line, layer):
    said = line.standing.judgement(layer)
    if said is None or not said.symbol:
        return NOT_GIVEN
    return badge(said.grade) if said.grade else said.symbol


class JudgementTable(tables.Table):
    """Rows are JudgementLines."""

    row_header = "name"

    name = tables.Column(verbose_name="指標", accessor="row__name", orderable=False)
    cause = tables.Column(
        verbose_name="原因・今後の取組",
        accessor="cause_text",
        orderable=False,
        empty_values=(),
        attrs=UNBROKEN,
    )
    departments = tables.Column(
        verbose_name="担当課",
        accessor="row__departments_text",
        orderable=False,
        empty_values=(),
        attrs=UNBROKEN,
    )
    result = tables.Column(
        verbose_name="実績",
        accessor="standing__result__text",
        orderable=False,
        empty_values=(),
        attrs=NUMERIC,
    )
    automatic = tables.Column(verbose_name="自動判定", orderable=False, empty_values=())
    own = tables.Column(verbose_name="自己評価", orderable=False, empty_values=())
    office = tables.Column(verbose_name="DX推進担当の判定", orderable=False, empty_values=())

    class Meta:
        attrs = {"class": "table"}
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
        return value or NOT_GIVEN

    def render_result(self, record):
        result = record.standing.result
        return f"{result.text or NOT_GIVEN}{'（速報）' if result.is_preliminary else ''}"

    def render_automatic(self, record):
        return badge(record.standing.automatic_grade)

    def render_own(self, record):
        return _grade_given(record, JudgementLayer.SELF)

    def render_office(self, record):
        return _grade_given(record, JudgementLayer.OFFICE)

    def render_cause(self, record):
        if not record.standing.lacks_cause:
            return record.cause_text
        missing = format_html('<strong class="todo">{}</strong>', record.cause_text)
        if not record.may_write:
            return missing
        return format_html(
            '{} <a href="{}#layer-self">入力する<span class="visually-hidden">（{}）</span></a>',
            missing,
            record.url,
            record.row.name,
        )
