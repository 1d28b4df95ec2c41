"""What goes with the tidy file: its codes and its columns in words, each a table of its own."""

from kpis.achievement import Verdict
from kpis.grade_scales import STANDARD, Scale
from kpis.grading import NOT_YET_ASKED, OUTSIDE_SCALE, grades_of_scale
from kpis.measurement import (
    Direction,
    MeasurementType,
    Milestone,
    RateFormula,
    TargetKind,
    ValueState,
)
from kpis.rows import KpiProgress
from kpis.tidy import BETWEEN, COMPARATORS, HEADERS, grade_code

CODE_HEADERS = (
    *("column_name", "code", "label", "meaning"),
    *("grade_scale", "grade_scale_version"),
)
FLAGS = tuple(name for name in HEADERS if name.startswith("is_"))
CHOICES = {
    "measurement_type": MeasurementType,
    "direction": Direction,
    "rate_formula": RateFormula,
    "target_kind": TargetKind,
    "target_milestone": Milestone,
    "value_state": ValueState,
    "milestone": Milestone,
    "verdict": Verdict,
}
GRADES = ("grade", "automatic_grade")
CODED = (*CHOICES, "target_comparator", *GRADES, *FLAGS)


def code_lines(rows: list[KpiProgress]) -> list[tuple]:
    """Every code that can stand in the file, column by column; grades by the plan's scales."""
    chosen = [
        (name, item.value, item.label, getattr(item, "explanation", None), None, None)
        for name, choices in CHOICES.items()
        for item in choices
    ]
    asked = ("value_state", grade_code(NOT_YET_ASKED), NOT_YET_ASKED.name, NOT_YET_ASKED.meaning)
    comparators = [("target_comparator", *pair) for pair in (*COMPARATORS.values(), BETWEEN)]
    flags = [(name, *pair) for name in FLAGS for pair in (("true", "はい"), ("false", "いいえ"))]
    grades = [line for name in GRADES for line in _grades(name, _scales(rows))]
    return [_whole(line) for line in (*chosen, asked, *comparators, *grades, *flags)]


def _whole(line):
    return (*line, *[None] * (len(CODE_HEADERS) - len(line)))


def _scales(rows) -> list[Scale]:
    """The scales by which any year of these KPIs is graded, in the order of their versions."""
    found = {item.grade_scale for row in rows for item in row.years.values()}
    return sorted(found or {STANDARD}, key=lambda scale: scale.version)


def _grades(name, scales):
    for scale in scales:
        for grade in grades_of_scale(scale):
            label = f"{grade.symbol} {grade.name}"
            yield name, grade_code(grade), label, grade.meaning, scale.name, scale.version
    for grade in OUTSIDE_SCALE:
        yield name, grade_code(grade), grade.name, grade.meaning
