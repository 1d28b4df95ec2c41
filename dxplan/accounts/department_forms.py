from django import forms

from dxplan.accounts.department_changes import NO_SUCH_DEPARTMENT
from dxplan.accounts.people_forms import DAY_EXAMPLE, SeenForm
from dxplan.lib.form_fields import DayField, NameField, refuse_too_long
from dxplan.lib.names import refuse_unseen

LONGEST_NAME = 50
MOST_PARTS = 10
NAME_TOO_LONG = f"「{{name}}」は長すぎます。課名は{LONGEST_NAME}字までです。"
NAMES_TWICE = "同じ名称が2回入力されています。"
TOO_MANY = f"一度に置ける課は{MOST_PARTS}までです。"
NEEDS_ONE = "引き継ぐ課を選ぶか、新しい課の名称を入力してください。"
ONLY_ONE = "引き継ぐ課と新しい課の名称は、どちらか一方だけにしてください。"


def successor_field(**options):
    return forms.TypedChoiceField(
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": NO_SUCH_DEPARTMENT},
        **options,
    )


class DepartmentFields(forms.Form):
    """What a department is called, and where it stands."""

    columns = ("name", "code", "position")

    name = NameField(label="課名", max_length=LONGEST_NAME, help_text="例: 企画課、町民課")
    code = NameField(
        label="課コード",
        max_length=20,
        required=False,
        help_text="人事や財務で使っている番号があれば、入力します。",
    )
    position = forms.IntegerField(
        label="表示順",
        required=False,
        min_value=1,
        max_value=9999,
        help_text="小さい順に並びます。",
    )

    @property
    def typed(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.columns if self._has(name)}

    def _has(self, name):
        return name != "position" or self.cleaned_data[name] is not None


class NewDepartmentForm(DepartmentFields):
    valid_from = DayField(
        label="設置日", required=False, help_text=f"以前からある課は空けます。{DAY_EXAMPLE}"
    )

    columns = (*DepartmentFields.columns, "valid_from")
    refuse = SeenForm.refuse


class CorrectionForm(DepartmentFields, SeenForm):
    """Puts right what was wrong from the beginning."""


class RenameForm(SeenForm):
    name = NameField(label="新しい課名", max_length=LONGEST_NAME)
    first_day = DayField(label="変更日", help_text=f"この日から新しい課名になります。{DAY_EXAMPLE}")


class EndForm(SeenForm):
    last_day = DayField(label="廃止日", help_text="この日まで置かれています。例: 令和8年3月31日")
    successor = successor_field(
        label="引き継ぐ課",
        help_text="指標や担当者が残っているときは必須です。廃止日の翌日から、この課が受け持ちます。",
    )

    def __init__(self, *args, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [("", "（引き継ぐ課はない）"), *departments]


class MergeForm(forms.Form):
    """Which departments end, and which carries on their work."""

    departments = forms.TypedMultipleChoiceField(
        label="統合する課",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="統合日の前日で終わる課を選びます。",
        error_messages={"invalid_choice": NO_SUCH_DEPARTMENT},
    )
    successor = successor_field(label="引き継ぐ課", help_text="今ある課が引き継ぐときに選びます。")
    name = NameField(
        label="新しい課の名称",
        max_length=LONGEST_NAME,
        required=False,
        help_text="新しい課をつくって引き継ぐときに入力します。",
    )
    first_day = DayField(
        label="統合日", help_text=f"この日から引き継ぐ課が受け持ちます。{DAY_EXAMPLE}"
    )

    refuse = SeenForm.refuse

    def __init__(self, *args, departments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = departments
        self.fields["successor"].choices = [("", "（新しい課をつくる）"), *departments]
        for name in ("successor", "name"):
            self.fields[name].need = "※どちらか一方は必須"

    def clean(self):
        successor, name = map(self.cleaned_data.get, ("successor", "name"))
        if {"successor", "name"} & set(self.errors):
            return
        if bool(successor) == bool(name):
            self.add_error("name", ONLY_ONE if successor else NEEDS_ONE)

    @property
    def typed(self) -> dict:
        data = self.cleaned_data
        return {
            "ids": data["departments"],
            "successor_id": data["successor"],
            "name": data["name"],
            "first_day": data["first_day"],
        }


class NamesField(forms.CharField):
    """Names of departments, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})
    default_validators = [refuse_too_long]

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines()]
        names = [line for line in lines if line]
        for name in names:
            refuse_unseen(name)
            if len(name) > LONGEST_NAME:
                raise forms.ValidationError(NAME_TOO_LONG.format(name=name))
        if len(set(names)) < len(names):
            raise forms.ValidationError(NAMES_TWICE)
        if len(names) > MOST_PARTS:
            raise forms.ValidationError(TOO_MANY)
        return names


class SplitForm(SeenForm):
    names = NamesField(label="新しく置く課の名称", help_text="1行に1つずつ入力します。")
    first_day = DayField(label="設置日", help_text=f"この日から置かれます。{DAY_EXAMPLE}")
    goes_on = forms.TypedChoiceField(
        label="元の課",
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", "今の名称のまま続ける（一部の仕事を新しい課に移す）"),
            ("no", "前日で終わり、1行目の課が引き継ぐ"),
        ],
        initial="yes",
        widget=forms.RadioSelect,
    )
