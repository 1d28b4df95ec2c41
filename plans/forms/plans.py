from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.form_fields import FiscalYearField, LongTextField, MonthField, NameField
from plans.basics import PlanBasics
from plans.levels import MOST_LEVELS
from plans.models import Plan, PlanState
from plans.period import check_period
from plans.reasoned import ReasonedForm

TEXTS = ("title", "edition", "philosophy", "summary")
TIMES = ("first_fiscal_year", "last_fiscal_year", "adopted_month")
BASICS = (*TEXTS, *TIMES)
YEAR_EXAMPLE = "例: 令和8年度、R8、2026"


class PlanForm(ReasonedForm):
    """A plan's basic data."""

    title = NameField(label="計画名", max_length=200)
    edition = NameField(
        label="版", max_length=50, required=False, help_text="例: 第2期、令和8年3月改定"
    )
    philosophy = NameField(label="基本理念", max_length=200, required=False)
    summary = LongTextField(label="概要", required=False)
    first_fiscal_year = FiscalYearField(label="開始年度", help_text=YEAR_EXAMPLE)
    last_fiscal_year = FiscalYearField(label="終了年度", help_text=YEAR_EXAMPLE)
    adopted_month = MonthField(label="策定年月", required=False, help_text="例: 令和8年3月、R8.3")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    field_order = BASICS

    def clean(self):
        first, last = map(self.cleaned_data.get, ("first_fiscal_year", "last_fiscal_year"))
        if first and last:
            try:
                check_period(first, last)
            except ValidationError as error:
                self.add_error("last_fiscal_year", error.messages)

    @property
    def text_fields(self):
        return [self[name] for name in TEXTS]

    @property
    def time_fields(self):
        return [self[name] for name in TIMES]

    @property
    def basics(self) -> PlanBasics:
        return PlanBasics(**{name: self.cleaned_data[name] for name in BASICS})


class NewPlanForm(PlanForm):
    """A draft from nothing, with the names of its levels."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, plan=Plan(state=PlanState.DRAFT), **kwargs)
        for depth in range(1, MOST_LEVELS + 1):
            self.fields[f"level_{depth}"] = NameField(
                label=f"{depth}階層目",
                max_length=50,
                required=depth == 1,
                help_text="例: 基本方針" if depth == 1 else "",
            )

    def clean(self):
        super().clean()
        names = [self.cleaned_data.get(name) for name in self.level_names]
        for place, name in enumerate(self.level_names):
            if any(names[place:]) and not names[place] and name not in self.errors:
                self.add_error(name, "途中の階層が空いています。上から順に入力してください。")

    @property
    def level_names(self):
        return [name for name in self.fields if name.startswith("level_")]

    @property
    def level_fields(self):
        return [self[name] for name in self.level_names]

    @property
    def levels(self) -> list[str]:
        typed = (self.cleaned_data[name] for name in self.level_names)
        return [name for name in typed if name]


class StepForm(forms.Form):
    """The next step in a plan's life, from the state that was `seen`."""

    reason = forms.CharField(
        label="理由",
        max_length=1000,
        required=False,
        help_text="記録に残ります。例: 令和9年3月の推進本部会議で決定",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "理由は1,000字以内で入力してください。"},
    )
    seen = forms.ChoiceField(choices=PlanState, widget=forms.HiddenInput)

    def __init__(self, *args, needs_reason, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needs_reason
        self.fields["reason"].error_messages["required"] = "理由を入力してください。"
