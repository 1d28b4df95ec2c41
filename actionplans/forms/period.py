"""The form of the years that a schedule prints."""

from django import forms

from dxplan.lib.form_fields import FiscalYearField, LongTextField
from plans.models import MOST_YEARS

YEAR_EXAMPLE = "例: 令和5年度、R5、2023"
ENDS_BEFORE = "最後の年度は最初の年度以後にしてください。"
TOO_LONG = f"工程表の期間は{MOST_YEARS}年以内にしてください。"


class PeriodForm(forms.Form):
    """From when to when, and what stands below."""

    first_fiscal_year = FiscalYearField(label="工程表の最初の年度", help_text=YEAR_EXAMPLE)
    last_fiscal_year = FiscalYearField(label="工程表の最後の年度", help_text=YEAR_EXAMPLE)
    note = LongTextField(
        label="欄外の注", required=False, help_text="工程表の下に印刷します。例: ※1 国の期限です。"
    )

    def clean(self):
        first = self.cleaned_data.get("first_fiscal_year")
        last = self.cleaned_data.get("last_fiscal_year")
        if first and last and last < first:
            self.add_error("last_fiscal_year", ENDS_BEFORE)
        elif first and last and last - first >= MOST_YEARS:
            self.add_error("last_fiscal_year", TOO_LONG)
