"""Cells of the committee's workbook from the same rows as the pages."""

from decimal import Decimal

from dxplan.lib import workbooks as wb
from kpis.measurement import JudgementLayer
from kpis.rows import KpiProgress, YearStanding

PRELIMINARY = "（速報）"
OVERRIDDEN = "※"
OVERRIDDEN_MEANS = "評語の「※」は、DX推進担当が自動判定を変更したものです。"


def _number(row: KpiProgress, value: Decimal, remark: str = "") -> wb.Number:
    return wb.Number(value, wb.number_format(row.scale.decimals, row.scale.unit_suffix + remark))


def result_cell(row: KpiProgress, standing: YearStanding):
    """A result as a number that reads like the page's text, or that text where it says more."""
    result = standing.result
    remark = PRELIMINARY if result.is_preliminary else ""
    if result.value is None or result.reference is not None:
        return f"{result.text}{remark}" or wb.NOTHING
    return _number(row, result.value, remark)


def baseline_cell(row: KpiProgress):
    if row.scale.baseline is None or row.baseline_reference is not None:
        return row.baseline_text or wb.NOTHING
    return _number(row, row.scale.baseline)


def target_cell(row: KpiProgress, standing: YearStanding):
    """A target as a number that reads like the page's text, or that text where it says more."""
    target = standing.target
    if target is None or target.text != row.scale.show(target.value):
        return standing.target_text or wb.NOTHING
    return _number(row, target.value)


def rate_cell(standing: YearStanding | None):
    if standing is None or standing.achievement is None:
        return wb.NOTHING
    rate = standing.achievement.rate.value
    return wb.NOTHING if rate is None else wb.Number(rate, wb.rate_format())


def grade_cell(standing: YearStanding) -> str:
    grade = standing.grade
    mark = OVERRIDDEN if standing.is_overridden else ""
    return f"{grade.symbol if grade.is_rated else grade.name}{mark}"


def said_cell(standing: YearStanding, name: str) -> str:
    """One text of the department's self-evaluation: its cause, next step or symbol."""
    own = standing.judgement(JudgementLayer.SELF)
    return getattr(own, name) if own else ""
