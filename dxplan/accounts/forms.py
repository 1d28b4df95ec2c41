from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password

from dxplan.accounts.models import Municipality, User
from dxplan.lib.names import refuse_unseen


class LoginForm(allauth_forms.LoginForm):
    """Login by username; its field is posted as `username`, as programs know it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["login"] = forms.CharField(
            label="利用者ID",
            max_length=60,
            widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )
        self.fields["password"] = forms.CharField(
            label="パスワード",
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )

    def add_prefix(self, field_name):
        return super().add_prefix("username" if field_name == "login" else field_name)


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
