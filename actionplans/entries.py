"""What the form of a sheet says: for reading, comparing and writing it, and in words."""

from dataclasses import dataclass

from django.utils import timezone

from actionplans.models import ActionPlan, Continuity, Placement
from actionplans.schedule import HalfYear, Span
from actionplans.sheets import WHOLE_PLAN, Period, period_of
from dxplan.accounts.models import Department
from dxplan.accounts.permissions import Action, Reach
from kpis.models import Kpi
from plans.tree import policy_tree

REMOVED = "（削除済み）"


@dataclass(frozen=True)
class SheetKpi:
    """A KPI of a sheet and when it is to be reached."""

    kpi_id: int
    due: str


@dataclass(frozen=True)
class SheetStage:
    """What a sheet says of a stage, apart from what came of it; `id` None for a new one."""

    id: int | None
    line: int
    line_name: str
    label: str
    placement: str
    is_milestone: bool
    first_start: int
    first_end: int

    @property
    def columns(self) -> dict:
        return {name: getattr(self, name) for name in STAGE_COLUMNS}


@dataclass(frozen=True)
class Sheet:
    """All that the form of a sheet asks for; names are those of the columns."""

    policy_id: int | None
    number: str
    title: str
    continuity: str
    department_id: int | None
    upper_plan: str
    upper_policy: str
    upper_measure: str
    overview: str
    effect: str
    remarks: str
    reference_due: str
    kpis: tuple[SheetKpi, ...] = ()
    stages: tuple[SheetStage, ...] = ()

    @property
    def columns(self) -> dict:
        return {name: getattr(self, name) for name in SHEET_COLUMNS}


SHEET_COLUMNS = [name for name in Sheet.__dataclass_fields__ if name not in ("kpis", "stages")]
STAGE_COLUMNS = [name for name in SheetStage.__dataclass_fields__ if name != "id"]


def sheet_of(action: ActionPlan) -> Sheet:
    """What a sheet says now. Two queries."""
    links = action.kpi_links.order_by("position", "pk")
    stages = action.stages.order_by("line", "position")
    return Sheet(
        **{name: getattr(action, name) for name in SHEET_COLUMNS},
        kpis=tuple(SheetKpi(link.kpi_id, link.due) for link in links),
        stages=tuple(
            SheetStage(id=row.pk, **{name: getattr(row, name) for name in STAGE_COLUMNS})
            for row in stages
        ),
    )


@dataclass(frozen=True)
class Offers:
    """What a plan offers to its sheets, and to this person: labels by id, in the order to show."""

    policies: dict[int, str]
    departments: dict[int, str]
    kpis: dict[int, str]
    period: Period
    needs_department: bool


def offers_of(plan, access, department_id=None) -> Offers:
    """Departments of today that the person may give a sheet to, and its own. Four queries."""
    today = timezone.localdate()
    own = access.department_ids(Action.EDIT_SHEETS)
    is_bound = access.reach(Action.EDIT_SHEETS) < Reach.TOWN
    departments = {
        row.pk: row.name
        for row in Department.objects.of_town(plan.municipality_id)
        if row.pk == department_id
        or (not row.ended_before(today) and (not is_bound or row.pk in own))
    }
    return Offers(
        policies={node.id: f"{'　' * (node.depth - 1)}{node.label}" for node in policy_tree(plan)},
        departments=departments,
        kpis={row.pk: f"{row.number} {row.name}" for row in Kpi.objects.filter(plan=plan)},
        period=period_of(plan),
        needs_department=is_bound,
    )


def shown(sheet: Sheet, offers: Offers) -> dict[str, str]:
    """A sheet in words, by label."""
    return _own_words(sheet, offers) | {
        "KPI": "\n".join(_kpi_text(item, offers) for item in sheet.kpis),
        "スケジュール": "\n".join(map(_stage_text, sheet.stages)),
    }


def shown_of_row(action: ActionPlan, offers: Offers) -> dict[str, str]:
    """The same without the KPIs and stages, which are rows of their own. No queries."""
    return _own_words(Sheet(**{name: getattr(action, name) for name in SHEET_COLUMNS}), offers)


def _own_words(sheet, offers):
    continuity = Continuity(sheet.continuity).label if sheet.continuity else ""
    return {
        "施策": _label(offers.policies, sheet.policy_id, WHOLE_PLAN),
        "施策NO.": sheet.number,
        "事業名": sheet.title,
        "新規・継続": continuity,
        "担当課": _label(offers.departments, sheet.department_id, ""),
        "総合計画": sheet.upper_plan,
        "総合計画の基本方針名": sheet.upper_policy,
        "総合計画の主要施策名": sheet.upper_measure,
        "事業の概要": sheet.overview,
        "事業の効果": sheet.effect,
        "備考": sheet.remarks,
        "目標時期（参考）": sheet.reference_due,
    }


def _label(labels, key, otherwise):
    return labels.get(key, REMOVED).strip() if key else otherwise


def _kpi_text(item, offers):
    due = f"（達成時期: {item.due}）" if item.due else ""
    return f"{offers.kpis.get(item.kpi_id, REMOVED)}{due}"


def _stage_text(stage):
    span = Span(HalfYear(stage.first_start), HalfYear(stage.first_end)).label
    marks = [
        f"{stage.line}段目" + (f"「{stage.line_name}」" if stage.line_name else ""),
        "節目" if stage.is_milestone else "",
        Placement(stage.placement).label if stage.placement != Placement.BOTH else "",
    ]
    return f"{stage.label}（{'、'.join(filter(None, [span, *marks]))}）"
