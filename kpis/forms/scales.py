"""The form of a plan's scale of grades: its name, its basis, and up to eight steps."""

from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.fiscal_years import FiscalYear
from dxplan.lib.form_fields import NameField, ReadField
from dxplan.lib.numbers import Outcome, quoted, read_number
from kpis.grade_scales import MOST_STEPS, Scale, ScaleBasis, Step, problems_of
from kpis.scale_editor import lower_text
from plans.reasoned import ReasonedForm

HIGHEST_BOUND = 1000  # percent
NOT_THIS_YEAR = "締めた年度と計画期間の外の年度は選べません。選び直してください。"


class PercentField(ReadField):
    """A percentage from 0 to 1,000 with one decimal, kept as a ratio."""

    def read(self, text):
        reading = read_number(text, unit="%", decimals=1)
        if reading.outcome == Outcome.REFUSED:
            raise ValueError(reading.message)
        if reading.outcome != Outcome.NUMBER:
            raise ValueError(
                f"「{quoted(text)}」は読み取れません。「80」のように入力してください。"
            )
        if not 0 <= reading.value <= HIGHEST_BOUND:
            raise ValueError(f"0から{HIGHEST_BOUND:,}までの率を入力してください。")
        return reading.value / 100


class StepForm(forms.Form):
    """One grade; a blank line counts for nothing."""

    symbol = NameField(label="記号", max_length=4, required=False)
    name = NameField(label="名称", max_length=30, required=False)
    lower = PercentField(label="下限（%）", required=False)

    def __init__(self, *args, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = number
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{number}段目の{field.label}"
        self.fields["lower"].widget.attrs |= {"inputmode": "decimal", "class": ""}

    def clean(self):
        typed = self.cleaned_data
        if self.errors or not any(value not in ("", None) for value in typed.values()):
            return typed
        for name in ("symbol", "name"):
            if not typed[name]:
                self.add_error(name, f"{self.fields[name].label}を入力してください。")
        return typed

    @property
    def problems(self):
        """The errors of its fields as sentences that name the place."""
        return [
            f"{self.number}段目の{self.fields[name].label}：{error}"
            for name, errors in self.errors.items()
            for error in errors
        ]

    @property
    def step(self):
        """The grade typed; None for a blank line."""
        return Step(**self.cleaned_data) if self.cleaned_data.get("symbol") else None


class ScaleForm(ReasonedForm):
    """A new version of a scale. `seen` is the version that was the latest when it was opened."""

    seen = forms.IntegerField(label="見ていた版", min_value=0, widget=forms.HiddenInput)
    name = NameField(
        label="名称", max_length=100, help_text="例: 令和8年度に見直した評語、S〜C（110・100・80）"
    )
    basis = forms.ChoiceField(
        label="評語の基準とする率",
        choices=[(item.value, f"{item.label}：{item.explanation}") for item in ScaleBasis],
        widget=forms.RadioSelect,
    )
    fiscal_year = forms.TypedChoiceField(
        label="適用する年度",
        coerce=lambda text: FiscalYear(int(text)),
        help_text="この年度から後に使います。締めた年度の評語は変わりません。",
        error_messages={"invalid_choice": NOT_THIS_YEAR},
    )

    steps = ()

    def __init__(self, data=None, *, plan, years, scale=None, **kwargs):
        super().__init__(data, plan=plan, **kwargs)
        self.fields["fiscal_year"].choices = [(year, f"{year.label}から") for year in years]
        shown = list(scale.steps if scale else ())
        self.lines = [
            StepForm(data, prefix=f"step-{n}", number=n + 1, initial=_initial(shown[n : n + 1]))
            for n in range(MOST_STEPS)
        ]

    @classmethod
    def showing(cls, scale, *, plan, years, seen, reason):
        initial = {
            "seen": seen,
            "name": scale.name,
            "basis": scale.basis,
            "fiscal_year": years[0],
            "reason": reason,
        }
        return cls(plan=plan, years=years, scale=scale, initial=initial)

    def clean(self):
        problems = [text for line in self.lines for text in line.problems]
        if problems:
            raise ValidationError(problems)
        typed = tuple(filter(None, (line.step for line in self.lines)))
        problems = problems_of(typed)
        if problems:
            raise ValidationError(problems)
        self.steps = typed
        return self.cleaned_data

    @property
    def scale(self):
        """The scale typed, even without a name or a year; None while its grades make none."""
        typed = self.cleaned_data
        if not self.steps or "basis" not in typed:
            return None
        return Scale(
            name=typed.get("name", ""),
            basis=ScaleBasis(typed["basis"]),
            steps=self.steps,
            fiscal_year=typed.get("fiscal_year", 0),
        )

    def see(self, version):
        """Lets a second saving put its version after one that was not seen before, knowingly."""
        self.data = self.data.copy()
        self.data["seen"] = version


def _initial(steps):
    return {
        name: value
        for step in steps
        for name, value in (
            ("symbol", step.symbol),
            ("name", step.name),
            ("lower", lower_text(step)),
        )
    }
