"""Sheets of action plans: the sheets themselves, their KPIs, their stages, the schedule's years."""

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from actionplans.entries import Offers
from actionplans.forms.fields import OUTSIDE
from actionplans.forms.period import YEAR_EXAMPLE, PeriodForm
from actionplans.forms.sheets import ENDS_BEFORE, ONE_HALF, SheetForm
from actionplans.models import ActionPlan, ActionPlanKpi, SchedulePeriod, Stage
from actionplans.schedule import HalfYear
from actionplans.sheets import Period
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
from dxplan.lib.exchange.readers import FlagField, WholeField
from dxplan.lib.exchange.resource import SheetMeta, SheetResource
from dxplan.lib.fiscal_years import fiscal_years
from dxplan.lib.form_fields import FiscalYearField, ReadField
from dxplan.lib.numbers import quoted
from kpis.models import Kpi
from plans.models import Policy

NO_DEPARTMENT = "課「{name}」がありません。課室の一覧の名称で入力してください。"
ONE_LINE = "工程表の期間は1行だけです。ほかの行を消してください。"
HALF_EXAMPLE = "令和8年度上期"


class HalfReader(ReadField):
    """A half fiscal year: read from 令和8年度上期 or R8下期."""

    def read(self, text):
        return HalfYear.parse(text)

    def prepare_value(self, value):
        return HalfYear(value).label if value else ""


class DepartmentColumn(Reference):
    """A department by its name."""

    def clean(self, row, *, book, **kwargs):
        try:
            return super().clean(row, book=book)
        except ValidationError as error:
            message = NO_DEPARTMENT.format(name=quoted(row[self.header]))
            raise ValidationError(message) from error


class ActionPlanResource(FormResource):
    sheet = "アクションプラン"
    meaning = "個票の1枚1枚です。指標と工程は、次のシートに入力します。"

    number = name_column(ActionPlan, "number", width=10, example="1")
    policy = Reference(
        "policy", Policy, key="code", sheet="方針・施策", header="施策コード", required=False,
        width=12, help="計画全体の個票では空欄です。", example="1-1",
    )  # fmt: skip
    title = name_column(ActionPlan, "title", width=36, example="行政手続のオンライン化")
    continuity = label_column(ActionPlan, "continuity", width=12, example="新規")
    department = DepartmentColumn(
        "department", Department, key="name", sheet="部署", header="担当課", required=False,
        width=16, example="企画課",
    )  # fmt: skip
    upper_plan = name_column(ActionPlan, "upper_plan", width=22)
    upper_policy = name_column(ActionPlan, "upper_policy", width=26)
    upper_measure = name_column(ActionPlan, "upper_measure", width=26)
    overview = text_column(ActionPlan, "overview", width=50)
    effect = text_column(ActionPlan, "effect", width=50)
    remarks = text_column(ActionPlan, "remarks", width=30)
    reference_due = name_column(ActionPlan, "reference_due", width=18)
    position = place_column()

    slots = (Slot(("施策NO.",), "number", ASIDE_TEXT),)

    class Meta(SheetMeta):
        model = ActionPlan
        import_id_fields = ("number",)

    def get_queryset(self):
        rows = ActionPlan.objects.filter(plan=self.owner)
        return rows.select_related("policy", "department").order_by("position", "number", "pk")

    def label_of(self, texts):
        return " ".join(filter(None, (texts.get("施策NO.", ""), texts.get("事業名", ""))))

    def prepare(self):
        """Lets lines name the departments that are or will be there, and those they have."""
        today = timezone.localdate()
        town = Department.objects.of_town(self.owner.municipality_id)
        there = [item for item in town.order_by("position", "pk") if not item.ended_before(today)]
        there.sort(key=lambda item: item.begins_after(today))
        self.departments = [*there, *(row.department for row in self.rows if row.department)]
        for item in self.departments:
            self.book.note(Department, (item.name,), item)

    def token_of(self, column, row):
        return "" if row is None else str(row.pk if isinstance(row, Department) else id(row))

    def make_form(self, data, state):
        departments = {item.pk: item.name for item in self.departments}
        policies = {int(data["policy"]): ""} if data["policy"] else {}
        offers = Offers(policies, departments, kpis={}, period=None, needs_department=False)
        return SheetForm(data, offers=offers)

    def take(self, form, instance, state):
        for name in ("policy", "department"):
            setattr(instance, name, self.fields[name].clean(state.read, book=self.book))
        for name, value in form.cleaned_data.items():
            if name in self.fields and name not in ("policy", "department"):
                setattr(instance, name, value)

    def complete(self, instance, state):
        instance.position = self.fields["position"].clean(state.read)
        self.places.give(instance)


class OfActionPlan(SheetResource):
    """Rows of a sheet, whose save counts as one of the sheet's."""

    scope = None
    actions = None  # the resource of the sheets

    def write(self):
        super().write()
        ids = {row.action_plan_id for row in (*self.creates, *self.updates, *self.deletes)}
        actions = self.actions
        counted = {row.pk for row in (*actions.creates, *actions.updates, *actions.deletes)}
        if ids - counted:
            sheets = ActionPlan.objects.filter(pk__in=ids - counted)
            sheets.update(version=F("version") + 1)


def _of_sheet(**options):
    return Reference(
        "action_plan", ActionPlan, key="number", sheet="アクションプラン", header="施策NO.",
        width=10, example="1", **options,
    )  # fmt: skip


class SheetKpiResource(OfActionPlan):
    sheet = "個票の指標"
    meaning = "アクションプランのどの個票に、どの指標を載せるかです。"

    action_plan = _of_sheet()
    action_title = told("action_plan__title", "事業名", width=30)
    kpi = Reference(
        "kpi", Kpi, key="number", sheet="成果指標", header="指標番号", width=10, example="1"
    )
    kpi_name = told("kpi__name", "指標", width=36)
    due = name_column(ActionPlanKpi, "due", width=18, example="令和10年度")
    position = place_column()

    placed_within = "action_plan"

    class Meta(SheetMeta):
        model = ActionPlanKpi
        import_id_fields = ("action_plan", "kpi")

    def get_queryset(self):
        rows = ActionPlanKpi.objects.filter(action_plan__plan=self.owner)
        rows = rows.select_related("action_plan", "kpi")
        return rows.order_by("action_plan__position", "action_plan__number", "position", "pk")

    def complete(self, instance, state):
        self.places.give(instance)


class PlannedColumn(Column):
    """When a stage begins or ends as it is planned now."""

    def __init__(self, attribute, header):
        super().__init__(attribute, HalfReader(), header=header, width=16, example=HALF_EXAMPLE)

    def export(self, instance, **kwargs):
        side = "start" if self.attribute == "first_start" else "end"
        value = getattr(instance, f"revised_{side}") or getattr(instance, f"first_{side}")
        return self.reader.prepare_value(value)


class StageResource(OfActionPlan):
    sheet = "工程"
    meaning = "個票と工程表の線の1本1本です。同じ段の工程は、つながって並びます（検討 → 導入）。"

    action_plan = _of_sheet()
    action_title = told("action_plan__title", "事業名", width=30)
    position = Column(
        "position", WholeField(least=1), header="表示順", width=8, help="個票の中の順の番号です。",
        example="1",
    )  # fmt: skip
    line = Column(
        "line", WholeField(least=1, most=99, required=False), header="段", width=6, example="1",
        default=1,
    )  # fmt: skip
    line_name = name_column(Stage, "line_name", width=24)
    label = name_column(Stage, "label", width=36, example="申請システムの導入")
    first_start = PlannedColumn("first_start", "始まり")
    first_end = PlannedColumn("first_end", "終わり")
    is_milestone = Column("is_milestone", FlagField(), header="節目", width=6, help="一時点のとき○")
    placement = label_column(Stage, "placement", width=16, example="個票と工程表")

    class Meta(SheetMeta):
        model = Stage
        import_id_fields = ("action_plan", "position")

    def get_queryset(self):
        rows = Stage.objects.filter(action_plan__plan=self.owner).select_related("action_plan")
        return rows.order_by("action_plan__position", "action_plan__number", "position", "pk")

    def complete(self, instance, state):
        """In a draft another span is simply the plan."""
        if not state.is_new and self._is_moved(instance, state):
            instance.revised_start = instance.revised_end = None

    def _is_moved(self, instance, state):
        names = ("始まり", "終わり")
        return any(state.read[name].strip() != state.before[name] for name in names)

    def problems_between(self, states):
        for state in states:
            row = state.instance
            if row.first_end < row.first_start:
                yield state, "終わり", ENDS_BEFORE
            elif row.is_milestone and row.first_start != row.first_end:
                yield state, "節目", ONE_HALF
            for name, half in (("始まり", row.first_start), ("終わり", row.first_end)):
                if half not in self.period.halves and state.typed.text(name) != state.before.get(
                    name
                ):
                    years = self.period.years
                    yield state, name, OUTSIDE.format(first=years[0].era_label,
                                                      last=years[-1].era_label)  # fmt: skip

    @property
    def period(self) -> Period:
        """The years that the schedule prints, as the file has them."""
        source = self.periods.standing_after or self.owner
        return Period(tuple(fiscal_years(source.first_fiscal_year, source.last_fiscal_year)))


class SchedulePeriodResource(FormResource):
    sheet = "工程表の期間"
    meaning = "工程表に、計画期間と異なる年度を印刷するときだけ、1行入力します。"

    first_fiscal_year = Column(
        "first_fiscal_year", FiscalYearField(), header="工程表の最初の年度", width=18,
        help=YEAR_EXAMPLE, example="令和8年度",
    )  # fmt: skip
    last_fiscal_year = Column(
        "last_fiscal_year", FiscalYearField(), header="工程表の最後の年度", width=18,
        help=YEAR_EXAMPLE, example="令和12年度",
    )  # fmt: skip
    note_text = text_column(SchedulePeriod, "note", width=60, help="工程表の下に印刷します。")

    class Meta(SheetMeta):
        model = SchedulePeriod
        import_id_fields = ()

    def label_of(self, texts):
        return texts.get("工程表の最初の年度", "")

    def make_form(self, data, state):
        return PeriodForm(data | {"note": data["note_text"]})

    def header_of(self, name):
        return super().header_of("note_text" if name == "note" else name)

    def take(self, form, instance, state):
        for name, value in form.cleaned_data.items():
            setattr(instance, name, value)

    def problems_between(self, states):
        for state in states[1:]:
            yield state, "工程表の最初の年度", ONE_LINE

    @property
    def standing_after(self):
        """The row as it will be; None where there is none, or where it cannot be read."""
        rows = [state.instance for state in self.states.values()] or self.kept_rows()
        return next((row for row in rows if row.first_fiscal_year and row.last_fiscal_year), None)
