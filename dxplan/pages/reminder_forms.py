import uuid

from django import forms

from dxplan.lib.form_fields import LongTextField
from plans.reminders import LONGEST_MESSAGE

NO_SUCH_DEPARTMENT = "選択肢にない課です。選び直してください。"
NONE_CHOSEN = "督促する課を選んでください。"
NOBODY_OWES = "未提出がある課はありません。"


class ReminderForm(forms.Form):
    """Which departments to remind, or (`all`) every one that owes something, and a few words."""

    departments = forms.TypedMultipleChoiceField(
        label="督促する課",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NO_SUCH_DEPARTMENT},
    )
    all = forms.BooleanField(required=False, widget=forms.HiddenInput)
    message = LongTextField(
        label="添える言葉",
        required=False,
        help_text=f"お知らせとメールに載ります。{LONGEST_MESSAGE:,}字まで。"
        "例: 委員会の資料をつくるため、今週中に入力をお願いします。",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    sending = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = [(row.id, row.name) for row in rows]
        self.owing = [row.id for row in rows if row.owing]

    def clean_message(self):
        message = self.cleaned_data["message"].strip()
        if len(message) > LONGEST_MESSAGE:
            raise forms.ValidationError(
                f"{LONGEST_MESSAGE:,}字までです（現在{len(message):,}字）。"
            )
        return message

    def clean_sending(self):
        return self.cleaned_data["sending"] or uuid.uuid4()

    def clean(self):
        if self.cleaned_data.get("all"):
            self.cleaned_data["departments"] = self.owing
        if "departments" in self.cleaned_data and not self.cleaned_data["departments"]:
            self.add_error(
                "departments", NOBODY_OWES if self.cleaned_data.get("all") else NONE_CHOSEN
            )

    @property
    def sent(self) -> dict:
        """What `remind_departments` is told."""
        return {name: self.cleaned_data[name] for name in ("departments", "message", "sending")}
