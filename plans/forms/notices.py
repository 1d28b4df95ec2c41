from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from plans.models import MAILABLE, NoticeKind

WHEN = {
    NoticeKind.OPENED: "実績の入力の受付が始まったとき",
    NoticeKind.DUE_SOON: "提出していない実績があるとき",
    NoticeKind.OVERDUE: "提出しないまま、回答期限を過ぎたとき",
    NoticeKind.REMINDED: "DX推進担当から入力を求められたとき",
    NoticeKind.SUBMITTED: "担当者が課長に提出したとき",
    NoticeKind.RETURNED: "提出した内容が差し戻されたとき",
    NoticeKind.APPROVED: "提出した内容が承認されたとき",
    NoticeKind.CLOSED: "その年度の入力と評価が終わったとき",
    NoticeKind.REOPENED: "締めた年度の受付が再開されたとき",
}
WRONG_ADDRESS = "メールアドレスを読み取れません。例: taro.yamada@example.lg.jp"

NEEDS_ADDRESS = "メールで受け取るには、メールアドレスが必要です。"


def refuse_other_than_ascii(text):
    """A mail address becomes a header of every mail: nothing but plain, visible letters."""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValidationError(WRONG_ADDRESS)


def _label(kind):
    return format_html('<span>{}<span class="table__sub">{}</span></span>', kind.label, WHEN[kind])


class NoticeChoiceForm(forms.Form):
    """Which kinds of notices come by mail, and to which address."""

    mail_address = forms.EmailField(
        label="メールアドレス",
        max_length=254,
        required=False,
        help_text="職場のメールアドレスを入力してください。お知らせのほかには使いません。",
        validators=[refuse_other_than_ascii],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": WRONG_ADDRESS,
            "max_length": "メールアドレスは254字以内で入力してください。",
        },
    )
    kinds = forms.MultipleChoiceField(
        label="メールで受け取るお知らせ",
        choices=[(kind.value, _label(kind)) for kind in MAILABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="選ばなかったお知らせも、画面の「お知らせ」には必ず表示されます。",
        error_messages={"invalid_choice": "選択肢にないお知らせです。選び直してください。"},
    )

    def clean(self):
        data = self.cleaned_data
        if data.get("kinds") and data.get("mail_address") == "":
            self.add_error("mail_address", NEEDS_ADDRESS)

    @property
    def said(self):
        if not self.cleaned_data["kinds"]:
            return "保存しました。メールは届きません。"
        return (
            f"保存しました。{len(self.cleaned_data['kinds'])}種類のお知らせがメールでも届きます。"
        )
