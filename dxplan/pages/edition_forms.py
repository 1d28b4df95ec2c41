from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.form_fields import FiscalYearField, NameField
from plans.period import check_period


class EditionForm(forms.Form):
    """What is new about a new edition; all else is taken over."""

    title = NameField(label="計画名", max_length=200)
    edition = NameField(
        label="版", max_length=50, required=False, help_text="例: 第2期、令和9年4月改定"
    )
    first_fiscal_year = FiscalYearField(
        label="開始年度", help_text="前の計画の終了年度の翌年度を入れてあります。例: 令和9年度、R9"
    )
    last_fiscal_year = FiscalYearField(
        label="終了年度", help_text="前の計画と同じ年数になる年度を入れてあります。"
    )

    def clean(self):
        first, last = map(self.cleaned_data.get, ("first_fiscal_year", "last_fiscal_year"))
        if first and last:
            try:
                check_period(first, last)
            except ValidationError as error:
                self.add_error("last_fiscal_year", error.messages)


class DeleteForm(forms.Form):
    """Says that what is lost was read."""

    is_confirmed = forms.BooleanField(
        label="上のものがすべて削除され、元に戻せないことを確認しました",
        error_messages={"required": "削除するには、確認の欄に印を付けてください。"},
    )
