"""Form fields for cells: what a cell may say, read and shown as on the pages."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.form_fields import NameField
from dxplan.lib.numbers import Outcome, half_width, quoted, read_number

YES, NO = "○", ""
YES_WORDS = {"○", "〇", "◯", "はい", "有", "TRUE", "1"}
NO_WORDS = {"", "×", "いいえ", "無", "FALSE", "0", "-", "－", "―"}
NOT_LISTED = "「{typed}」は選択肢にありません。（{labels}）"
NO_FLAG = "「{typed}」は読み取れません。あてはまるときは「○」、そうでないときは空欄にします。"
OUT_OF_RANGE = "「{typed}」は{least}から{most}までの整数にしてください。（例: {least}）"
NO_CODE = (
    "「{typed}」はコードとして使えません。半角の英字・数字・「-」「_」だけです。（例: {example}）"
)
UNCERTAIN = "「{typed}」は整数だけにしてください。（例: 12）"


class LabelField(forms.Field):
    """One of the labels of a list; its value is what the label stands for."""

    def __init__(self, choices, **options):
        super().__init__(**options)
        self.labels = {value: str(label) for value, label in choices}
        self.values = {half_width(label): value for value, label in self.labels.items()}

    def clean(self, value):
        typed = half_width(value or "")
        if not typed:
            return super().clean("")
        if typed not in self.values:
            labels = "・".join(label for label in self.labels.values() if label)
            raise ValidationError(NOT_LISTED.format(typed=quoted(value), labels=labels))
        return self.values[typed]

    def prepare_value(self, value):
        return self.labels.get(value, "")


class FlagField(forms.Field):
    """○ or nothing."""

    labels = {True: YES}

    def __init__(self, **options):
        super().__init__(required=False, **options)

    def clean(self, value):
        typed = half_width(value or "").upper()
        if typed not in YES_WORDS | NO_WORDS:
            raise ValidationError(NO_FLAG.format(typed=quoted(value)))
        return typed in YES_WORDS

    def prepare_value(self, value):
        return YES if value else NO


class WholeField(forms.Field):
    """A whole number, by the one reader of numbers."""

    is_number = True

    def __init__(self, *, least=0, most=32_767, **options):
        super().__init__(**options)
        self.least, self.most = least, most

    def clean(self, value):
        reading = read_number(value or "")
        if reading.outcome == Outcome.EMPTY:
            super().clean("")
            return None
        if reading.outcome == Outcome.REFUSED:
            raise ValidationError(reading.message)
        if reading.outcome != Outcome.NUMBER:
            raise ValidationError(UNCERTAIN.format(typed=quoted(value)))
        if not self.least <= reading.value <= self.most:
            bounds = {"least": self.least, "most": f"{self.most:,}"}
            raise ValidationError(OUT_OF_RANGE.format(typed=quoted(value), **bounds))
        return int(reading.value)


class FigureField(NameField):
    """A figure, read by whoever knows its unit; shown in full."""

    is_number = True

    def __init__(self, **options):
        super().__init__(required=False, **options)

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class CodeField(NameField):
    """A short code in half-width letters, as addresses and files carry it."""

    def __init__(self, *, example, **options):
        super().__init__(**options)
        self.example = example

    def clean(self, value):
        code = half_width(super().clean(value))
        if not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in code):
            raise ValidationError(NO_CODE.format(typed=quoted(code), example=self.example))
        return code


def text_of(reader: forms.Field, value) -> str:
    """A value as the reader's cell shows it, and reads it again."""
    shown = reader.prepare_value(value)
    return "" if shown is None else str(shown)
