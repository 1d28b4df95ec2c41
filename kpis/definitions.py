"""What a KPI says of itself, apart from targets and results: for its form, and in words."""

import datetime
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.utils import timezone

from dxplan.accounts.models import Department
from dxplan.lib.fiscal_years import FiscalYear, show_date
from kpis.achievement import plain
from kpis.measurement import ChecklistMeasure, Direction, MeasurementType, RateFormula
from kpis.models import Kpi
from kpis.progress import carriers_of
from kpis.taken_at import taken_text
from plans.models import Checklist
from plans.tree import policy_tree

REMOVED = "（削除済み）"
IN_CHARGE = "担当課"


@dataclass(frozen=True)
class Definition:
    """What a form says about a KPI; the names are those of the columns."""

    policy_id: int
    number: str
    name: str
    definition: str
    target_wording: str
    unit: str
    decimals: int
    measurement_type: str
    direction: str
    rate_formula: str
    source: str
    reference_name: str
    first_fiscal_year: int
    last_fiscal_year: int
    baseline_fiscal_year: int | None
    baseline_value: Decimal | None
    taken_fiscal_year: int | None
    taken_on: datetime.date | None
    baseline_reference: Decimal | None
    checklist_id: int | None
    checklist_measure: str
    department_ids: frozenset[int]

    @property
    def columns(self) -> dict:
        """All but the departments, as the KPI's row holds them."""
        return {name: value for name, value in asdict(self).items() if name != "department_ids"}

    @property
    def years(self) -> range:
        return range(self.first_fiscal_year, self.last_fiscal_year + 1)


COLUMNS = [name for name in Definition.__dataclass_fields__ if name != "department_ids"]


def definition_of(kpi: Kpi) -> Definition:
    """What a KPI says now, with those in charge today. One query."""
    carriers = carriers_of(kpi.responsibilities.carried_on(timezone.localdate()))
    columns = {name: getattr(kpi, name) for name in COLUMNS}
    return Definition(department_ids=frozenset(carriers), **columns)


@dataclass(frozen=True)
class Offers:
    """What a plan offers to its KPIs: labels by id, in the order to show them."""

    policies: dict[int, str]
    departments: dict[int, str]
    checklists: dict[int, str]
    closed_departments: frozenset[int]
    coming_departments: dict[int, str]

    def departments_for(self, chosen: frozenset[int]) -> list[tuple[int, str]]:
        """The departments of today and of days to come, and those chosen already."""
        return [
            (pk, f"{name}{self._remark(pk)}")
            for pk, name in self.departments.items()
            if pk in chosen or pk not in self.closed_departments
        ]

    def _remark(self, pk):
        return "（廃止）" if pk in self.closed_departments else self.coming_departments.get(pk, "")


def offers_of(plan) -> Offers:
    """Three queries."""
    today = timezone.localdate()
    departments = Department.objects.filter(municipality=plan.municipality_id)
    checklists = Checklist.objects.filter(plan=plan)
    rows = list(departments)
    return Offers(
        policies={node.id: f"{'　' * (node.depth - 1)}{node.label}" for node in policy_tree(plan)},
        departments={row.pk: row.name for row in rows},
        checklists={row.pk: row.name for row in checklists},
        closed_departments=frozenset(row.pk for row in rows if row.ended_before(today)),
        coming_departments={
            row.pk: f"（{show_date(row.valid_from)}から）"
            for row in rows
            if row.begins_after(today)
        },
    )


def shown_of_row(kpi: Kpi, offers: Offers) -> dict[str, str]:
    """What a row of a KPI says in words, without those in charge, who are rows of their own."""
    columns = {name: getattr(kpi, name) for name in COLUMNS}
    words = shown(Definition(department_ids=frozenset(), **columns), offers)
    return {label: text for label, text in words.items() if label != IN_CHARGE}


def shown(definition: Definition, offers: Offers) -> dict[str, str]:
    """A definition in words, by label."""
    return {
        "施策": offers.policies.get(definition.policy_id, REMOVED).strip(),
        "番号": definition.number,
        "名称": definition.name,
        "定義": definition.definition,
        "計画書の数値目標": definition.target_wording,
        "出典": definition.source,
        IN_CHARGE: "、".join(
            name for pk, name in offers.departments.items() if pk in definition.department_ids
        ),
        "測定の種類": MeasurementType(definition.measurement_type).label,
        "目指す方向": Direction(definition.direction).label,
        "達成率の計算式": RateFormula(definition.rate_formula).label,
        "単位": definition.unit,
        "小数点以下の桁数": str(definition.decimals),
        "参照値の名称": definition.reference_name,
        "測定開始年度": _year(definition.first_fiscal_year),
        "測定終了年度": _year(definition.last_fiscal_year),
        "基準年度": _year(definition.baseline_fiscal_year),
        "基準値": _figure(definition.baseline_value),
        "基準値の時点": taken_text(definition.taken_fiscal_year, definition.taken_on),
        "基準時点の参照値": _figure(definition.baseline_reference),
        **_feed(definition, offers),
    }


def _feed(definition, offers):
    measure = definition.checklist_measure
    name = offers.checklists.get(definition.checklist_id, REMOVED)
    return {
        "算出のもとにする現況一覧": name if definition.checklist_id else "",
        "一覧からの算出": ChecklistMeasure(measure).label if measure else "",
    }


def _year(fiscal_year):
    return FiscalYear(fiscal_year).era_label if fiscal_year else ""


def _figure(value):
    return "" if value is None else plain(value)
