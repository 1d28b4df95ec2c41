from django import forms
from django.core.exceptions import ValidationError

from plans.models import MAILABLE

WRONG_ADDRESS = "メールアドレスを読み取れません。例: taro.yamada@example.lg.jp"

NEEDS_ADDRESS = "メールで受け取るには、メールアドレスが必要です。"


def refuse_other_than_ascii(text):
    """A mail address becomes a header of every mail: nothing but plain, visible letters."""
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValidationError(WRONG_ADDRESS)


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
        choices=[(kind.value, kind.label) for kind in MAILABLE],
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
