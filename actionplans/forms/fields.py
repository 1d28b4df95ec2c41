"""Fields that the forms of action plans share."""

from django import forms

from actionplans.schedule import HalfYear
from actionplans.sheets import Period

NOT_HERE = "選択肢にないものです。選び直してください。"
OUTSIDE = "工程表の期間（{first}から{last}まで）の外です。"


class HalfField(forms.TypedChoiceField):
    """One of the half years that a schedule prints, or one that stands there already."""

    def __init__(self, **options):
        super().__init__(coerce=int, empty_value=None, **options)

    def offer(self, period: Period, standing=(), *, blank="選んでください"):
        years = period.years
        outside = OUTSIDE.format(first=years[0].era_label, last=years[-1].era_label)
        halves = sorted({*period.halves, *(HalfYear(half) for half in standing if half)})
        self.choices = [("", blank), *((int(half), half.label) for half in halves)]
        self.error_messages["invalid_choice"] = outside


class ChosenField(forms.TypedChoiceField):
    """One of the rows of a plan by id, or none."""

    def __init__(self, **options):
        errors = {"invalid_choice": NOT_HERE}
        super().__init__(coerce=int, empty_value=None, error_messages=errors, **options)
