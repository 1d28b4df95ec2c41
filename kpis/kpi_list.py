"""A plan's KPIs in one fiscal year as lines of a list, with what they can be filtered by."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from kpis.grading import Grade, all_grades
from kpis.measurement import JudgementLayer, MeasurementType, ValueState
from kpis.rows import KpiProgress, YearStanding
from kpis.summary import grades_in, measured_in

Options = list[tuple[object, str]]
INDENT = "　"


@dataclass(frozen=True)
class KpiLine:
    """One line of the list; `place` counts in the plan's order."""

    place: int
    row: KpiProgress
    standing: YearStanding
    previous: YearStanding | None
    url: str

    @property
    def rate_value(self) -> Decimal | None:
        achievement = self.standing.achievement
        return achievement.rate.value if achievement else None

    @property
    def progress_value(self) -> Decimal | None:
        achievement = self.standing.achievement
        return achievement.progress.value if achievement else None

    @property
    def grade_place(self) -> int:
        return all_grades(self.standing.grade_scale).index(self.standing.grade)

    @property
    def expected_text(self) -> str:
        return self.standing.expected_text

    @property
    def final_target_text(self) -> str:
        """The final target in force in the year, in words where it is no number."""
        last = self.row.at(self.row.last_target_year)
        in_words = last.target.text if last and last.target else ""
        return self.standing.scale.final_target_text or in_words

    @property
    def self_grade(self) -> Grade | None:
        judgement = self.standing.judgement(JudgementLayer.SELF)
        return judgement.grade if judgement else None


@dataclass(frozen=True)
class KpiList:
    """The lines of a year, and the options of its filters with the ids of what they let through.

    `by_policy` maps a policy's id to the KPIs at or under it.
    """

    lines: tuple[KpiLine, ...]
    options: dict[str, Options]
    by_policy: dict[int, set[int]]
    by_department: dict[str, set[int]]
    by_grade: dict[str, set[int]]
    by_state: dict[str, set[int]]


def kpi_lines(rows: list[KpiProgress], fiscal_year: int) -> KpiList:
    """Options are of the whole plan, so that a condition holds on for other years. No query."""
    lines = tuple(
        _line(place, row, fiscal_year) for place, row in enumerate(measured_in(rows, fiscal_year))
    )
    policies, by_policy = _policies(rows)
    by_department = _ids_by_department(rows)
    types = {row.scale.measurement_type for row in rows}
    return KpiList(
        lines=lines,
        options={
            "policy": policies,
            "department": [(name, name) for name in sorted(by_department)],
            "grade": [(grade.key, grade.label) for grade in grades_in(rows, fiscal_year)],
            "state": ValueState.choices(),
            "type": [(item.value, item.label) for item in MeasurementType if item in types],
        },
        by_policy=by_policy,
        by_department=by_department,
        by_grade=_ids_by(lines, lambda line: line.standing.grade.key),
        by_state=_ids_by(lines, lambda line: line.standing.result.state.value),
    )


def _line(place, row, fiscal_year):
    url = f"{reverse('kpi_detail', args=[row.id])}?fiscal_year={fiscal_year}"
    return KpiLine(place, row, row.at(fiscal_year), row.at(fiscal_year - 1), url)


def _policies(rows):
    """Top policies and those on which KPIs hang, in the plan's order; and the KPIs of each."""
    labels, ids = {}, {}
    for row in rows:
        node = row.policy
        top_id = next(iter(node.ancestor_ids), node.id)
        labels.setdefault(top_id, node.path[0])
        labels.setdefault(node.id, INDENT * len(node.ancestor_ids) + node.label)
        for policy_id in {top_id, node.id}:
            ids.setdefault(policy_id, set()).add(row.id)
    return list(labels.items()), ids


def _ids_by_department(rows):
    ids = {}
    for row in rows:
        for name in row.department_names:
            ids.setdefault(name, set()).add(row.id)
    return ids


def _ids_by(lines, key):
    found = {}
    for line in lines:
        found.setdefault(key(line), set()).add(line.row.id)
    return found
