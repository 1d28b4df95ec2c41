from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password

from dxplan.accounts.models import Municipality, User
from dxplan.lib.names import refuse_unseen


class LoginForm(AuthenticationForm):
    """Login; the answer is the same for an unknown, a wrong and a disabled account."""

    error_messages = {
        "invalid_login": "利用者IDかパスワードが違います。もう一度入力してください。",
        "inactive": "利用者IDかパスワードが違います。もう一度入力してください。",
    }

    username = forms.CharField(
        label="利用者ID",
        max_length=60,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SetupForm(forms.ModelForm):
    """The first town and the account of its first administrator."""

    username = forms.SlugField(
        label="利用者ID", max_length=60, help_text="半角の英字、数字、ハイフン。例: kikaku-01"
    )
    person_name = forms.CharField(label="氏名", max_length=60, validators=[refuse_unseen])
    password = forms.CharField(
        label="パスワード",
        strip=False,
        max_length=200,
        help_text="12文字以上。推測されやすい語は使えません。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = Municipality
        fields = ["code", "name", "kana", "prefecture"]
        help_texts = {"code": "検査数字を含む6桁。例: 285854", "prefecture": "例: 兵庫県"}

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password
