"""The sheet of the plan itself: one line, judged by the form of its page."""

from dxplan.lib.exchange.columns import Column, fixed, name_column, text_column
from dxplan.lib.exchange.form_resource import FormResource
from dxplan.lib.exchange.resource import SheetMeta
from dxplan.lib.form_fields import FiscalYearField, MonthField
from plans.basics import basics_of
from plans.drafts import create_draft
from plans.forms.plans import YEAR_EXAMPLE, PlanForm
from plans.models import Plan, PlanState
from plans.period import change_years

ONE_LINE = "計画は1行だけです。ほかの行を消してください。"
TEMPLATE = "計画一式-1"


class PlanResource(FormResource):
    sheet = "計画"
    meaning = "計画の名称と期間です。1行だけ入力します。"

    title = name_column(Plan, "title", width=36, example="○○町DX推進計画")
    edition = name_column(Plan, "edition", example="第2期")
    philosophy = name_column(Plan, "philosophy", width=30)
    summary = text_column(Plan, "summary")
    first_fiscal_year = Column(
        "first_fiscal_year", FiscalYearField(), header="開始年度", help=YEAR_EXAMPLE,
        example="令和8年度",
    )  # fmt: skip
    last_fiscal_year = Column(
        "last_fiscal_year", FiscalYearField(), header="終了年度", help=YEAR_EXAMPLE,
        example="令和12年度",
    )  # fmt: skip
    adopted_month = Column(
        "adopted_month", MonthField(required=False), header="策定年月", example="令和8年3月"
    )
    template = fixed("template", "様式")
    town = fixed("municipality__code", "団体コード")
    code = fixed("code", "計画コード")

    class Meta(SheetMeta):
        model = Plan
        import_id_fields = ()

    def standing_rows(self):
        return [self.owner]

    def new_row(self):
        return self.owner

    def texts_of(self, instance):
        return super().texts_of(instance) | {self.fields["template"].header: TEMPLATE}

    def label_of(self, texts):
        return texts.get(self.fields["title"].header, "")

    def make_form(self, data, state):
        return PlanForm(data, plan=Plan(state=PlanState.DRAFT))

    def take(self, form, instance, state):
        for name, value in form.basics.columns.items():
            setattr(instance, name, value)

    def problems_between(self, states):
        for state in states[1:]:
            yield state, self.fields["title"].header, ONE_LINE

    def create(self):
        """The rows of the other sheets hold the plan that they get here its id."""
        plan = self.owner
        made = create_draft(town=plan.municipality, **basics_of(plan).columns)
        plan.pk, plan.code, plan._state.adding = made.pk, made.code, False

    def write(self):
        if self.creates:
            self.create()
        if self.updates:
            plan = self.owner
            change_years(plan, plan.first_fiscal_year, plan.last_fiscal_year)
            plan.save(update_fields=[*basics_of(plan).columns, "version"])
