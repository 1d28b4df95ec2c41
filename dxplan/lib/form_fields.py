"""Form fields for names, long texts, fiscal years, months and days as offices write them."""

import re

from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.fiscal_years import FiscalYear, read_date, show_date, show_month
from dxplan.lib.names import refuse_unseen
from dxplan.lib.numbers import half_width
from dxplan.lib.spreadsheets.limits import MEGABYTE, MOST_BYTES

LONGEST_TEXT = 10_000
DAY_PARTS = re.compile("[0-9]+|元|末")  # three of them in 令和元年8月9日, R7.3末, 2023/8/9


class NameField(forms.CharField):
    """One line of text without characters that nobody sees."""

    default_validators = [refuse_unseen]


def refuse_too_long(text: str) -> None:
    """Raises ValidationError with the count; the text itself stays as typed."""
    if len(text) > LONGEST_TEXT:
        raise ValidationError(f"{LONGEST_TEXT:,}字までです（現在{len(text):,}字）。")


class LongTextField(forms.CharField):
    """A text kept to the letter, indents too; no browser cuts it off silently."""

    widget = forms.Textarea(attrs={"rows": 5})
    default_validators = [refuse_too_long]

    def __init__(self, *, max_length=None, **options):
        super().__init__(strip=False, **options)

    def to_python(self, value):
        text = super().to_python(value).replace("\r\n", "\n")
        return text if text.strip() else ""


class ReadField(forms.Field):
    """A short text that `read` turns into a value; its ValueError is shown to the person."""

    widget = forms.TextInput(attrs={"class": "short"})

    def to_python(self, value):
        text = (value or "").strip()
        if not text:
            return None
        try:
            return self.read(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class FiscalYearField(ReadField):
    """年度: read from 令和8年度, R8, 2026; shown as 令和8年度."""

    def read(self, text):
        return FiscalYear.parse(text)

    def prepare_value(self, value):
        return FiscalYear(value).era_label if isinstance(value, int) else value


class MonthField(ReadField):
    """A month, kept as its first day: read from 令和7年3月, R7.3; shown as 令和7年3月."""

    def read(self, text):
        return read_date(text).replace(day=1)

    def prepare_value(self, value):
        return show_month(value) if hasattr(value, "month") else value


class DayField(ReadField):
    """A day: read from 令和5年8月9日, R5.8.9, 2023/8/9; a month alone is not enough."""

    def read(self, text):
        day = read_date(text)
        if len(DAY_PARTS.findall(half_width(text))) < 3:
            raise ValueError("日まで入力してください。例: 令和5年8月9日")
        return day

    def prepare_value(self, value):
        return show_date(value) if hasattr(value, "day") else value


class WorkbookField(forms.FileField):
    """A workbook that is read; an empty one is told by its reader."""

    def __init__(self, *, label):
        super().__init__(
            label=label,
            help_text=f"Excelのファイル（.xlsx、{MOST_BYTES // MEGABYTE}MBまで）を選んでください。",
            allow_empty_file=True,
            error_messages={"required": "ファイルを選んでください。"},
            widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        )
