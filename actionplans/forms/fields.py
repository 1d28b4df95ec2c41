"""Fields that the forms of action plans share."""

from django import forms

from actionplans.schedule import HalfYear
from actionplans.sheets import Period

NOT_HERE = "選択肢にないものです。選び直してください。"
NOT_PAST = "着手と完了には、いまの半期（{today}）までを選んでください。"
OUTSIDE = "工程表の期間（{first}から{last}まで）の外です。"


class HalfField(forms.TypedChoiceField):
    """One of the half years that a schedule prints, or one that stands there already."""

    def __init__(self, **options):
        super().__init__(coerce=int, empty_value=None, **options)

    def offer(self, period: Period, standing=()):
        years = period.years
        outside = OUTSIDE.format(first=years[0].era_label, last=years[-1].era_label)
        self._offer({*period.halves, *standing}, "選んでください", outside)

    def offer_past(self, period: Period, today: HalfYear, standing=()):
        """From the first half that the schedule prints to that of today."""
        past = range(period.span.start, today + 1)
        self._offer({*past, *standing}, "まだ", NOT_PAST.format(today=today.label))

    def _offer(self, halves, blank, otherwise):
        in_order = sorted(HalfYear(half) for half in halves if half)
        self.choices = [("", blank), *((int(half), half.label) for half in in_order)]
        self.error_messages["invalid_choice"] = otherwise


class ChosenField(forms.TypedChoiceField):
    """One of the rows of a plan by id, or none."""

    def __init__(self, **options):
        errors = {"invalid_choice": NOT_HERE}
        super().__init__(coerce=int, empty_value=None, error_messages=errors, **options)
