"""The sheet of KPIs: lines judged by the form of a KPI's page and the rules behind it."""

import re

from django.core.exceptions import ValidationError
from django.utils import timezone

from dxplan.accounts.models import Department
from dxplan.lib.exchange.book import ASIDE_TEXT, Slot
from dxplan.lib.exchange.columns import (
    Column,
    Reference,
    label_column,
    name_column,
    place_column,
    text_column,
    told,
)
from dxplan.lib.exchange.form_resource import FormResource
from dxplan.lib.exchange.readers import FigureField, WholeField
from dxplan.lib.exchange.resource import SheetMeta
from dxplan.lib.form_fields import FiscalYearField, NameField
from dxplan.lib.numbers import quoted
from dxplan.lib.spreadsheets.filled_in import CALCULATED
from dxplan.lib.spreadsheets.sheets import CellKind
from kpis.definition_changes import make_responsible
from kpis.definition_rules import Held, closed_years, conversions, refusals, refusals_of_new
from kpis.definitions import COLUMNS, Definition, Offers
from kpis.forms.definitions import MOST_DECIMALS, YEAR_EXAMPLE, KpiForm
from kpis.forms.fields import TakenField
from kpis.models import Kpi, KpiResponsibility, Result
from kpis.progress import carriers_of
from kpis.taken_at import taken_at, taken_text
from plans.models import Checklist, Plan, PlanState, Policy

NO_DEPARTMENT = "課「{name}」がありません。課室の一覧の名称で入力し、2つ以上は「、」で区切ります。"
CONVERTS = "登録済みの実績を換算する変更のため、指標の編集画面で変えてください。"
BETWEEN_NAMES = re.compile(r"[、，,\n]")
NOT_CHOSEN = {0: ""}


class TakenColumn(Column):
    """時点 of a baseline or a target, which is two columns of its row."""

    def export(self, instance, **kwargs):
        return taken_text(*taken_at(instance))


class DepartmentsColumn(Column):
    """Who is in charge today, by name."""

    def export(self, instance, **kwargs):
        return "、".join(getattr(instance, "in_charge", {}).values())


class KpiResource(FormResource):
    sheet = "成果指標"
    meaning = "何を、どう測るかです。年度ごとの目標は「目標」シートに入力します。"

    number = name_column(
        Kpi, "number", "番号", width=10, example="1", help="計画の中で重ならない番号です。"
    )
    policy = Reference(
        "policy",
        Policy,
        key="code",
        sheet="方針・施策",
        header="施策コード",
        width=12,
        example="1-1",
    )
    policy_name = told("policy__name", "施策", width=26)
    name = name_column(Kpi, "name", "名称", width=36, example="オンライン申請の割合")
    definition = text_column(Kpi, "definition", width=40)
    target_wording = name_column(Kpi, "target_wording", width=28)
    departments = DepartmentsColumn(
        "in_charge", NameField(required=False), header="担当課", width=20,
        help="2つ以上は「、」で区切ります。", example="企画課、総務課",
    )  # fmt: skip
    measurement_type = label_column(Kpi, "measurement_type", width=20, example="率")
    direction = label_column(Kpi, "direction", width=16, example="増加")
    rate_formula = label_column(Kpi, "rate_formula", width=16, example="対目標比")
    unit = name_column(Kpi, "unit", width=8, example="%")
    decimals = Column(
        "decimals", WholeField(most=MOST_DECIMALS, required=False), header="小数点以下の桁数",
        width=10, example="1", default=0, help="整数のときは0です。",
    )  # fmt: skip
    first_fiscal_year = Column(
        "first_fiscal_year", FiscalYearField(), header="測定開始年度", help=YEAR_EXAMPLE,
        example="令和8年度",
    )  # fmt: skip
    last_fiscal_year = Column(
        "last_fiscal_year", FiscalYearField(), header="測定終了年度", help=YEAR_EXAMPLE,
        example="令和12年度",
    )  # fmt: skip
    baseline_fiscal_year = Column(
        "baseline_fiscal_year", FiscalYearField(required=False), header="基準年度",
        example="令和7年度",
    )  # fmt: skip
    baseline_value = Column(
        "baseline_value", FigureField(), header="基準値", width=12, example="22.7"
    )
    taken = TakenColumn(
        "taken_on", TakenField(required=False), header="基準値の時点", width=16, example="R7.3末"
    )
    reference_name = name_column(Kpi, "reference_name", width=14, help="例: 全国平均")
    baseline_reference = Column(
        "baseline_reference", FigureField(), header="基準時点の参照値", width=12
    )
    source = name_column(Kpi, "source", width=24, help="例: 企画課調べ")
    checklist = Reference(
        "checklist", Checklist, key="code", sheet="現況一覧", header="現況一覧コード",
        required=False, width=16, help="測定の種類が「率」で、一覧の件数から計算するとき。",
    )  # fmt: skip
    checklist_measure = label_column(Kpi, "checklist_measure", width=20)
    position = place_column()

    FIGURES = ("baseline_value", "baseline_reference")
    slots = (Slot(("番号",), "number", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = Kpi
        import_id_fields = ("number",)

    def get_queryset(self):
        rows = Kpi.objects.filter(plan=self.owner).select_related("policy", "checklist")
        return rows.order_by("position", "pk").with_departments(timezone.localdate())

    def standing_rows(self):
        rows = list(self.get_queryset())
        for row in rows:
            row.in_charge = carriers_of(row.responsibilities.all())
        self.in_charge_of = {row.pk: row.in_charge for row in rows}
        return rows

    def unrecorded(self, state):
        return {"in_charge": self.in_charge_of.get(state.instance.pk, {})}

    def label_of(self, texts):
        return " ".join(filter(None, (texts.get("番号", ""), texts.get("名称", ""))))

    def prepare(self, targets):
        """Fetches what the rules ask for, before lines are read. Three queries."""
        self.targets = targets
        town = Department.objects.of_town(self.owner.municipality_id)
        self.departments = list(town.order_by("position", "pk"))
        self.results, self.closed = {}, frozenset()
        if self.owner.pk:
            self.closed = closed_years(self.owner.pk)
            for result in Result.objects.filter(kpi__plan=self.owner).order_by("fiscal_year"):
                self.results.setdefault(result.kpi_id, []).append(result)

    def form_data(self, row, errors):
        data = super().form_data(row, errors)
        data["departments"] = self._department_ids(row, errors)
        # What a reader asks about is told as a question of the line, see `_ask`.
        return data | {f"confirmed_{name}": data[name] for name in self.FIGURES}

    def _department_ids(self, row, errors):
        header = self.fields["departments"].header
        names = [name.strip() for name in BETWEEN_NAMES.split(row[header])]
        found, today = [], timezone.localdate()
        for name in filter(None, names):
            same = [item for item in self.departments if item.name == name]
            same.sort(key=lambda item: (item.ended_before(today), item.begins_after(today)))
            if same:
                found.append(same[0].pk)
            else:
                message = NO_DEPARTMENT.format(name=quoted(name))
                errors.setdefault(header, ValidationError(message))
        return found

    def make_form(self, data, state):
        chosen = frozenset(getattr(state.instance, "in_charge", {}))
        return KpiForm(
            data, plan=Plan(state=PlanState.DRAFT), offers=self._offers(data), chosen=chosen
        )

    def _offers(self, data):
        """What the form offers: of policies and checklists only those that the line names."""
        today = timezone.localdate()
        return Offers(
            policies=_one(data["policy"]),
            checklists=_one(data["checklist"]) or NOT_CHOSEN,
            departments={item.pk: item.name for item in self.departments},
            closed_departments=frozenset(
                item.pk for item in self.departments if item.ended_before(today)
            ),
            coming_departments={},
        )

    def fill(self, instance, row, state, errors):
        rows = {}
        for name in ("policy", "checklist"):
            column = self.fields[name]
            try:
                rows[name] = column.clean(row, book=self.book)
            except ValidationError:
                rows[name] = None  # told by the form's data
        state.rows = rows
        super().fill(instance, row, state, errors)

    def take(self, form, instance, state):
        definition = form.typed
        found = self._refusals(state, definition)
        if found:
            raise ValidationError({self.header_of(name): texts for name, texts in found.items()})
        for name in COLUMNS:
            if name not in ("policy_id", "checklist_id"):
                setattr(instance, name, getattr(definition, name))
        for name, row in state.rows.items():
            setattr(instance, name, row)
        names = {item.pk: item.name for item in self.departments}
        instance.in_charge = {pk: names[pk] for pk in names if pk in definition.department_ids}
        self._ask(form, state)

    def complete(self, instance, state):
        column = self.fields["position"]
        instance.position = column.clean({column.header: state.read["表示順"]})
        self.places.give(instance)

    def _refusals(self, state, definition):
        """What is in the way of a change, as on the KPI's page."""
        if state.is_new:
            return refusals_of_new(self.closed, definition)
        before = Definition(
            department_ids=frozenset(state.instance.in_charge),
            **{name: state.snapshot[name] for name in COLUMNS},
        )
        pk = state.instance.pk
        kept = [row for row in self.targets.kept_rows() if row.kpi_id == pk]
        held = Held(results=self.results.get(pk, []), targets=kept, closed=self.closed)
        found = refusals(held, before, definition)
        if not found and conversions(held, before, definition):
            found["measurement_type"] = [CONVERTS]
        return found

    def _ask(self, form, state):
        for name, question in form.questions.items():
            self.ask(state, self.header_of(name), question)
        for name in self.FIGURES:
            header = self.fields[name].header
            cell = state.typed.cells.get(header)
            if cell and cell.is_formula and cell.kind == CellKind.NUMBER:
                self.ask(state, header, CALCULATED.format(text=quoted(cell.text)))

    def write(self):
        super().write()
        make_responsible({row: frozenset(row.in_charge) for row in (*self.creates, *self.updates)})

    def remove(self):
        KpiResponsibility.objects.filter(kpi__in=self.deletes).delete()
        super().remove()


def _one(token) -> dict[int, str]:
    return {int(token): token} if token else {}
