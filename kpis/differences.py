"""What differs between a KPI's rows of two moments: results, targets, grades, what people said."""

from collections.abc import Iterator
from dataclasses import dataclass

from dxplan.lib.choices import LabelledEnum
from dxplan.lib.fiscal_years import FiscalYear
from kpis.measurement import JudgementLayer
from kpis.rows import JudgementRow, KpiProgress, YearStanding

SAID = (
    ("symbol", "評語"),
    ("comment", "評価・理由・意見"),
    ("cause", "未達成の原因"),
    ("next_step", "今後の取組"),
)
BETTER, WORSE = "上がりました", "下がりました"


class DifferenceKind(LabelledEnum):
    """変化の種類 since an earlier moment."""

    RESULT = "result", "実績"
    TARGET = "target", "目標"
    GRADE = "grade", "評語"
    TEXT = "text", "記述"


@dataclass(frozen=True)
class Difference:
    """One thing of one fiscal year, as pages show it, then and now.

    `layer` is whose words a text is; `note` says what a grade's change comes of, or of a target
    who decided it.
    """

    kind: DifferenceKind
    fiscal_year: FiscalYear
    label: str
    old: str
    new: str
    note: str = ""
    layer: JudgementLayer | None = None


def differences(before: KpiProgress, now: KpiProgress) -> list[Difference]:
    """All of them, by year. No queries."""
    years = sorted(before.years.keys() | now.years.keys())
    return [item for year in years for item in _in_year(before.at(year), now.at(year))]


def _in_year(then: YearStanding | None, now: YearStanding | None) -> Iterator[Difference]:
    if then is None or now is None:
        return  # the span of measurement changed, which the definition tells
    year = now.fiscal_year
    sides = [
        (DifferenceKind.RESULT, "実績", _result(then), _result(now), ""),
        (DifferenceKind.TARGET, "目標", then.target_text, now.target_text, _decided(now)),
    ]
    found = [
        Difference(kind, year, label, old, new, note)
        for kind, label, old, new, note in sides
        if old != new
    ]
    said = list(_said(year, then, now))
    yield from found
    if then.grade.label != now.grade.label:
        causes = [item.label for item in found]
        note = _grade_note(causes or ["判定のしかた"], then, now)
        grades = then.grade.label, now.grade.label
        yield Difference(DifferenceKind.GRADE, year, "評語", *grades, note)
    yield from said


def _result(standing):
    result = standing.result
    return f"{result.text}{'（速報）' if result.is_preliminary else ''}"


def _decided(standing):
    told = standing.target or standing.withdrawal
    revision = told.revision if told else None
    if revision is None:
        return ""
    return f"{told.version_text} {revision.decided_by} {revision.decided_text}決定"


def _grade_note(causes, then, now):
    if then.is_overridden != now.is_overridden or _override(then) != _override(now):
        causes = [*(cause for cause in causes if cause != "判定のしかた"), "DX推進担当の判定"]
    direction = _direction(then, now)
    because = f"{'・'.join(causes)}の変更による"
    return f"{direction}（{because}）" if direction else because


def _override(standing):
    said = standing.judgement(JudgementLayer.OFFICE)
    return said.symbol if said else ""


def _direction(then, now):
    """Better or worse, where both are grades of one scale."""
    if then.grade_scale != now.grade_scale or not (then.grade.is_rated and now.grade.is_rated):
        return ""
    return BETTER if now.grade.key < then.grade.key else WORSE


def _said(year, then, now):
    for layer in JudgementLayer:
        before, after = (item.judgement(layer) or JudgementRow(layer) for item in (then, now))
        for name, label in SAID:
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                label = f"{layer.label}の{label}"
                yield Difference(DifferenceKind.TEXT, year, label, old, new, layer=layer)
    if then.result.note != now.result.note:
        yield Difference(DifferenceKind.TEXT, year, "備考", then.result.note, now.result.note)
