from django import forms

from dxplan.lib.fiscal_years import show_date
from dxplan.lib.form_fields import DayField, LongTextField

LONGEST_MESSAGE = 2000
LONGEST_REASON = 1000


def refuse_longer_than(limit):
    def check(text):
        if len(text) > limit:
            raise forms.ValidationError(f"{limit:,}字までです（現在{len(text):,}字）。")

    return check


class VersionField(forms.IntegerField):
    """The version of what a person saw, hidden; a broken one means none."""

    widget = forms.HiddenInput

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return 0


class YearForm(forms.Form):
    """What the DX office asks of the departments in a fiscal year."""

    due_on = DayField(
        label="回答期限",
        help_text="例: 令和8年5月29日、R8.5.29、2026/5/29",
        error_messages={"required": "回答期限を入力してください。"},
    )
    message = LongTextField(
        label="照会文",
        required=False,
        validators=[refuse_longer_than(LONGEST_MESSAGE)],
        help_text="各課のお知らせと実績入力の画面に表示されます。2,000字まで。",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    office_approves = forms.BooleanField(
        label="課長に代わって、DX推進担当が承認できるようにする",
        required=False,
        help_text="承認する課長がいない課があるときに選びます。自分が提出したものは承認できません。",
    )
    version = VersionField(required=False)


def in_words(asked: dict) -> dict[str, str]:
    """What is asked of a year, by label."""
    fields = YearForm.base_fields
    return {
        fields["due_on"].label: show_date(asked["due_on"]) if asked["due_on"] else "",
        fields["message"].label: asked["message"],
        fields["office_approves"].label: "はい" if asked["office_approves"] else "いいえ",
    }


class CloseForm(forms.Form):
    reason = LongTextField(
        label="そのまま締める理由",
        required=False,
        validators=[refuse_longer_than(LONGEST_REASON)],
        help_text="例: 県の統計の公表が翌年度のため、未報告のまま締める",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = VersionField(required=False)


class ReopenForm(forms.Form):
    reason = LongTextField(
        label="再開の理由",
        validators=[refuse_longer_than(LONGEST_REASON)],
        help_text="何を、なぜ直すのかを書きます。例: 指標1-1-4の集計に誤りが見つかったため",
        error_messages={"required": "再開の理由を入力してください。"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(forms.Form):
    answer = LongTextField(
        label="回答に添える言葉",
        required=False,
        validators=[refuse_longer_than(LONGEST_REASON)],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = VersionField(required=False)
