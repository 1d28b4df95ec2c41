from django import forms
from django.core.exceptions import ValidationError

from dxplan.lib.form_fields import NameField
from dxplan.lib.names import refuse_unseen
from dxplan.lib.numbers import Outcome, quoted, read_number
from plans.checklist_items import ItemFields, ListFields, packed
from plans.reasoned import ReasonedForm

LARGEST_NUMBER = 9999
MOST_NAMES = 500  # items added at once
NAME_LENGTH = 200


class ItemNumberField(forms.CharField):
    """A whole number of 1 and more, read as in every other cell."""

    def clean(self, value):
        reading = read_number(super().clean(value), decimals=0)
        if reading.outcome == Outcome.REFUSED:
            raise ValidationError(reading.message)
        if reading.outcome != Outcome.NUMBER or not 1 <= reading.value <= LARGEST_NUMBER:
            raise ValidationError(f"1から{LARGEST_NUMBER:,}までの番号を入力してください。")
        return int(reading.value)


class RememberingForm(ReasonedForm):
    """Carries what was shown (`was`), so that a change made meanwhile is noticed.

    `conflict` tells what was in the way.
    """

    conflict = None

    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    @property
    def shown(self):
        return self.cleaned_data["was"]

    def take_as_shown(self, standing):
        """Lets a second saving replace what was in the way, knowingly."""
        self.data = self.data.copy()
        self.data["was"] = packed(standing)


class FieldsForm(RememberingForm):
    """Fills the NamedTuple `kind`."""

    kind = None

    @classmethod
    def showing(cls, plan, fields, *, reason=""):
        return cls(plan=plan, initial=fields._asdict() | {"was": packed(fields), "reason": reason})

    @property
    def typed(self):
        return self.kind(**{name: self.cleaned_data[name] for name in self.kind._fields})


class ItemForm(FieldsForm):
    """One item of a list."""

    kind = ItemFields

    number = ItemNumberField(
        label="番号", max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    group = NameField(label="区分", max_length=100, required=False)
    name = NameField(label="名称", max_length=NAME_LENGTH)

    field_order = ["number", "group", "name", "reason"]


class NewItemsForm(ReasonedForm):
    """One or more items of one group, numbered on from the given number."""

    number = ItemNumberField(
        label="番号",
        max_length=20,
        help_text="2つ以上のときは、ここから続きの番号を付けます。",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    group = NameField(
        label="区分",
        max_length=100,
        required=False,
        help_text="区分ごとにも集計します。例: 子育て関係",
    )
    names = forms.CharField(
        label="名称",
        max_length=100_000,
        help_text="1行に1つ。表計算ソフトの列をそのまま貼り付けられます。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    field_order = ["number", "group", "names", "reason"]

    def clean_names(self):
        names = [line.strip() for line in self.cleaned_data["names"].splitlines()]
        names = [name for name in names if name]
        if len(names) > MOST_NAMES:
            raise ValidationError(
                f"一度に追加できるのは{MOST_NAMES}件までです（現在{len(names):,}件）。"
            )
        for name in names:
            _check_name(name)
        return names

    @property
    def items(self):
        data = self.cleaned_data
        return [
            ItemFields(number, data["group"], name)
            for number, name in enumerate(data["names"], data["number"])
        ]


class ChecklistForm(FieldsForm):
    """What a list says of itself: its name, its words for the states, where it is from."""

    kind = ListFields

    name = NameField(label="名称", max_length=NAME_LENGTH)
    done_label = NameField(
        label="済の呼び方",
        max_length=20,
        initial="済",
        help_text="割合の分子になります。例: 済、導入済み",
    )
    not_yet_label = NameField(label="未の呼び方", max_length=20, initial="未")
    absent_label = NameField(
        label="該当なしの呼び方",
        max_length=20,
        initial="該当なし",
        help_text="割合の分母に入れません。例: 手続なし、業務なし",
    )
    source = NameField(
        label="出典",
        max_length=100,
        required=False,
        help_text="例: 企画課調べ",
    )

    field_order = ["name", "done_label", "not_yet_label", "absent_label", "source", "reason"]

    def clean(self):
        words = [self.cleaned_data.get(f"{state}_label") for state in ("done", "not_yet", "absent")]
        if None not in words and len(set(words)) < len(words):
            raise ValidationError("済・未・該当なしの呼び方は、互いに違う言葉にしてください。")
        return self.cleaned_data


class RemoveItemForm(RememberingForm):
    """Yes to removing an item with the states that were shown."""


def _check_name(name):
    if len(name) > NAME_LENGTH:
        raise ValidationError(
            f"「{quoted(name)}」が長すぎます。{NAME_LENGTH}字以内にしてください（現在{len(name)}字）。"
        )
    try:
        refuse_unseen(name)
    except ValidationError as error:
        raise ValidationError(f"「{quoted(name)}」: {error.message}") from error
